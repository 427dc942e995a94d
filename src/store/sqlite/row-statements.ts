import { z } from 'zod';
import { qualify, quote } from '../identifier.ts';
import { uniqueIndexOn } from './check.ts';
import type { DestinationTable } from '../destination.ts';
import type { Connection } from './connection.ts';

/** The statements that write rows of one table, each taking the rows as one JSON parameter (see `encode`). */
export interface TableStatements {
  /** Inserts the rows that the rules of spec 11.2 leave. */
  readonly insert: string;
  /** For `update` tables: sets the value of every key to that of its last row; needless if every row was inserted. */
  readonly update: string | null;
  /** Columns with a default of their own in the database, in the order of the contract. */
  readonly defaulted: readonly string[];
}

const known = new WeakMap<Connection, WeakMap<DestinationTable, TableStatements>>();

/** Built once a connection and table; the defaults come from the database's catalog. */
export function tableStatements(db: Connection, schema: string, table: DestinationTable): TableStatements {
  const ofConnection = known.get(db) ?? new WeakMap<DestinationTable, TableStatements>();
  known.set(db, ofConnection);
  const statements =
    ofConnection.get(table) ?? build(schema, table, defaultsOf(db, schema, table), isEnforced(db, schema, table));
  ofConnection.set(table, statements);
  return statements;
}

function defaultsOf(db: Connection, schema: string, table: DestinationTable): ReadonlyMap<string, string> {
  const sql = 'SELECT lower(name) AS name, dflt_value AS text FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL';
  const rows = db.all(z.object({ name: z.string(), text: z.string() }), sql, `${schema}.${table.name}`);
  return new Map(rows.map(({ name, text }) => [name, text]));
}

/** Whether the database itself sees to it that the key is complete and unique. */
function isEnforced(db: Connection, schema: string, { name, uniqueKey }: DestinationTable): boolean {
  if (uniqueKey === null || uniqueKey.length === 0 || !uniqueIndexOn(db, { schema, name }, uniqueKey)) return false;
  const optional = `SELECT 1 FROM pragma_table_info(?) WHERE "notnull" = 0 AND lower(name) IN (SELECT lower(value) FROM json_each(?))`;
  return !db.exists(optional, `${schema}.${name}`, JSON.stringify(uniqueKey));
}

// Materialised, so that each row is parsed once and not for every column.
const PARSED = 'parsed AS MATERIALIZED (SELECT key AS "#row", jsonb(value) AS "#cells" FROM json_each(?))';

function build(
  schema: string,
  table: DestinationTable,
  defaults: ReadonlyMap<string, string>,
  enforced: boolean,
): TableStatements {
  const defaulted = table.columns.map(({ name }) => name).filter((name) => defaults.has(name.toLowerCase()));
  const valueOf = (name: string): string => valueText(table, defaulted, defaults, name);
  const names = table.columns.map((column) => column.name);
  const target = qualify('sqlite', schema, table.name);
  const insert = `INSERT INTO ${target} (${names.map(quoted).join(', ')}) SELECT ${names.map(valueOf).join(', ')}`;
  const all = `WITH ${PARSED} ${insert} FROM parsed WHERE true ORDER BY "#row"`;
  if (table.onDuplicate === 'fail' || table.uniqueKey === null) return { insert: all, update: null, defaulted };
  if (enforced) return { insert: `${all} ${onConflict(table, table.uniqueKey)}`, update: null, defaulted };
  return { ...ranked(table, table.uniqueKey, target, insert, valueOf), defaulted };
}

// What the database's own index finds to be a duplicate, row by row.
function onConflict(table: DestinationTable, key: readonly string[]): string {
  const target = `ON CONFLICT (${key.map(quoted).join(', ')})`;
  if (table.onDuplicate === 'skip' || table.updateColumns.length === 0) return `${target} DO NOTHING`;
  return `${target} DO UPDATE SET ${table.updateColumns.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`;
}

// Without such an index duplicates are told by ranking the keys; the other values are taken from the rows that are left.
// A value that a later row of the group replaces is not tried against the constraints then.
function ranked(
  table: DestinationTable,
  key: readonly string[],
  target: string,
  insert: string,
  valueOf: (name: string) => string,
): Pick<TableStatements, 'insert' | 'update'> {
  const keys = key.map((name) => `${valueOf(name)} AS ${quoted(name)}`).join(', ');
  const keyed = `keyed AS (SELECT *, "#cells" ->> 0 AS "#document", "#cells" ->> 1 AS "#keyed", ${keys} FROM parsed)`;
  const rows = (direction: 'ASC' | 'DESC'): string =>
    `WITH ${PARSED}, ${keyed}, ranked AS (SELECT *, ${rank(table, key, direction)} AS "#rank" FROM keyed)`;
  const same = key.map((name) => `t.${quoted(name)} = r.${quoted(name)}`).join(' AND ');
  const absent = `NOT EXISTS (SELECT 1 FROM ${target} t WHERE ${same})`;
  const set = table.updateColumns.map((name) => `${quoted(name)} = ${valueOf(name)}`).join(', ');
  const update = `${rows('DESC')} UPDATE ${target} AS t SET ${set} FROM ranked r WHERE "#rank" = 1 AND ${same}`;
  return {
    insert: `${rows('ASC')} ${insert} FROM ranked r WHERE "#rank" = 1 AND ${absent} ORDER BY "#row"`,
    update: table.onDuplicate === 'update' && set !== '' ? update : null,
  };
}

function quoted(name: string): string {
  return quote('sqlite', name);
}

/**
 * The number of a row among those with its key. Complete keys are compared over the whole group. For `skip`, incomplete ones are
 * compared within their document, NULL being equal to NULL, if one of its rows has a complete key; all others are no duplicates.
 */
function rank(table: DestinationTable, key: readonly string[], direction: 'ASC' | 'DESC'): string {
  const incomplete = key.map((column) => `${quoted(column)} IS NULL`).join(' OR ');
  const alone = table.onDuplicate === 'skip' ? `NOT "#keyed"` : '1';
  const parts = [
    ...key.map((column) => comparable(table, column)),
    `CASE WHEN ${incomplete} THEN "#document" END`,
    `CASE WHEN (${incomplete}) AND ${alone} THEN "#row" END`,
  ];
  return `row_number() OVER (PARTITION BY ${parts.join(', ')} ORDER BY "#row" ${direction})`;
}

// Key values are compared before they become integers, so `07` and `7` are made equal here.
function comparable(table: DestinationTable, name: string): string {
  const column = quoted(name);
  if (!['tinyint', 'smallint', 'int', 'bigint'].includes(kindOf(table, name))) return column;
  return `CASE WHEN ${column} <> '' AND ltrim(${column}, '-') NOT GLOB '*[^0-9]*' THEN CAST(${column} AS INTEGER) ELSE ${column} END`;
}

/** SQL for the value of a column, out of the cells of a row. */
function valueText(
  table: DestinationTable,
  defaulted: readonly string[],
  defaults: ReadonlyMap<string, string>,
  name: string,
): string {
  const position = 2 + defaulted.length + table.columns.findIndex((column) => column.name === name);
  const text = shape(table, name, `nullif("#cells" ->> ${position}, '')`);
  const standard = defaults.get(name.toLowerCase());
  return standard === undefined
    ? text
    : `CASE WHEN "#cells" ->> ${2 + defaulted.indexOf(name)} THEN ${text} ELSE (${standard}) END`;
}

// A date keeps its time up to here; the database cuts it off (spec V07). Bytes travel as hex.
function shape(table: DestinationTable, name: string, text: string): string {
  const kind = kindOf(table, name);
  if (kind === 'binary' || kind === 'varbinary') return `unhex(${text})`;
  if (kind !== 'date') return text;
  return `CASE WHEN ${text} GLOB '????-??-??T??:??:??*' THEN substr(${text}, 1, 10) ELSE ${text} END`;
}

function kindOf(table: DestinationTable, name: string): string {
  const type = table.columns.find((column) => column.name === name)?.type;
  return type?.kind === 'exact' ? type.type.kind : (type?.kind ?? 'text');
}
