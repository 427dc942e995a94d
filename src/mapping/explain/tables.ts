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
import type { Refusal } from '../trace.ts';
import { causeOf } from './cause.ts';
import type { Span } from '../../span.ts';
import { sameName, type Excerpt } from './excerpt.ts';
import {
  LONGEST_TEXT,
  type Cause,
  type ExplainedColumn,
  type ExplainedRead,
  type ExplainedTable,
  type Explanation,
  type Location,
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
  readonly brought: (row: RecordedRow, column: string) => string;
  /** Why there are no rows where none was begun. */
  readonly empty: () => Cause;
  /** Elements that are left out before a row is begun. */
  readonly more: () => readonly LeftElement[];
}

/** An element that gives no row, and why, which is looked for only if it is asked for. */
export interface LeftElement {
  readonly find: Find;
  readonly why: () => Refusal;
}

/** Explains a document that cannot be read. */
export function unexplained(outcome: Outcome): Explanation {
  return { outcome: outcome.outcome, reason: outcome.outcome === 'rejected' ? outcome.reason : null, tables: [] };
}

/** Explains a document, table by table, as far as it is asked for. */
export function explainTables(
  recording: Recording,
  excerpt: Excerpt,
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
  const facts = factsOf(explained).filter(
    ({ table, columns }) =>
      isWanted(excerpt.table, table) && columns.some((column) => isWanted(excerpt.column, column)),
  );
  return { ...unexplained(outcome), tables: facts.map((one) => explainTable(one, explained, excerpt)) };
}

function isWanted(wanted: string | undefined, name: string): boolean {
  return wanted === undefined || sameName(wanted, name);
}

function explainTable(facts: TableFacts, explained: Explained, { column, rows, left }: Excerpt): ExplainedTable {
  const lists = listRows(facts, explained);
  const totals = { rows: lists.rows.length, left: lists.left.length };
  const columnsOf = (row: RecordedRow): readonly ExplainedColumn[] => explainRow(row, facts, explained, column);
  const at = (find: Find): Location | null => locationOf(find, explained);
  return {
    table: facts.table,
    totals,
    odd: lists.rows.flatMap((row, index) => (isOdd(row) ? [index + 1] : [])).slice(0, MOST_ODD),
    rows: within(rows, lists.rows, (row, number) => ({ number, at: at(row.find), columns: columnsOf(row) })),
    left: within(left, lists.left, ({ find, why, row }, number) => {
      const { sentence, attribute } = why();
      return { number, at: at(find), columns: row === null ? [] : columnsOf(row), rule: sentence, attribute };
    }),
    empty: totals.rows + totals.left === 0 ? facts.empty() : null,
  };
}

const MOST_ODD = 20;

function isOdd({ cells }: RecordedRow): boolean {
  return cells.some(({ notes }) => notes.size > 0);
}

function within<One, Told>(
  span: Span | undefined,
  all: readonly One[],
  tell: (one: One, number: number) => Told,
): readonly Told[] {
  const first = span?.first ?? 1;
  return all.slice(first - 1, span?.last).map((one, index) => tell(one, first + index));
}

interface LeftOut extends LeftElement {
  /** The row that was begun of it, if one was. */
  readonly row: RecordedRow | null;
}

/** The rows of a table that are written, and what is left out. */
function listRows(
  facts: TableFacts,
  explained: Explained,
): { readonly rows: readonly RecordedRow[]; readonly left: readonly LeftOut[] } {
  const rows: RecordedRow[] = [];
  const left: LeftOut[] = facts.more().map((element) => ({ ...element, row: null }));
  for (const row of explained.rows) {
    if (row.table !== facts.traced) continue;
    const why = row.left;
    if (row.values === null && why !== null) left.push({ find: row.find, row, why: () => why });
    if (row.values === null) continue;
    if (row.replaces === null) rows.push(row);
    else
      for (const earlier of rows.splice(row.replaces, 1, row))
        left.push({ find: earlier.find, row: earlier, why: () => REPLACED });
  }
  return { rows, left };
}

const REPLACED: Refusal = { attribute: null, sentence: 'a later row with the same key takes its place' };

function locationOf(find: Find, { tape, paths, places }: Explained): Location | null {
  return find < 0 ? null : locate(tape, paths, places, find);
}

function explainRow(
  row: RecordedRow,
  facts: TableFacts,
  explained: Explained,
  wanted: string | undefined,
): readonly ExplainedColumn[] {
  const { values } = row;
  if (values === null)
    return row.cells
      .filter(({ column }) => isWanted(wanted, column))
      .map((cell) => explainCell(cell, cell.steps.at(-1)?.value ?? null, row, facts, explained));
  return facts.columns.flatMap((column, at) =>
    isWanted(wanted, column) ? [explainColumn(column, values[at] ?? null, row, facts, explained)] : [],
  );
}

function explainColumn(
  column: string,
  value: string | null,
  row: RecordedRow,
  facts: TableFacts,
  explained: Explained,
): ExplainedColumn {
  const key = facts.keys.find((candidate) => sameName(candidate.column, column));
  const cells = row.cells.filter((cell) => sameName(cell.column, column));
  const cell = cells.findLast(({ steps }) => steps.at(-1)?.value === value) ?? cells.at(-1);
  if (key === undefined && cell !== undefined) return explainCell(cell, value, row, facts, explained);
  const find = key?.find(row.find) ?? null;
  const read = find === null ? [] : [explainRead({ find, name: null, text: null }, explained)];
  const source = key?.source ?? facts.brought(row, column);
  const reason = value === null ? UNSET : null;
  return { column, value: cut(value), mapping: null, source, read: read.map(cutRead), steps: [], reason };
}

const UNSET: Cause = { code: 'no_value', sentence: 'No mapping gives it a value in this row.', nearest: null };

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
    value: cut(value),
    mapping: facts.mapping(cell),
    source: facts.source(cell),
    read: read.map(cutRead),
    steps: stepsOf(cell, read.at(-1)?.text ?? null).map((one) => ({ ...one, value: cut(one.value) })),
    reason: causeOf(cell, read, value, () => facts.missing(row, cell)),
  };
}

function cutRead(read: ExplainedRead): ExplainedRead {
  return { ...read, text: cut(read.text) };
}

function cut(text: string | null): string | null {
  return text !== null && text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
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
    if (step === 'text') return value !== read && (value !== null || at === steps.length - 1);
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
