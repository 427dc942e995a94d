import { decodeDocument } from '../../xml/decode.ts';
import { openPlaces, type Places } from '../../xml/places.ts';
import { attributeName, endOf, firstAttribute, firstText, NONE, textValue, type Tape } from '../../xml/tape.ts';
import type { MappableDocument } from '../compile.ts';
import {
  attributeFind,
  ELEMENT,
  elementFind,
  indexOf,
  kindOf,
  textFind,
  valueOf,
  type Find,
} from '../nested/find-value.ts';
import type { Outcome } from '../outcome.ts';
import { causeOf } from './cause.ts';
import type {
  Cause,
  ExplainedColumn,
  ExplainedRead,
  ExplainedRow,
  ExplainedTable,
  Explanation,
  LeftRow,
  Location,
} from './explanation.ts';
import { locate, pathsOf, type DocumentPaths } from './paths.ts';
import type { RecordedCell, RecordedRead, RecordedRow } from './recorder.ts';

/** A document that was mapped, whole, with a trace. */
interface Recording {
  readonly document: MappableDocument;
  readonly outcome: Outcome;
  readonly tape: Tape;
  readonly rows: readonly RecordedRow[];
}

/** What explanations of its tables look things up in. */
export interface Explained extends Recording {
  readonly paths: DocumentPaths;
  readonly places: Places;
}

/** What is known of a table by its contract. */
export interface TableFacts {
  readonly table: string;
  /** As a trace calls it. */
  readonly traced: string;
  readonly columns: readonly string[];
  readonly mapping: (cell: RecordedCell) => string | null;
  readonly source: (cell: RecordedCell) => string;
  /** Why a column finds nothing in a row. */
  readonly missing: (row: RecordedRow, cell: RecordedCell) => Cause;
  /** Columns that are set without a mapping. */
  readonly keys: readonly {
    readonly column: string;
    readonly source: string;
    readonly find: (row: Find) => Find | null;
  }[];
  /** What gives the other columns of a row their values. */
  readonly brought: (row: RecordedRow) => string;
  /** Why there are no rows where none was begun. */
  readonly empty: () => Cause;
  /** Elements that are left out before a row is begun. */
  readonly more: readonly LeftRow[];
}

/** Explains a document that cannot be read. */
export function unexplained(outcome: Outcome): Explanation {
  return { outcome: outcome.outcome, reason: outcome.outcome === 'rejected' ? outcome.reason : null, tables: [] };
}

/** Explains a document, table by table. */
export function explainTables(
  recording: Recording,
  factsOf: (explained: Explained) => readonly TableFacts[],
): Explanation {
  const { document, outcome, tape, rows } = recording;
  // Rejected before any table was tried.
  if (outcome.outcome === 'rejected' && rows.length === 0 && !outcome.reason.startsWith('no rows'))
    return unexplained(outcome);
  const decoded = decodeDocument(document.xml, document.encoding);
  // What has a tape was decoded before.
  const text = decoded.ok ? decoded.before + decoded.text : '';
  const explained: Explained = { ...recording, paths: pathsOf(tape), places: openPlaces(text, tape) };
  return { ...unexplained(outcome), tables: factsOf(explained).map((facts) => explainTable(facts, explained)) };
}

function explainTable(facts: TableFacts, explained: Explained): ExplainedTable {
  const rows: ExplainedRow[] = [];
  const left: LeftRow[] = [...facts.more];
  for (const row of explained.rows) {
    if (row.table !== facts.traced) continue;
    const made = { at: locationOf(row.find, explained), columns: explainRow(row, facts, explained) };
    if (row.values === null) {
      if (row.left !== null) left.push({ ...made, rule: row.left.sentence, attribute: row.left.attribute });
    } else if (row.replaces === null) rows.push(made);
    else {
      const earlier = rows.splice(row.replaces, 1, made);
      left.push(
        ...earlier.map((one) => ({ ...one, rule: 'a later row with the same key takes its place', attribute: null })),
      );
    }
  }
  return { table: facts.table, rows, left, empty: rows.length + left.length === 0 ? facts.empty() : null };
}

function locationOf(find: Find, { tape, paths, places }: Explained): Location | null {
  return find < 0 ? null : locate(tape, paths, places, find);
}

function explainRow(row: RecordedRow, facts: TableFacts, explained: Explained): readonly ExplainedColumn[] {
  const { values } = row;
  if (values === null) {
    return row.cells.map((cell) => explainCell(cell, cell.steps.at(-1)?.value ?? null, row, facts, explained));
  }
  return facts.columns.map((column, at) => {
    const value = values[at] ?? null;
    const key = facts.keys.find((candidate) => same(candidate.column, column));
    const cells = row.cells.filter((cell) => same(cell.column, column));
    const cell = cells.findLast(({ steps }) => steps.at(-1)?.value === value) ?? cells.at(-1);
    if (key === undefined && cell !== undefined) return explainCell(cell, value, row, facts, explained);
    const find = key?.find(row.find) ?? null;
    const read = find === null ? [] : [explainRead({ find, name: null, text: null }, explained)];
    const source = key?.source ?? facts.brought(row);
    const reason = value === null ? UNSET : null;
    return { column, value, mapping: null, source, read, steps: [], reason };
  });
}

const UNSET: Cause = { code: 'no_value', sentence: 'No mapping gives it a value in this row.', nearest: null };

/** Names of T-SQL are compared without case. */
function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function explainCell(
  cell: RecordedCell,
  value: string | null,
  row: RecordedRow,
  facts: TableFacts,
  explained: Explained,
): ExplainedColumn {
  const read = once(cell.reads).map((one) => explainRead(one, explained));
  return {
    column: cell.column,
    value,
    mapping: facts.mapping(cell),
    source: facts.source(cell),
    read,
    steps: stepsOf(cell, read.at(-1)?.text ?? null),
    reason: causeOf(cell, read, value, () => facts.missing(row, cell)),
  };
}

/** An expression may read the same several times. */
function once(reads: readonly RecordedRead[]): readonly RecordedRead[] {
  return reads.filter(
    ({ find, name }, at) => reads.findIndex((other) => other.find === find && other.name === name) === at,
  );
}

/** Without those that show nothing but what was there before. */
function stepsOf({ steps }: RecordedCell, read: string | null): ExplainedColumn['steps'] {
  return steps.filter(({ step, value }, at) => {
    if (step === 'text') return value !== read;
    return step !== 'cut' || value !== steps[at - 1]?.value;
  });
}

function explainRead({ find, name, text }: RecordedRead, explained: Explained): ExplainedRead {
  if (find === null || find < 0) return { at: null, name, text };
  const { tape } = explained;
  const own = kindOf(find) === ELEMENT && (find & 1) === 0 ? firstInkOf(tape, indexOf(find)) : NONE;
  const at = locationOf(find, explained);
  const place = at !== null && own !== NONE ? { ...at, ...explained.places.ofText(own) } : at;
  return { at: place, name, text: text ?? valueOf(tape, find) };
}

/** The first text in an element that is not blank, or `NONE`. */
function firstInkOf(tape: Tape, node: number): number {
  const end = firstText(tape, endOf(tape, node));
  for (let piece = firstText(tape, node); piece < end; piece += 1)
    if (textValue(tape, piece).trim() !== '') return piece;
  return NONE;
}

/** An attribute of an element by its name, else the element. */
export function attributeAt(tape: Tape, node: number, name: string): Find {
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    if (tape.names[attributeName(tape, at)] === name) return attributeFind(at);
  }
  const piece = firstText(tape, node);
  return piece < firstText(tape, node + 1) ? textFind(piece) : elementFind(node);
}
