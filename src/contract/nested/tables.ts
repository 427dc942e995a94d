import { parseSqlCondition } from '../../expression/sql/parse.ts';
import type { Path as Place } from '../findings.ts';
import { valueAt } from '../shape-findings.ts';
import { readColumn } from './columns.ts';
import type { NestedColumn, NestedTable, RowsOf } from './model.ts';
import type { Path } from './path.ts';
import { fault, readPaths, warn, writtenText, type NestedReading } from './reading.ts';
import type { RawTable } from './schema.ts';
import { same } from './scope.ts';

/** A table as it is read: where it stands in the file, for what is checked later. */
export interface PlacedTable extends Omit<NestedTable, 'tables' | 'evaluation'> {
  readonly place: Place;
  readonly tables: readonly PlacedTable[];
}

/** Reads the tables of a level, each with those nested in it. */
export function readTables(
  reading: NestedReading,
  place: Place,
  raw: Readonly<Record<string, RawTable>>,
  schema: string,
  isTop: boolean,
): readonly PlacedTable[] {
  return Object.entries(raw).map(([name, table]) => readTable(reading, [...place, name], name, table, schema, isTop));
}

function readTable(
  reading: NestedReading,
  place: Place,
  name: string,
  raw: RawTable,
  schema: string,
  isTop: boolean,
): PlacedTable {
  // What identifies a row is required.
  const columns = readColumns(reading, place, raw).map((column) =>
    raw.unique?.some((unique) => same(unique, column.name)) === true ? { ...column, required: true } : column,
  );
  const destination = splitName(reading, raw.name === undefined ? place : [...place, 'name'], raw.name ?? name, schema);
  const isElsewhere = destination.schema.toLowerCase() !== schema.toLowerCase();
  const table: PlacedTable = {
    place,
    name,
    destination: {
      ...destination,
      label: isElsewhere ? `${destination.schema}.${destination.table}` : destination.table,
    },
    rows: readRows(reading, place, raw, isTop),
    position: raw.position ?? null,
    unique: raw.unique ?? null,
    onDuplicate: raw.on_duplicate ?? 'fail',
    count: { min: raw.rows?.min ?? 0, max: raw.rows?.max ?? null },
    where: readWhere(reading, place, raw.where),
    whereText: raw.where ?? null,
    at: raw.at === undefined ? null : readPaths(reading, [...place, 'at'], raw.at),
    split: raw.split ?? null,
    columns,
    tables: readTables(reading, [...place, 'tables'], raw.tables ?? {}, schema, false),
  };
  checkKey(reading, raw, table);
  return table;
}

function readColumns(reading: NestedReading, place: Place, raw: RawTable): readonly NestedColumn[] {
  const columns: NestedColumn[] = [];
  for (const [name, column] of Object.entries(raw.columns ?? {})) {
    const at = [...place, 'columns', name];
    if (!NAME.test(name)) fault(reading, at, 'is no name of a column', NAME_ADVICE);
    const read = readColumn(reading, at, name, column);
    if (columns.some((earlier) => same(earlier.name, name)))
      fault(reading, at, 'is there twice, as names do not differ by case', 'Rename one.');
    else if (read !== null) columns.push(read);
  }
  return columns;
}

/** What T-SQL takes between quotes, without blanks at the ends. */
const NAME = /^(?!\s)\P{Cc}{1,128}(?<!\s)$/u;
const NAME_ADVICE = 'Write 1 to 128 characters without blanks at the ends.';

/** `schema.table`, or a table of the contract's schema. */
export function splitName(
  reading: Pick<NestedReading, 'findings'>,
  place: Place,
  name: string,
  schema: string,
): { readonly schema: string; readonly table: string } {
  const parts = name.split('.');
  const [first = '', second] = parts;
  if (parts.length > 2 || parts.some((part) => !NAME.test(part))) {
    fault(reading, place, `${name} is no name of a table`, 'Write table or schema.table, 1 to 128 characters each.');
  }
  return second === undefined ? { schema, table: first } : { schema: first, table: second };
}

function readRows(reading: NestedReading, place: Place, { each, split }: RawTable, isTop: boolean): RowsOf {
  if (each === undefined) {
    // One of a wrong shape is told already.
    const isThere = valueAt(reading.source.data, [...place, 'each']) !== undefined;
    if (isTop && !isThere)
      fault(reading, place, 'has no each', 'A top table says where its rows are: each: /Root/Row.');
    if (split !== undefined) fault(reading, [...place, 'split'], 'split goes with each');
    return { kind: 'parent' };
  }
  if (typeof each === 'string') return { kind: 'paths', paths: readEach(reading, [...place, 'each'], each, isTop) };
  const names = each.map(({ as }, index) => writtenText(reading, [...place, 'each', index, 'as'], as));
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      warn(reading, [...place, 'each', index, 'as'], `${name} is there twice: name() does not tell these rows apart`);
  });
  return {
    kind: 'list',
    entries: each.map(({ as, path }, index) => {
      const at = [...place, 'each', index];
      return { as: writtenText(reading, [...at, 'as'], as), paths: readEach(reading, [...at, 'path'], path, isTop) };
    }),
  };
}

function readEach(reading: NestedReading, place: Place, text: string, isTop: boolean): readonly Path[] {
  const paths = readPaths(reading, place, text);
  for (const { start, steps, reads } of paths) {
    if (isTop && start.kind !== 'document')
      fault(reading, place, 'a top table begins at the document', 'Begin with /: /Root/Row.');
    if (!isTop && (start.kind !== 'row' || start.levels > 0)) {
      fault(
        reading,
        place,
        'each of a nested table is relative to its parent row',
        'Write the way down from the row of the parent, without / or .. at its beginning.',
      );
    }
    if (reads === 'name' || steps.at(-1)?.axis === 'text')
      fault(reading, place, 'rows are elements or attributes', 'End with one of them; columns read name() and text().');
  }
  return paths;
}

function readWhere(reading: NestedReading, place: Place, text: string | undefined): NestedTable['where'] {
  if (text === undefined) return null;
  const parsed = parseSqlCondition(text);
  if (parsed.ok) return parsed.tree;
  fault(reading, [...place, 'where'], parsed.message, '', parsed.at);
  return null;
}

function checkKey(reading: NestedReading, raw: RawTable, table: PlacedTable): void {
  const report = (key: string, message: string, advice = ''): void =>
    fault(reading, [...table.place, key], message, advice);
  if (table.position !== null && table.unique !== null)
    report('unique', 'has both position and unique', 'Rows are told apart by one of them.');
  if (raw.on_duplicate !== undefined && table.unique === null) report('on_duplicate', 'on_duplicate goes with unique');
  if (table.onDuplicate === 'update' && table.tables.length > 0)
    report('on_duplicate', 'update cannot replace a row with nested tables', 'Take fail or skip, or position.');
  if (table.count.max !== null && table.count.max < table.count.min) report('rows', 'max is below min');
  for (const [index, name] of (table.unique ?? []).entries()) {
    checkUnique(reading, [...table.place, 'unique', index], name, table);
    if (table.unique?.findIndex((other) => same(other, name)) !== index)
      fault(reading, [...table.place, 'unique', index], `${name} is there twice`, 'Remove one.');
    if (raw.columns?.[name]?.unreadable === 'blank')
      fault(
        reading,
        [...table.place, 'columns', name, 'unreadable'],
        'columns of unique are required, and unreadable: blank contradicts it',
        'Remove it.',
      );
  }
  if (table.columns.length > MOST_COLUMNS)
    fault(
      reading,
      [...table.place, 'columns'],
      `has ${table.columns.length} columns, SQL Server takes ${MOST_COLUMNS} with those of the key`,
      'Move some into a nested table without each, which has a row for each of this one.',
    );
  if (table.position !== null && table.columns.some((column) => same(column.name, table.position ?? '')))
    report('position', `${table.position} is a column as well`, 'Rename one.');
  if (table.rows.kind === 'parent' && table.position !== null)
    warn(reading, [...table.place, 'position'], 'is always 1: without each there is one row for each of the parent');
}

const MOST_COLUMNS = 1024;

function checkUnique(reading: NestedReading, place: Place, name: string, table: PlacedTable): void {
  const column = table.columns.find((candidate) => same(candidate.name, name));
  if (column === undefined)
    return fault(reading, place, `there is no column ${name} in the table`, 'Add it to columns.');
  if (!column.stored) fault(reading, place, `the column ${name} is not stored`, 'Remove store: false.');
  const { kind } = column.type;
  if (kind === 'xml' || ('length' in column.type && column.type.length === null))
    fault(reading, place, `the column ${name} cannot be part of a key`, 'Give it a length.');
}
