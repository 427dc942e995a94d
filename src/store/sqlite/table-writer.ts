import { z } from 'zod';
import { EXACT_DIGITS } from './dialect.ts';
import { completeKey } from '../ddl.ts';
import { uniqueIndexOn } from './check.ts';
import { placeOf, type ColumnType, type DestinationTable } from '../destination.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import type { SqliteDialect } from './dialect.ts';
import { type Cell, type Sure, sureOf } from './sure.ts';

/** How rows of one table are written, each by one statement with its values bound. */
export interface TableWriter {
  readonly table: DestinationTable;
  /** In the order of the contract. */
  readonly columns: readonly ColumnWriter[];
  /** Whether any column has a default of its own. */
  readonly hasDefaults: boolean;
  readonly insert: BoundStatement;
  /** Sets the values of a row whose key is there; null where the insert sees to it, or nothing is to be set. */
  readonly update: BoundStatement | null;
  /** Positions of the columns by which duplicates are told; null where the database tells them itself, or nobody does. */
  readonly key: readonly number[] | null;
}

interface ColumnWriter {
  readonly name: string;
  readonly cell: (text: string) => Cell;
  /** The same of what meets the column's CHECK beyond doubt, if xmlfan made it. */
  readonly sure: Sure;
  /** SQL of the column's own default, which a document takes that has no value for it (spec 11.3); null = none. */
  readonly standard: string | null;
}

/** `values` says what its parameters are, in order; null: the values of all columns. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: readonly Parameter[] | null;
}

/** The value of a column, or whether the document has one. */
type Parameter = { readonly column: number; readonly of: 'value' | 'presence' };

const writers = new WeakMap<Connection, WeakMap<DestinationTable, TableWriter>>();

/** Built once a connection and table; types and defaults come from the database's catalog. */
export function tableWriter(context: Context, table: DestinationTable): TableWriter {
  const ofConnection = writers.get(context.db) ?? new WeakMap<DestinationTable, TableWriter>();
  writers.set(context.db, ofConnection);
  const writer = ofConnection.get(table) ?? build(context, table);
  ofConnection.set(table, writer);
  return writer;
}

const CATALOG = z.object({ name: z.string(), type: z.string(), standard: z.string().nullable() });

function build({ db, dialect, workSet }: Context, table: DestinationTable): TableWriter {
  const place = placeOf(workSet.schema, table);
  const name = dialect.tableName(place.schema, place.name);
  const sql = 'SELECT lower(name) AS name, type, dflt_value AS standard FROM pragma_table_info(?)';
  const catalog = new Map(db.all(CATALOG, sql, name).map((column) => [column.name, column]));
  const columns = table.columns.map((column): ColumnWriter => {
    const found = catalog.get(column.name.toLowerCase());
    return {
      name: column.name,
      cell: cellOf(kindOf(column.type), found?.type ?? ''),
      sure: sureOf(column.type),
      standard: found?.standard ?? null,
    };
  });
  const { uniqueKey } = table;
  const told = table.onDuplicate !== 'fail' && uniqueKey !== null && uniqueKey.length > 0;
  const conflict = told ? conflictOn(db, dialect, name, uniqueKey) : null;
  const positions = (names: readonly string[]): readonly number[] =>
    names.map((column) => table.columns.findIndex((candidate) => candidate.name === column));
  return {
    table,
    columns,
    hasDefaults: columns.some(({ standard }) => standard !== null),
    ...statements(dialect, dialect.qualify(place.schema, place.name), table, columns, {
      key: told ? positions(uniqueKey) : [],
      updated: positions(table.updateColumns),
      target: conflict?.target ?? null,
    }),
    key: told && conflict?.isComplete !== true ? positions(uniqueKey) : null,
  };
}

interface Conflict {
  /** The index by which the database tells duplicates, as ON CONFLICT names it. */
  readonly target: string;
  /** Whether it also sees to it that no column of the key is NULL. */
  readonly isComplete: boolean;
}

/** How the database itself tells duplicates of a key; null if it does not. Where it does not have to be asked for each row, writing takes a quarter less. */
function conflictOn(db: Connection, dialect: SqliteDialect, name: string, key: readonly string[]): Conflict | null {
  const columns = `(${key.map((column) => dialect.quote(column)).join(', ')})`;
  const optional = `SELECT 1 FROM pragma_table_info(?) WHERE "notnull" = 0 AND lower(name) IN (SELECT lower(value) FROM json_each(?))`;
  const isComplete = !db.exists(optional, name, JSON.stringify(key));
  if (uniqueIndexOn(db, name, key)) return { target: columns, isComplete };
  const complete = completeKey(key, dialect);
  return uniqueIndexOn(db, name, key, complete) ? { target: `${columns} WHERE ${complete}`, isComplete } : null;
}

interface Duplicates {
  readonly key: readonly number[];
  readonly updated: readonly number[];
  /** Null: each row has to ask whether its key is there. */
  readonly target: string | null;
}

function statements(
  dialect: SqliteDialect,
  target: string,
  { onDuplicate }: DestinationTable,
  columns: readonly ColumnWriter[],
  { key, updated, target: conflict }: Duplicates,
): Pick<TableWriter, 'insert' | 'update'> {
  const all = [...columns.keys()];
  const quoted = (column: number): string => dialect.quote(columns[column]?.name ?? '');
  const list = (some: readonly number[]): string => some.map(quoted).join(', ');
  const values = all.map((column) => valueText(columns, column)).join(', ');
  const into = `INSERT INTO ${target} (${list(all)})`;
  const updating = onDuplicate === 'update' && updated.length > 0;
  if (key.length === 0)
    return { insert: { sql: `${into} VALUES (${values})`, values: parameters(columns, all) }, update: null };
  if (conflict !== null) {
    const action = updating
      ? `UPDATE SET ${updated.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')}`
      : 'NOTHING';
    const sql = `${into} VALUES (${values}) ON CONFLICT ${conflict} DO ${action}`;
    return { insert: { sql, values: parameters(columns, all) }, update: null };
  }
  const same = key.map((column) => `t.${quoted(column)} = ${valueText(columns, column)}`).join(' AND ');
  const absent = `${into} SELECT ${values} WHERE NOT EXISTS (SELECT 1 FROM ${target} t WHERE ${same})`;
  const set = updated.map((column) => `${quoted(column)} = ${valueText(columns, column)}`).join(', ');
  return {
    insert: { sql: absent, values: parameters(columns, [...all, ...key]) },
    update: updating
      ? { sql: `UPDATE ${target} AS t SET ${set} WHERE ${same}`, values: parameters(columns, [...updated, ...key]) }
      : null,
  };
}

function valueText(columns: readonly ColumnWriter[], column: number): string {
  const standard = columns[column]?.standard ?? null;
  return standard === null ? '?' : `CASE WHEN ? THEN ? ELSE (${standard}) END`;
}

function parameters(columns: readonly ColumnWriter[], used: readonly number[]): readonly Parameter[] | null {
  if (used.length === columns.length && columns.every(({ standard }) => standard === null)) return null;
  return used.flatMap((column): Parameter[] => {
    const value: Parameter = { column, of: 'value' };
    return (columns[column]?.standard ?? null) === null ? [value] : [{ column, of: 'presence' }, value];
  });
}

/** The kind of a column's values, whichever format of contract names it. */
export function kindOf(type: ColumnType): string {
  return type.kind === 'exact' ? type.type.kind : type.kind;
}

/** What is bound for a text. `declared` is the column's type in the database. */
function cellOf(kind: string, declared: string): (text: string) => Cell {
  switch (kind) {
    case 'date':
      // It keeps its time up to here; the database cuts it off (spec V07).
      return (text) => (/^.{4}-..-..T..:..:../s.test(text) ? text.slice(0, 10) : text);
    case 'binary':
    case 'varbinary':
      // Bytes travel as hex.
      return (text) => (/^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : null);
    case 'decimal':
    case 'money':
      // In files of version 0.1.0 decimals are text.
      return declared === '' ? numberOf : (text) => text;
    default:
      return (text) => text;
  }
}

/** A decimal that a binary float holds exactly enough as a number, any other text as it is. */
function numberOf(text: string): Cell {
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  if (text === '-' || (whole === '' && fraction === '' && !/^-?0+$/.test(text))) return text;
  if (whole.length + fraction.length > EXACT_DIGITS) return text;
  return /^0*$/.test(fraction) ? BigInt(text.split('.')[0] ?? text) : Number(text);
}
