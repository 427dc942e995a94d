import { z } from 'zod';
import { ANY_INTEGER, isWhole, type IdType } from '../../document-id.ts';
import { idMismatch } from '../id-mismatch.ts';
import { logEntry, notedConflict } from '../log-conflict.ts';
import { MISSING_TABLE, SERVER_FILLS, ownMismatches, ownNames, ownTables, sourceTables } from '../schema.ts';
import { placeOf, type DestinationTable } from '../destination.ts';
import type { Mismatch } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';

/** Whether a table or view exists; names of tables are as the catalog has them. */
export function hasTable(db: Connection, table: string): boolean {
  return columnsOf(db, table).length > 0;
}

/** The columns of a table in small letters; none if there is no such table. */
export function columnNames(db: Connection, table: string): readonly string[] {
  return columnsOf(db, table).map(({ name }) => name.toLowerCase());
}

/** What `init` noted of the log table, or null. */
export function notedOwner({ db, names, dialect, workSet }: Context): string | null {
  if (!hasTable(db, dialect.tableName(workSet.schema, ownNames(workSet).logs))) return null;
  const sql = `SELECT work_set AS noted FROM ${names.logs} WHERE log_table = ?`;
  return db.get(z.object({ noted: z.string() }), sql, logEntry(workSet).logTable)?.noted ?? null;
}

const INDEX = z.object({ columns: z.string(), condition: z.string() });

/** Whether a unique index covers exactly these columns, in any order: for all rows, or with this condition as it is written. */
export function uniqueIndexOn(db: Connection, table: string, columns: readonly string[], condition = ''): boolean {
  const sql = `SELECT (SELECT json_group_array(name) FROM (SELECT lower(name) AS name FROM pragma_index_info(l.name) ORDER BY 1)) AS columns,
      iif(l.partial, (SELECT substr(s.sql, instr(s.sql, ') WHERE ') + 8) FROM sqlite_schema s WHERE s.name = l.name), '') AS condition
    FROM pragma_index_list(?) l WHERE l."unique" = 1`;
  const wanted = JSON.stringify(columns.map((column) => column.toLowerCase()).toSorted());
  return db.all(INDEX, sql, table).some((index) => index.columns === wanted && index.condition === condition);
}

/** Everything in which the database does not fit the contract. */
export function checkDatabase(context: Context, tables: readonly DestinationTable[]): readonly Mismatch[] {
  const { db, dialect, workSet } = context;
  const init = 'Run `xmlfan init`.';
  const source = sourceTables(workSet, dialect).flatMap((table) =>
    missing(context, table, table.columns, 'Make it with `xmlfan init --destination`, or correct the contract.'),
  );
  const own = ownTables(workSet, dialect).flatMap((table) => {
    const name = dialect.tableName(table.schema, table.name);
    return ownMismatches(table, name, columnNames(db, name));
  });
  return [
    ...source,
    ...wrongIds(context),
    ...own,
    ...missingLogIndex(context, init),
    ...notedConflict(workSet, notedOwner(context)),
    ...tables.flatMap((table) => checkTable(context, table)),
  ];
}

const ID_TYPE = z.object({ type: z.string(), alias: z.int() });

/** What a column holds may be another type than what it declares. */
function wrongIds({ db, names, dialect, workSet }: Context): readonly Mismatch[] {
  const { sourceSchema = workSet.schema, sourceTable, idColumn = 'app_id', idType = ANY_INTEGER } = workSet;
  const source = dialect.tableName(sourceSchema, sourceTable);
  const declared = db.get(
    ID_TYPE,
    `SELECT type, pk = 1 AND upper(type) = 'INTEGER' AS alias FROM pragma_table_info(?) WHERE lower(name) = lower(?)`,
    source,
    idColumn,
  );
  if (declared === undefined || (isWhole(idType) && declared.alias === 1)) return [];
  const isNumber = declared.type === '' || /INT|NUM|DEC/i.test(declared.type);
  if (isWhole(idType) && !isNumber) return [idMismatch(dialect, workSet, `is ${declared.type.toLowerCase()}`)];
  const sql = `SELECT typeof(${names.id}) AS type FROM ${names.source} WHERE NOT (${testOfIds(idType, names.id)}) LIMIT 1`;
  const odd = db.get(z.object({ type: z.string() }), sql);
  if (odd === undefined) return [];
  const wanted = isWhole(idType) ? 'integer' : 'text';
  return [idMismatch(dialect, workSet, `holds values that are ${odd.type === wanted ? ODD[idType.kind] : odd.type}`)];
}

const ODD: Readonly<Record<string, string>> = { text: 'longer', uniqueidentifier: 'no GUIDs in lower case' };

function testOfIds(type: IdType, id: string): string {
  if (isWhole(type)) return `typeof(${id}) = 'integer'`;
  const form = [8, 4, 4, 4, 12].map((digits) => '[0-9a-f]'.repeat(digits)).join('-');
  return `typeof(${id}) = 'text' AND ${type.kind === 'text' ? `length(${id}) <= ${type.length}` : `${id} GLOB '${form}'`}`;
}

const COLUMN = z.object({ name: z.string(), required: z.int(), generated: z.int() });

type Column = z.infer<typeof COLUMN>;

function columnsOf(db: Connection, table: string): readonly Column[] {
  // A single INTEGER key fills itself.
  const sql = `SELECT name, "notnull" = 1 AND dflt_value IS NULL AND NOT (pk > 0 AND type = 'INTEGER') AS required, hidden > 1 AS generated
    FROM pragma_table_xinfo(?) WHERE hidden <> 1`;
  return db.all(COLUMN, sql, table);
}

function missing(
  { db, dialect }: Context,
  table: Pick<TableDdl, 'schema' | 'name'>,
  columns: readonly string[],
  advice: string,
): readonly Mismatch[] {
  const place = dialect.tableName(table.schema, table.name);
  const there = new Set(columnNames(db, place));
  if (there.size === 0) return [{ place, message: MISSING_TABLE, advice, severity: 'error' }];
  return columns
    .filter((name) => !there.has(name.toLowerCase()))
    .map((name) => ({ place: `${place}.${name}`, message: 'The column is missing.', advice, severity: 'error' }));
}

function missingLogIndex({ db, dialect, workSet: { schema, logTable } }: Context, advice: string): readonly Mismatch[] {
  const log = dialect.tableName(schema, logTable);
  if (!hasTable(db, log) || uniqueIndexOn(db, log, ['app_id'])) return [];
  const message = 'There is no unique index on app_id, without which a document could be logged twice.';
  return [{ place: log, message, advice, severity: 'error' }];
}

function checkTable(context: Context, table: DestinationTable): readonly Mismatch[] {
  const { db, dialect, workSet } = context;
  const at = placeOf(workSet.schema, table);
  const names = table.columns.map(({ name }) => name);
  const absent = missing(
    context,
    at,
    names,
    'Create it (`xmlfan ddl CONTRACT --dialect sqlite` prints the statements), or correct the contract.',
  );
  const filled = new Map(table.columns.map((column) => [column.name.toLowerCase(), column]));
  const own = dialect.tableName(at.schema, at.name);
  const columns = columnsOf(db, own);
  const generated = columns
    .filter((column) => column.generated === 1 && filled.has(column.name.toLowerCase()))
    .map(({ name }): Mismatch => ({ place: `${own}.${name}`, ...SERVER_FILLS }));
  const required = columns.filter((column) => column.required === 1 && column.generated === 0);
  const unfilled = required.flatMap(({ name }): readonly Mismatch[] => {
    const place = `${own}.${name}`;
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
  return [...absent, ...generated, ...unfilled];
}
