import { z } from 'zod';
import { logEntry, notedConflict } from '../log-conflict.ts';
import { ownMismatches, ownNames, ownTables, sourceTables } from '../schema.ts';
import type { DestinationTable, WorkSet } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Mismatch } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { Connection } from './connection.ts';

type TableName = Pick<TableDdl, 'schema' | 'name'>;

/** Whether a table or view exists. */
export function hasTable(db: Connection, table: TableName): boolean {
  return columnsOf(db, table).length > 0;
}

/** The columns of a table in small letters; none if there is no such table. */
export function columnNames(db: Connection, table: TableName): readonly string[] {
  return columnsOf(db, table).map(({ name }) => name.toLowerCase());
}

/** What `init` noted of the log table, or null. */
export function notedOwner(db: Connection, names: Names, workSet: WorkSet): string | null {
  if (!hasTable(db, { schema: workSet.schema, name: ownNames(workSet).logs })) return null;
  const sql = `SELECT work_set AS noted FROM ${names.logs} WHERE log_table = ?`;
  return db.get(z.object({ noted: z.string() }), sql, logEntry(workSet).logTable)?.noted ?? null;
}

/** Whether a unique index covers exactly these columns, in any order and for all rows. */
export function uniqueIndexOn(db: Connection, { schema, name }: TableName, columns: readonly string[]): boolean {
  const sql = `SELECT (SELECT json_group_array(name) FROM (SELECT lower(name) AS name FROM pragma_index_info(l.name) ORDER BY 1)) AS columns
    FROM pragma_index_list(?) l WHERE l."unique" = 1 AND l.partial = 0`;
  const wanted = JSON.stringify(columns.map((column) => column.toLowerCase()).toSorted());
  return db.all(z.object({ columns: z.string() }), sql, `${schema}.${name}`).some((index) => index.columns === wanted);
}

/** Everything in which the database does not fit the contract. */
export function checkDatabase(
  db: Connection,
  names: Names,
  workSet: WorkSet,
  tables: readonly DestinationTable[],
): readonly Mismatch[] {
  const init = 'Run `xmlfan init`.';
  const source = sourceTables(workSet, 'sqlite').flatMap((table) =>
    missing(db, table, table.columns, 'Make it with `xmlfan init --destination`, or correct the contract.'),
  );
  const own = ownTables(workSet, 'sqlite').flatMap((table) => ownMismatches(table, columnNames(db, table)));
  return [
    ...source,
    ...own,
    ...missingLogIndex(db, workSet, init),
    ...notedConflict(workSet, notedOwner(db, names, workSet)),
    ...tables.flatMap((table) => checkTable(db, workSet.schema, table)),
  ];
}

const COLUMN = z.object({ name: z.string(), required: z.int() });

type Column = z.infer<typeof COLUMN>;

function columnsOf(db: Connection, { schema, name }: TableName): readonly Column[] {
  // A single INTEGER key fills itself.
  const sql = `SELECT name, "notnull" = 1 AND dflt_value IS NULL AND NOT (pk > 0 AND type = 'INTEGER') AS required FROM pragma_table_info(?)`;
  return db.all(COLUMN, sql, `${schema}.${name}`);
}

function missing(db: Connection, table: TableName, columns: readonly string[], advice: string): readonly Mismatch[] {
  const place = `${table.schema}.${table.name}`;
  const there = new Set(columnsOf(db, table).map(({ name }) => name.toLowerCase()));
  if (there.size === 0) return [{ place, message: 'The table is missing.', advice, severity: 'error' }];
  return columns
    .filter((name) => !there.has(name.toLowerCase()))
    .map((name) => ({ place: `${place}.${name}`, message: 'The column is missing.', advice, severity: 'error' }));
}

function missingLogIndex(db: Connection, workSet: WorkSet, advice: string): readonly Mismatch[] {
  const log = { schema: workSet.schema, name: workSet.logTable };
  if (!hasTable(db, log) || uniqueIndexOn(db, log, ['app_id'])) return [];
  const message = 'There is no unique index on app_id, without which a document could be logged twice.';
  return [{ place: `${log.schema}.${log.name}`, message, advice, severity: 'error' }];
}

function checkTable(db: Connection, schema: string, table: DestinationTable): readonly Mismatch[] {
  const names = table.columns.map(({ name }) => name);
  const absent = missing(
    db,
    { schema, name: table.name },
    names,
    'Create it (`xmlfan ddl` prints the statements), or correct the contract.',
  );
  const filled = new Map(table.columns.map((column) => [column.name.toLowerCase(), column]));
  const required = columnsOf(db, { schema, name: table.name }).filter((column) => column.required === 1);
  const unfilled = required.flatMap(({ name }): readonly Mismatch[] => {
    const place = `${schema}.${table.name}.${name}`;
    const column = filled.get(name.toLowerCase());
    if (column === undefined) {
      const message = 'The column is NOT NULL and has no default, but no mapping fills it.';
      return [{ place, message, advice: 'Map it, or give it a default.', severity: 'error' }];
    }
    if (!column.nullable || table.primaryKey.includes(column.name)) return [];
    const message =
      'The column is NOT NULL and has no default, but not every document fills it; those that do not will fail.';
    return [
      { place, message, advice: 'Give its mapping a `default_value`, or the column a default.', severity: 'warning' },
    ];
  });
  return [...absent, ...unfilled];
}
