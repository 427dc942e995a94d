import type { Mapping } from '../../contract/contract.ts';
import type { NestedColumn } from '../../contract/nested/model.ts';
import type { SqlValue } from '../../expression/sql/types.ts';
import { textOf } from '../../values/value.ts';
import { firstText, ownerOf } from '../../xml/tape.ts';
import type { Document, Name } from '../document.ts';
import type { Row } from '../layout.ts';
import { attributeFind, elementFind, textFind, type Find } from '../nested/find-value.ts';
import type { Refusal, Trace } from '../trace.ts';

/** Something that a column has read: a place of the document, or what is known without one. */
export interface RecordedRead {
  readonly find: Find | null;
  /** As an expression calls it. */
  name: string | null;
  /** As it stands there, where that is known already. */
  readonly text: string | null;
}

/** How a column of a row came by its value. */
export interface RecordedCell {
  readonly of: Mapping | NestedColumn;
  readonly column: string;
  readonly reads: RecordedRead[];
  readonly steps: { readonly step: string; readonly value: string | null }[];
  /** Kinds of what is odd, each once. */
  readonly notes: Set<string>;
}

/** A row that was begun. */
export interface RecordedRow {
  readonly table: string;
  /** Below 0: the document. */
  readonly find: Find;
  readonly cells: RecordedCell[];
  /** Null if it is not written. */
  values: Row | null;
  /** The place of the earlier row that it stands in for. */
  replaces: number | null;
  left: Refusal | null;
}

/** A trace that keeps what it is told of one document. */
export interface Recorder {
  readonly trace: Trace;
  /** Forgets the last document. */
  readonly begin: () => void;
  readonly rows: () => readonly RecordedRow[];
}

interface State {
  rows: RecordedRow[];
  row: RecordedRow | null;
  cell: RecordedCell | null;
}

export function openRecorder(): Recorder {
  const state: State = { rows: [], row: null, cell: null };
  return {
    trace: { isOn: true, ...traceRows(state), ...traceCells(state), ...traceReads(state) },
    begin: () => Object.assign(state, { rows: [], row: null, cell: null }),
    rows: () => state.rows,
  };
}

function traceRows(state: State): Pick<Trace, 'row' | 'kept' | 'left'> {
  return {
    row(table, find) {
      state.row = { table, find, cells: [], values: null, replaces: null, left: null };
      state.cell = null;
      state.rows.push(state.row);
    },
    kept(cells, at) {
      if (state.row !== null) Object.assign(state.row, { values: cells, replaces: at ?? null });
    },
    left(why) {
      if (state.row !== null) state.row.left = why;
    },
  };
}

function traceCells(state: State): Pick<Trace, 'column' | 'step' | 'tell' | 'noting' | 'note'> {
  const tell = (step: string, value: string | null): void => void state.cell?.steps.push({ step, value });
  const note = (kind: string): void => void state.cell?.notes.add(kind);
  let running = 0;
  return {
    tell,
    note,
    noting: (write) => (kind) => {
      note(kind);
      write(kind);
    },
    step:
      (name, run) =>
      (...given) => {
        const result = run(...given);
        tell(name, textOf(result ?? null));
        return result;
      },
    column:
      (of, column, run) =>
      (...given) => {
        const outer = state.cell;
        const cell: RecordedCell = { of, column, reads: [], steps: [], notes: new Set() };
        state.row?.cells.push(cell);
        state.cell = cell;
        running += 1;
        try {
          return run(...given);
        } finally {
          running -= 1;
          // What is told behind a column is still about it, unless another column has asked for it.
          if (running > 0) state.cell = outer;
        }
      },
  };
}

function traceReads(state: State): Pick<Trace, 'read' | 'named' | 'reading'> {
  const read = (find: Find, text: string | null = null): void =>
    void state.cell?.reads.push({ find, name: null, text });
  return {
    read: (find) => read(find),
    named:
      (name, run) =>
      (...given) => {
        const reads = state.cell?.reads ?? [];
        const before = reads.length;
        const result = run(...given);
        const last = reads.at(-1);
        if (reads.length > before && last !== undefined) last.name = name;
        else reads.push({ find: null, name, text: printAny(result) });
        return result;
      },
    reading: (document) => ({
      ...document,
      attribute(node, name) {
        const value = document.attribute(node, name);
        if (value !== null) read(findAttribute(document, node, name), value);
        return value;
      },
      exactly(node, name) {
        const value = document.exactly(node, name);
        if (value !== null) read(findAttribute(document, node, name), value);
        return value;
      },
      text(node) {
        const value = document.text(node);
        read(findText(document, node), value);
        return value;
      },
      value(attribute) {
        const value = document.value(attribute);
        read(attributeFind(attribute), value);
        return value;
      },
    }),
  };
}

/** What `attribute` has read, or `exactly`. */
function findAttribute(document: Document, node: number, { exact, fold }: Name): Find {
  const [from, to] = document.attributes(node);
  const own = Array.from({ length: to - from }, (_, i) => from + i);
  const found =
    own.find((attribute) => document.spelling(attribute) === exact) ??
    own.find((attribute) => document.fold(attribute) === fold);
  return found === undefined ? elementFind(node) : attributeFind(found);
}

/** The text before the first child; without one, the element. */
function findText(document: Document, node: number): Find {
  const tape = document.tape();
  const piece = firstText(tape, node);
  const isOwn = piece < firstText(tape, node + 1) && ownerOf(tape, piece) === node;
  return isOwn ? textFind(piece) : elementFind(node);
}

function printAny(value: SqlValue): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? value.toFixed() : String(value);
}
