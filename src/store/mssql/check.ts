import { z } from 'zod';
import { printValueType, type ValueType } from '../../values/typed/value-type.ts';
import { MISSING_TABLE, SERVER_FILLS, ownMismatches, ownNames, ownTables, sourceTables } from '../schema.ts';
import { ANY_INTEGER, isWhole, type IdType } from '../../document-id.ts';
import { idMismatch } from '../id-mismatch.ts';
import { declaredType, hasUniqueKey, readCatalog, typeText } from './catalog.ts';
import { notedConflict } from '../log-conflict.ts';
import { classOf } from './errors.ts';
import { notedOwner } from './log-owner.ts';
import { checkPermissions, seesAll } from './permissions.ts';
import { NUMBER } from './run-rows.ts';
import { MSSQL } from './dialect.ts';
import { placeOf, type DestinationColumn, type DestinationTable, type WorkSet } from '../destination.ts';
import type { Mismatch } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { Catalog, CatalogColumn } from './catalog.ts';
import type { Session, Statement } from './statement.ts';
import type { FoundTable } from './permissions.ts';
import type { SessionContext } from './context.ts';
import { count } from '../../words.ts';

/** Everything in which the database does not fit the contract. */
export async function checkDatabase(
  context: SessionContext,
  tables: readonly DestinationTable[],
): Promise<readonly Mismatch[]> {
  const { db, workSet } = context;
  const server = await checkServer(db);
  if (server.some(({ severity }) => severity === 'error')) return server;
  const source = sourceTables(workSet, MSSQL);
  const own = ownTables(workSet, MSSQL);
  const found = await findTables(db, allTables(workSet, tables));
  const init = 'Run `xmlfan init`.';
  const notes = found.of({ schema: workSet.schema, name: ownNames(workSet).logs });
  return [
    ...source.flatMap((table) =>
      missing(found, table, table.columns, 'Make it with `xmlfan init --destination`, or correct the contract.'),
    ),
    ...wrongIds(found, workSet),
    ...otherIdsInLog(found, workSet),
    ...own.flatMap((table) =>
      ownMismatches(
        table,
        MSSQL.tableName(table.schema, table.name),
        [...(found.of(table)?.columns.keys() ?? [])],
        found.absence(table),
      ),
    ),
    ...missingLogIndex(found, workSet, init),
    ...notedConflict(workSet, await notedOwner(context, notes)),
    ...tables.flatMap((table) => checkTable(found, placeOf(workSet.schema, table), table)),
    ...(await checkPermissions(db, workSet, tables, found.tables)),
    ...server,
  ];
}

/** The tables of a contract that are there, as permissions are asked for. */
export async function tablesThere(
  { db, workSet }: SessionContext,
  tables: readonly DestinationTable[],
): Promise<readonly FoundTable[]> {
  return (await findTables(db, allTables(workSet, tables))).tables;
}

/** Every table that a run of a contract touches. */
export function allTables(workSet: WorkSet, tables: readonly DestinationTable[]): readonly Named[] {
  const written = tables.map((table) => placeOf(workSet.schema, table));
  return [...sourceTables(workSet, MSSQL), ...ownTables(workSet, MSSQL), ...written];
}

type Named = Pick<TableDdl, 'schema' | 'name'>;

/** The tables that are there, and how those are told that are not. */
interface Found {
  readonly tables: readonly FoundTable[];
  readonly of: Catalog;
  readonly absence: (table: Named) => string;
}

async function findTables(db: Session, all: readonly Named[]): Promise<Found> {
  const of = await readCatalog(db, all);
  const hidden = new Set<string>();
  for (const [schema, names] of Map.groupBy(all, (table) => table.schema))
    if (!names.every(of) && !(await seesAll(db, schema))) hidden.add(schema);
  return {
    of,
    tables: all.flatMap(({ schema, name }) => {
      const table = of({ schema, name });
      return table === undefined ? [] : [{ schema, name, columns: table.columns }];
    }),
    absence: ({ schema }) =>
      hidden.has(schema) ? 'The table is missing, or the login may not see it.' : MISSING_TABLE,
  };
}

const SERVER = z.object({ name: z.string(), level: NUMBER, snapshot: z.boolean().nullable() });

async function checkServer(db: Session): Promise<readonly Mismatch[]> {
  const row = await db.get(SERVER, serverStatement());
  if (row === undefined) return [];
  const place = row.name;
  if (row.level < 130 && !(await hasOpenJson(db))) {
    const message = `The database's compatibility level is ${row.level}; 130 is needed.`;
    return [{ place, message, advice: 'ALTER DATABASE CURRENT SET COMPATIBILITY_LEVEL = 150', severity: 'error' }];
  }
  if (row.snapshot !== false) return [];
  const message =
    'READ_COMMITTED_SNAPSHOT is off: whoever reads waits for the groups being written, and they for the readers.';
  return [{ place, message, advice: 'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON', severity: 'warning' }];
}

export function serverStatement(): Statement {
  const sql = `SELECT name, CAST(compatibility_level AS int) AS [level], is_read_committed_snapshot_on AS snapshot FROM sys.databases WHERE name = DB_NAME()`;
  return { sql, inputs: {} };
}

/** Whether OPENJSON is there, which the compatibility level decides. */
async function hasOpenJson(db: Session): Promise<boolean> {
  try {
    await db.run(openJsonStatement());
    return true;
  } catch (error) {
    if (classOf(error) !== 'transient') return false;
    throw error;
  }
}

export function openJsonStatement(): Statement {
  return { sql: `SELECT r.n FROM OPENJSON(N'[[1]]') WITH (n int '$[0]') r`, inputs: {} };
}

function missing(found: Found, table: Named, columns: readonly string[], advice: string): readonly Mismatch[] {
  const place = `${table.schema}.${table.name}`;
  const there = found.of(table);
  if (there === undefined) return [{ place, message: found.absence(table), advice, severity: 'error' }];
  return columns
    .filter((column) => !there.columns.has(column.toLowerCase()))
    .map((column) => ({ place: `${place}.${column}`, message: 'The column is missing.', advice, severity: 'error' }));
}

/** Documents are partitioned, ordered and logged by what the column holds; inputs are typed as the contract says. */
function wrongIds(found: Found, workSet: WorkSet): readonly Mismatch[] {
  const { schema, sourceSchema = schema, sourceTable, idColumn = 'app_id', idType = ANY_INTEGER } = workSet;
  const id = found.of({ schema: sourceSchema, name: sourceTable })?.columns.get(idColumn.toLowerCase());
  if (id === undefined) return [];
  return holdsIds(idType, id) ? [] : [idMismatch(MSSQL, workSet, `is ${typeText(id)}`)];
}

function holdsIds(type: IdType, { type: column, length, scale }: CatalogColumn): boolean {
  if (type.kind === 'uniqueidentifier') return column === type.kind;
  if (type.kind === 'text') {
    const family = type.sql.startsWith('n') ? ['nchar', 'nvarchar'] : ['char', 'varchar'];
    return family.includes(column) && length > 0 && length <= type.length;
  }
  return INTEGERS.includes(column) || (['decimal', 'numeric'].includes(column) && scale === 0);
}

/** A log that holds ids in another way than the source does would be searched row by row, or not at all. */
function otherIdsInLog(found: Found, workSet: WorkSet): readonly Mismatch[] {
  const { schema, sourceSchema = schema, sourceTable, idColumn = 'app_id', idType = ANY_INTEGER, logTable } = workSet;
  const source = found.of({ schema: sourceSchema, name: sourceTable })?.columns.get(idColumn.toLowerCase());
  const log = found.of({ schema, name: logTable })?.columns.get('app_id');
  if (isWhole(idType) || source === undefined || log === undefined) return [];
  if (declaredType(source) === declaredType(log)) return [];
  return [
    {
      place: `${schema}.${logTable}.app_id`,
      message: `The column is ${declaredType(log)}, the ids of the source are ${declaredType(source)}.`,
      advice: 'Name another `log` in the contract, which `xmlfan init` makes, or give the column that type.',
      severity: 'error',
    },
  ];
}

function missingLogIndex(found: Found, { schema, logTable }: WorkSet, advice: string): readonly Mismatch[] {
  const log = found.of({ schema, name: logTable });
  if (log === undefined || hasUniqueKey(log, ['app_id'])) return [];
  const message = 'There is no unique index on app_id, without which a document could be logged twice.';
  return [{ place: `${schema}.${logTable}`, message, advice, severity: 'error' }];
}

function checkTable(found: Found, at: Named, table: DestinationTable): readonly Mismatch[] {
  const names = table.columns.map(({ name }) => name);
  const advice = 'Create it (`xmlfan ddl CONTRACT` prints the statements), or correct the contract.';
  const absent = missing(found, at, names, advice);
  const columns = found.of(at)?.columns ?? [];
  const filled = new Map(table.columns.map((column) => [column.name.toLowerCase(), column]));
  const faults = [...columns].flatMap(([key, column]) => {
    const place = `${at.schema}.${at.name}.${column.name}`;
    const mapped = filled.get(key);
    const own = mapped === undefined ? [] : narrower(mapped, column);
    return [...own, ...unfilled(table, mapped, column)].map((fault) => ({ place, ...fault }));
  });
  return [...absent, ...faults];
}

type ColumnFault = Omit<Mismatch, 'place'>;

function unfilled(
  table: DestinationTable,
  mapped: DestinationColumn | undefined,
  column: CatalogColumn,
): readonly ColumnFault[] {
  if (column.nullable || column.hasDefault || column.identity || column.serverOnly) return [];
  if (mapped === undefined) {
    const message = 'The column is NOT NULL and has no default, but no mapping fills it.';
    return [{ message, advice: 'Map it, or give it a default.', severity: 'error' }];
  }
  if (!mapped.nullable || table.primaryKey.includes(mapped.name)) return [];
  const message =
    'The column is NOT NULL and has no default, but not every document fills it; those that do not will fail.';
  return [{ message, advice: 'Give its mapping a `default_value`, or the column a default.', severity: 'warning' }];
}

const INTEGERS = ['bit', 'tinyint', 'smallint', 'int', 'bigint'];
const TEXTS = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'text', 'ntext']);
const OF_TEXT = new Set(['xml', 'sql_variant', 'geography', 'geometry', 'hierarchyid']);
const DATES = ['date', 'smalldatetime', 'datetime', 'datetime2', 'datetimeoffset'];

/** Columns that cannot hold all that the contract may write; only documents that do so fail, so most of it is a warning. */
function narrower({ type }: DestinationColumn, column: CatalogColumn): readonly ColumnFault[] {
  if (column.serverOnly) return [SERVER_FILLS];
  const warn = (contract: string): readonly ColumnFault[] => [
    {
      message: `The contract writes ${contract}, the column is ${typeText(column)}; documents with a value that does not fit will fail.`,
      advice: 'Widen the column, or narrow the mapping.',
      severity: 'warning',
    },
  ];
  if (type.kind === 'exact') {
    const wanted = printValueType(type.type);
    return isSameType(type.type, column) ? [] : warn(wanted);
  }
  if (type.kind === 'text') {
    const length = type.length === null ? 'text of any length' : `text of up to ${count(type.length, 'character')}`;
    // XML and CLR types make of a text what they hold.
    if (!TEXTS.has(column.type)) return OF_TEXT.has(column.type) ? [] : warn(length);
    return column.length > 0 && (type.length === null || column.length < type.length) ? warn(length) : [];
  }
  if (TEXTS.has(column.type)) return [];
  if (type.kind === 'decimal') {
    const decimal = `decimal(${type.precision}, ${type.scale})`;
    if (column.type !== 'decimal' && column.type !== 'numeric')
      return ['float', 'real', 'money'].includes(column.type) ? [] : warn(decimal);
    // How many digits stand before the point, a contract does not say.
    return column.scale < type.scale ? warn(decimal) : [];
  }
  if (type.kind === 'time' || type.kind === 'uniqueidentifier') return column.type === type.kind ? [] : warn(type.kind);
  const order = INTEGERS.includes(type.kind) ? INTEGERS : DATES;
  const [wanted, has] = [order.indexOf(type.kind), order.indexOf(column.type)];
  if (type.kind === 'float') return column.type === 'float' ? [] : warn('float');
  if (has >= 0)
    return has < wanted && !(type.kind === 'datetime' && column.type === 'datetime2') ? warn(type.kind) : [];
  return order === INTEGERS && ['decimal', 'numeric', 'float', 'money'].includes(column.type) ? [] : warn(type.kind);
}

/** Whether a column is of the type that the contract names, or holds more of the kind. */
function isSameType(type: ValueType, column: CatalogColumn): boolean {
  if (type.kind === 'decimal') {
    const isDecimal = column.type === 'decimal' || column.type === 'numeric';
    return isDecimal && column.scale === type.scale && column.precision >= type.precision;
  }
  if (column.type !== type.kind) return false;
  if ('scale' in type) return column.scale >= type.scale;
  return !('length' in type) || column.length === -1 || (type.length !== null && column.length >= type.length);
}
