import type { Mapping } from '../contract/contract.ts';
import type { NestedColumn } from '../contract/nested/model.ts';
import type { SqlValue } from '../expression/sql/types.ts';
import type { Value } from '../values/value.ts';
import type { Document } from './document.ts';
import type { NoteIssue } from './issues.ts';
import type { Row } from './layout.ts';
import type { Find } from './nested/find-value.ts';

/** Why an element, or a row, is left out: a sentence about it, and the attribute that decided, if one did. */
export interface Refusal {
  readonly attribute: string | null;
  readonly sentence: string;
}

type Run<Given extends readonly unknown[], Result> = (...given: Given) => Result;

/**
 * What a mapper of either format tells about its work. It is asked while a contract is compiled: what it wraps tells of every
 * document that is mapped, and `NO_TRACE` wraps nothing, so that a mapper without a trace does not know of it.
 */
export interface Trace {
  /** Whether anybody listens: whole documents have to be read then. */
  readonly isOn: boolean;

  /** A row of a table begins, of what `find` is; below 0 it is of the document. */
  readonly row: (table: string, find: Find) => void;
  /** The row that began last is written, its cells in the order of the table's columns; in place of an earlier one if `at` says so. */
  readonly kept: (cells: Row, at?: number) => void;
  /** The row that began last is not written. */
  readonly left: (why: Refusal) => void;

  /** A function that gives a column of the row its value. */
  readonly column: <Given extends readonly unknown[], Result>(
    of: Mapping | NestedColumn,
    name: string,
    run: Run<Given, Result>,
  ) => Run<Given, Result>;
  /** A function that is one step on the way to the value. */
  readonly step: <Given extends readonly unknown[], Result extends Value | undefined>(
    name: string,
    run: Run<Given, Result>,
  ) => Run<Given, Result>;
  /** The same for a value that is there without one. */
  readonly tell: (step: string, value: string) => void;
  /** What reads a name of an expression. */
  readonly named: <Given extends readonly unknown[], Result extends SqlValue>(
    name: string,
    run: Run<Given, Result>,
  ) => Run<Given, Result>;
  /** What notes that something is odd about the value. */
  readonly noting: (note: NoteIssue) => NoteIssue;
  /** Something is odd about it. */
  readonly note: (kind: string) => void;

  /** Something in the document is read. */
  readonly read: (find: Find) => void;
  /** The document as columns read it: with every value that is read from it told. */
  readonly reading: (document: Document) => Document;
}

/** Nobody listens. */
export const NO_TRACE: Trace = {
  isOn: false,
  row: ignore,
  kept: ignore,
  left: ignore,
  column: (_of, _name, run) => run,
  step: (_name, run) => run,
  tell: ignore,
  named: (_name, run) => run,
  noting: (note) => note,
  note: ignore,
  read: ignore,
  reading: (document) => document,
};

function ignore(): void {
  // Nobody listens.
}
