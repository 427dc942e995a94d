import type { Tape } from '../../xml/tape.ts';
import type { QualityIssue } from '../outcome.ts';
import type { Trace } from '../trace.ts';
import { localName, valueOf, type Find } from './find-value.ts';

/** A document being mapped. */
export interface NestedDocument {
  readonly tape: Tape;
  /** Exact text of the source row's id. */
  readonly id: string;
  /** The current time, as a timestamp. */
  readonly now: string;
}

/** A row being made: where it stands in the document, and what it has so far. */
export interface NestedRow {
  readonly document: NestedDocument;
  readonly parent: NestedRow | null;
  readonly find: Find;
  /** To which the columns' paths are relative, or null if `at` finds nothing; the find itself without `at`. */
  readonly base: Find | null;
  /** Values of the key columns, the document's id first. */
  readonly keys: readonly string[];
  /** By position of the column. */
  readonly values: (string | null)[];
  /** The text of a find; of the row's own, the part or name that stands for it. */
  textOf(find: Find, mode?: 'all' | 'own' | 'spaced'): string;
}

/** `part` is the row's share of a text that is split, `as` the name of its entry in a list. */
export function textReader(tape: Tape, own: Find, part: string | null, as: string | null): NestedRow['textOf'] {
  if (part === null && as === null) return (find, mode) => valueOf(tape, find, mode);
  return (find, mode) => {
    if (find === own && part !== null) return part;
    return find === (own | 1) ? (as ?? localName(tape, own)) : valueOf(tape, find, mode);
  };
}

/** Why a document is rejected: a code, where, and a sentence without values. */
export interface NestedFailure {
  readonly code: string;
  readonly place: string;
  readonly sentence: string;
}

/** Takes what is odd in a row of one table. */
export interface Notes {
  issue(kind: string, column: string | null): void;
  /** The first one rejects the document. Returns null, as the value. */
  fail(code: string, column: string | null, sentence: string): null;
}

/** What is odd in a document; a row that is not made in the end takes its notes back. */
export interface Notebook {
  readonly issues: QualityIssue[];
  failure: NestedFailure | null;
}

/** Notes of a table. */
export function notesOf(book: Notebook, table: string, trace: Trace): Notes {
  return {
    issue(kind, column) {
      book.issues.push({ kind, table, column });
      trace.note(kind);
    },
    fail(code, column, sentence) {
      trace.note(code);
      book.failure ??= { code, place: column === null ? table : `${table}.${column}`, sentence };
      return null;
    },
  };
}
