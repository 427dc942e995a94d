import type { IdType } from '../../document-id.ts';
import type { NestedTable } from '../../contract/nested/model.ts';
import { isTextType } from '../../values/typed/value-type.ts';
import { namesIn } from '../../expression/sql/names.ts';
import type { SqlScope } from '../../expression/sql/typed.ts';
import { compileColumn, compileFit, type ColumnContext, type ReadColumn } from './column.ts';
import { openScope, type ExpressionRow } from '../../contract/nested/scope.ts';
import { compileComputed, compileWhere } from './expression.ts';
import { inOrder, type IdOf } from './find.ts';
import { trimSpace, type Find } from './find-value.ts';
import type { Path } from '../../contract/nested/path.ts';
import type { NoteMatch } from '../matches.ts';
import { openPaths } from './paths.ts';
import type { Refusal, Trace } from '../trace.ts';
import { notesOf, textReader, type NestedDocument, type NestedRow, type Notebook, type Notes } from './row.ts';

/** Cells in the order of a table's columns: the exact text of a value, or null. */
export type Cells = (string | null)[];

/** What a document has given so far. */
export interface Sheet {
  readonly document: NestedDocument;
  readonly book: Notebook;
  /** By number of the table. */
  readonly rows: readonly Cells[][];
  /** By number of the table: key of a row → its place among the rows. */
  readonly taken: readonly Map<string, number>[];
  left: number;
}

/** A table with what is nested in it. */
export interface TableMapper {
  /** Makes the rows under a parent row, or those of the document. */
  readonly map: (sheet: Sheet, parent: NestedRow | null) => void;
}

export interface TableContext {
  readonly idOf: IdOf;
  readonly nil: number;
  readonly valueBytes: ColumnContext['valueBytes'];
  readonly limitOf: ColumnContext['limitOf'];
  readonly trace: Trace;
  /** What notes whether paths find something: those of a column, or of the table itself. */
  readonly matchOf: (table: NestedTable, column: string | null, paths: readonly Path[]) => NoteMatch;
  readonly key: string;
  readonly idType: IdType;
  /** The number of a table, in insertion order. */
  readonly numberOf: (table: NestedTable) => number;
}

/** Compiles a table and those nested in it. `lineage` has its parents, the outermost first. */
export function compileTable(table: NestedTable, lineage: readonly NestedTable[], context: TableContext): TableMapper {
  const number = context.numberOf(table);
  const below = [...lineage, table];
  const starts = compileStarts(table, context);
  const build = compileRow(table, lineage, context);
  const nested = table.tables.map((child) => compileTable(child, below, context));
  const { trace } = context;
  return {
    map(sheet, parent) {
      const notes = notesOf(sheet.book, table.name, trace);
      let made = 0;
      starts(sheet.document, parent, notes).forEach((start, index) => {
        if (sheet.book.failure !== null) return;
        const before = sheet.book.issues.length;
        const row = build(sheet, parent, start, index + 1, notes);
        if (row === null || !place(sheet, table, number, row, notes, before, trace)) return;
        made += 1;
        for (const child of nested) child.map(sheet, row);
      });
      checkCount(table, made, notes);
    },
  };
}

/** Where a row begins. */
interface Start {
  readonly find: Find;
  readonly part: string | null;
  readonly as: string | null;
}

type StartsOf = (document: NestedDocument, parent: NestedRow | null, notes: Notes) => readonly Start[];

/** What `each` finds under a parent row. */
function compileStarts(table: NestedTable, { idOf, matchOf }: TableContext): StartsOf {
  const { rows, split } = table;
  if (rows.kind === 'parent')
    return (_document, parent) => (parent === null ? [] : [{ find: parent.find, part: null, as: null }]);
  const paths = openPaths(idOf, (row) => row.find);
  const entries = (rows.kind === 'paths' ? [{ as: null, paths: rows.paths }] : rows.entries).map((entry) => ({
    as: entry.as,
    finds: entry.paths.map((path) => paths.add(path)),
    note: matchOf(table, null, entry.paths),
  }));
  paths.ready();
  return (document, parent) => {
    const from = parent ?? outside(document);
    const starts = entries.flatMap(({ as, finds, note }) => {
      const found = inOrder(
        document.tape,
        finds.map((find) => find(from)),
      );
      note(found.length > 0);
      return found.map((find): Start => ({ find, part: null, as }));
    });
    return split === null ? starts : starts.flatMap((start) => partsOf(document, start, split));
  };
}

/** Stands in for the row of the document, in which top tables are found. */
function outside(document: NestedDocument): NestedRow {
  return {
    document,
    parent: null,
    find: 0,
    base: 0,
    keys: [document.id],
    values: [],
    textOf: textReader(document.tape, 0, null, null),
  };
}

function partsOf(document: NestedDocument, start: Start, split: string): readonly Start[] {
  const text = trimSpace(textReader(document.tape, start.find, null, null)(start.find));
  const parts = split === ' ' ? text.split(/[ \t\r\n]+/) : text.split(split);
  return parts.filter((part) => trimSpace(part) !== '').map((part) => ({ ...start, part }));
}

type BuildRow = (
  sheet: Sheet,
  parent: NestedRow | null,
  start: Start,
  ordinal: number,
  notes: Notes,
) => NestedRow | null;

/** Reads the columns of a row, in an order in which expressions find what they read; null if `where` leaves the row out. */
function compileRow(table: NestedTable, lineage: readonly NestedTable[], context: TableContext): BuildRow {
  const { trace } = context;
  const at = compileAt(table, context);
  const paths = openPaths(context.idOf, (row) => row.base);
  const scope = openScope({ key: context.key, idType: context.idType, table, lineage });
  const told = traceScope(scope, trace);
  const columns = table.columns.map((column): ReadColumn => {
    const { source } = column;
    if (source.kind === 'paths') {
      const read = compileColumn(column, source, {
        ...context,
        finderOf: (path) => paths.add(path),
        matchOf: (name, own) => context.matchOf(table, name, own),
      });
      return trace.column(column, column.name, read);
    }
    const fit = isTextType(column.type) ? compileFit(column, column.type, context) : null;
    const compute = compileComputed(column, source.expression, told, fit);
    return trace.column(column, column.name, trace.step('expression', compute));
  });
  const where = table.where === null ? null : compileWhere(table.where, scope);
  paths.ready();
  const uniques = (table.unique ?? []).map((name) => table.columns.findIndex((column) => column.name === name));
  return (sheet, parent, { find, part, as }, ordinal, notes) => {
    const { document, book } = sheet;
    const [issues, failure] = [book.issues.length, book.failure];
    trace.row(table.name, find);
    const keys = [...(parent?.keys ?? [document.id]), ...(table.position === null ? [] : [String(ordinal)])];
    const row: NestedRow = {
      document,
      parent,
      find,
      base: at(document, parent, find, notes),
      keys,
      values: columns.map(() => null),
      textOf: textReader(document.tape, find, part, as),
    };
    for (const index of table.evaluation) row.values[index] = columns[index]?.(row, notes) ?? null;
    if (where !== null && !where(row)) {
      book.issues.length = issues;
      book.failure = failure;
      if (trace.isOn) trace.left(notWhere(table, row));
      return null;
    }
    keys.push(...uniques.map((index) => row.values[index] ?? ''));
    return row;
  };
}

const DUPLICATE: Refusal = { attribute: null, sentence: 'an earlier row of the document has the same key' };

/** With the values that the condition looks at. */
function notWhere({ where, columns }: NestedTable, { values }: NestedRow): Refusal {
  const names = new Set(where === null ? [] : namesIn(where).map((name) => name.toLowerCase()));
  const found = columns.flatMap(({ name }, at) => {
    if (!names.has(name.toLowerCase())) return [];
    const value = values[at] ?? null;
    return [`${name} ${value === null ? 'has no value' : `is ${JSON.stringify(value)}`}`];
  });
  const because = found.length === 0 ? '' : `: ${found.join(', ')}`;
  return { attribute: null, sentence: `the condition \`where\` of its table is not true of it${because}` };
}

/** Tells what expressions read. */
function traceScope(scope: SqlScope<ExpressionRow>, trace: Trace): SqlScope<ExpressionRow> {
  return {
    ...scope,
    column(name) {
      const typed = scope.column(name);
      return typeof typed === 'string' ? typed : { ...typed, of: trace.named(name, typed.of) };
    },
  };
}

/** What the columns' paths begin at. */
function compileAt(
  table: NestedTable,
  { idOf, matchOf }: TableContext,
): (document: NestedDocument, parent: NestedRow | null, find: Find, notes: Notes) => Find | null {
  const { at } = table;
  if (at === null) return (_document, _parent, find) => find;
  const note = matchOf(table, null, at);
  const paths = openPaths(idOf, (row) => row.find);
  const finds = at.map((path) => paths.add(path));
  paths.ready();
  return (document, parent, find, notes) => {
    const row = { ...outside(document), parent, find, base: find };
    const found = inOrder(
      document.tape,
      finds.map((of) => of(row)),
    );
    note(found.length > 0);
    if (found.length > 1) notes.fail('at', null, `its \`at\` finds ${found.length} elements where there may be one`);
    return found[0] ?? null;
  };
}

/** Puts a row where it belongs; false if it is a duplicate that is left out, or fails the document. */
function place(
  sheet: Sheet,
  table: NestedTable,
  number: number,
  row: NestedRow,
  notes: Notes,
  before: number,
  trace: Trace,
): boolean {
  const cells: Cells = row.keys.slice(0, row.keys.length - (table.unique?.length ?? 0));
  table.columns.forEach((column, index) => {
    if (column.stored) cells.push(row.values[index] ?? null);
  });
  const rows = sheet.rows[number] ?? [];
  const taken = table.position === null ? sheet.taken[number] : undefined;
  // Ordinals never repeat: only other keys are remembered.
  const key = taken === undefined ? '' : JSON.stringify(row.keys);
  const earlier = taken?.get(key);
  if (earlier !== undefined) {
    if (table.unique === null) notes.fail('several', null, 'there are several rows where there may be one');
    else if (table.onDuplicate === 'fail') notes.fail('duplicate', null, 'two rows have the same key');
    else if (table.onDuplicate === 'update') rows[earlier] = cells;
    else sheet.book.issues.length = before;
    if (table.onDuplicate === 'update' && table.unique !== null) trace.kept(cells, earlier);
    else trace.left(DUPLICATE);
    if (table.unique !== null && table.onDuplicate !== 'fail') notes.issue('duplicate', null);
    return false;
  }
  taken?.set(key, rows.length);
  if (sheet.left === 0) notes.fail('rows', null, 'the document gives more rows than its limit');
  sheet.left -= 1;
  rows.push(cells);
  trace.kept(cells);
  return true;
}

function checkCount({ count: { min, max } }: NestedTable, made: number, notes: Notes): void {
  if (made < min) notes.fail('rows', null, `it has ${made} under one parent, at least ${min} must be there`);
  if (max !== null && made > max)
    notes.fail('rows', null, `it has ${made} under one parent, at most ${max} may be there`);
}
