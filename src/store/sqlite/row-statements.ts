import { z } from 'zod';
import { qualify, quote } from '../identifier.ts';
import type { DestinationColumn, DestinationTable } from '../destination.ts';
import type { Connection } from './connection.ts';

/** The statements that write rows of one table, each taking the rows as one JSON parameter (see `encode`). */
export interface TableStatements {
  /** Inserts the rows that the rules of spec 11.2 leave. */
  readonly insert: string;
  /** For `update` tables: sets the value of every key to that of its last row. */
  readonly update: string | null;
  /** Columns with a default of their own in the database, in the order of the contract. */
  readonly defaulted: readonly string[];
}

const known = new WeakMap<Connection, WeakMap<DestinationTable, TableStatements>>();

/** Built once a connection and table; the defaults come from the database's catalog. */
export function tableStatements(db: Connection, schema: string, table: DestinationTable): TableStatements {
  const ofConnection = known.get(db) ?? new WeakMap<DestinationTable, TableStatements>();
  known.set(db, ofConnection);
  const statements = ofConnection.get(table) ?? build(schema, table, defaultsOf(db, schema, table));
  ofConnection.set(table, statements);
  return statements;
}

function defaultsOf(db: Connection, schema: string, table: DestinationTable): ReadonlyMap<string, string> {
  const sql = 'SELECT name, dflt_value AS text FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL';
  const rows = db.all(z.object({ name: z.string(), text: z.string() }), sql, `${schema}.${table.name}`);
  return new Map(rows.map(({ name, text }) => [name, text]));
}

function build(schema: string, table: DestinationTable, defaults: ReadonlyMap<string, string>): TableStatements {
  const defaulted = table.columns.map(({ name }) => name).filter((name) => defaults.has(name));
  const name = qualify('sqlite', schema, table.name);
  const columns = table.columns.map((column) => quote('sqlite', column.name));
  // Materialised, so that each row is parsed once and not for every column.
  const parsed = 'parsed AS MATERIALIZED (SELECT key, jsonb(value) AS cells FROM json_each(?))';
  const given = `SELECT key AS "#row", cells ->> 0 AS "#document", cells ->> 1 AS "#keyed", ${values(table, defaulted, defaults)} FROM parsed`;
  const input = `${parsed}, input AS (${given})`;
  const insert = `INSERT INTO ${name} (${columns.join(', ')})`;
  const key = table.uniqueKey ?? [];
  if (table.onDuplicate === 'fail' || key.length === 0) {
    return {
      insert: `WITH ${input} ${insert} SELECT ${columns.join(', ')} FROM input ORDER BY "#row"`,
      update: null,
      defaulted,
    };
  }
  const ranked = `WITH ${input}, ranked AS (SELECT *, ${rank(table, key, 'ASC')} AS "#first", ${rank(table, key, 'DESC')} AS "#last" FROM input)`;
  const same = key.map((column) => `t.${quote('sqlite', column)} = r.${quote('sqlite', column)}`).join(' AND ');
  return {
    insert: `${ranked} ${insert} SELECT ${columns.join(', ')} FROM ranked r WHERE "#first" = 1
      AND NOT EXISTS (SELECT 1 FROM ${name} t WHERE ${same}) ORDER BY "#row"`,
    update: table.onDuplicate === 'update' ? update(table, name, ranked, same) : null,
    defaulted,
  };
}

function update(table: DestinationTable, name: string, ranked: string, same: string): string {
  const columns = table.updateColumns.map((column) => quote('sqlite', column));
  const set = columns.map((column) => `${column} = r.${column}`).join(', ');
  const changed = columns.map((column) => `t.${column} IS NOT r.${column}`).join(' OR ');
  return `${ranked} UPDATE ${name} AS t SET ${set} FROM ranked r WHERE r."#last" = 1 AND ${same} AND (${changed})`;
}

/**
 * The number of a row among those with its key. Complete keys are compared over the whole group. For `skip`, incomplete ones are
 * compared within their document, NULL being equal to NULL, if one of its rows has a complete key; all others are no duplicates.
 */
function rank(table: DestinationTable, key: readonly string[], direction: 'ASC' | 'DESC'): string {
  const incomplete = key.map((column) => `${quote('sqlite', column)} IS NULL`).join(' OR ');
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
  const column = quote('sqlite', name);
  const kind = table.columns.find((candidate) => candidate.name === name)?.type.kind ?? 'text';
  if (!['tinyint', 'smallint', 'int', 'bigint'].includes(kind)) return column;
  return `CASE WHEN ${column} <> '' AND ltrim(${column}, '-') NOT GLOB '*[^0-9]*' THEN CAST(${column} AS INTEGER) ELSE ${column} END`;
}

function values(table: DestinationTable, defaulted: readonly string[], defaults: ReadonlyMap<string, string>): string {
  const first = 2 + defaulted.length;
  const expressions = table.columns.map((column, position) => {
    const text = valueOf(column, `nullif(cells ->> ${first + position}, '')`);
    const standard = defaults.get(column.name);
    const flag = `cells ->> ${2 + defaulted.indexOf(column.name)}`;
    const expression = standard === undefined ? text : `CASE WHEN ${flag} THEN ${text} ELSE (${standard}) END`;
    return `${expression} AS ${quote('sqlite', column.name)}`;
  });
  return expressions.join(', ');
}

// A date keeps its time up to here; the database cuts it off (spec V07).
function valueOf(column: DestinationColumn, text: string): string {
  if (column.type.kind !== 'date') return text;
  return `CASE WHEN ${text} GLOB '????-??-??T??:??:??*' THEN substr(${text}, 1, 10) ELSE ${text} END`;
}
