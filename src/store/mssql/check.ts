import { z } from 'zod';
import { ownTables, sourceTables } from '../schema.ts';
import { hasUniqueKey, readCatalog, typeText } from './catalog.ts';
import { classOf } from './errors.ts';
import { NUMBER } from './records.ts';
import type { DestinationColumn, DestinationTable, WorkSet } from '../destination.ts';
import type { Mismatch } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { CatalogColumn, CatalogTable } from './catalog.ts';
import type { Session, Statement } from './connection.ts';

type Catalog = ReadonlyMap<string, CatalogTable>;

/** Everything in which the database does not fit the contract. */
export async function checkDatabase(
  db: Session,
  workSet: WorkSet,
  tables: readonly DestinationTable[],
): Promise<readonly Mismatch[]> {
  const server = await checkServer(db);
  if (server.some(({ severity }) => severity === 'error')) return server;
  const init = 'Run `xmlfan init`.';
  const source = sourceTables(workSet, 'mssql');
  const own = ownTables(workSet, 'mssql');
  const catalogs = new Map<string, Catalog>();
  const all: readonly { readonly schema: string; readonly name: string }[] = [
    ...source,
    ...own,
    ...tables.map(({ name }) => ({ schema: workSet.schema, name })),
  ];
  for (const schema of new Set(all.map((table) => table.schema))) {
    const ofSchema = all.filter((table) => table.schema === schema).map(({ name }) => name);
    catalogs.set(schema, await readCatalog(db, schema, ofSchema));
  }
  const find = (schema: string, name: string) => catalogs.get(schema)?.get(name.toLowerCase());
  return [
    ...source.flatMap((table) =>
      missing(table, table.columns, find(table.schema, table.name), 'Create it, or correct the contract.'),
    ),
    ...own.flatMap((table) => missing(table, table.columns, find(table.schema, table.name), init)),
    ...missingLogIndex(workSet, find(workSet.schema, workSet.logTable), init),
    ...tables.flatMap((table) => checkTable(workSet.schema, table, find(workSet.schema, table.name))),
    ...(await checkPermissions(
      db,
      workSet,
      tables,
      all.flatMap(({ schema, name }) => {
        const found = find(schema, name);
        return found === undefined ? [] : [{ schema, name, columns: found.columns }];
      }),
    )),
    ...server,
  ];
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

function missing(
  { schema, name }: Pick<TableDdl, 'schema' | 'name'>,
  columns: readonly string[],
  found: CatalogTable | undefined,
  advice: string,
): readonly Mismatch[] {
  const place = `${schema}.${name}`;
  if (found === undefined) return [{ place, message: 'The table is missing.', advice, severity: 'error' }];
  return columns
    .filter((column) => !found.columns.has(column.toLowerCase()))
    .map((column) => ({ place: `${place}.${column}`, message: 'The column is missing.', advice, severity: 'error' }));
}

function missingLogIndex(
  { schema, logTable }: WorkSet,
  log: CatalogTable | undefined,
  advice: string,
): readonly Mismatch[] {
  if (log === undefined || hasUniqueKey(log, ['app_id'])) return [];
  const message = 'There is no unique index on app_id, without which a document could be logged twice.';
  return [{ place: `${schema}.${logTable}`, message, advice, severity: 'error' }];
}

function checkTable(schema: string, table: DestinationTable, found: CatalogTable | undefined): readonly Mismatch[] {
  const names = table.columns.map(({ name }) => name);
  const advice = 'Create it (`xmlfan ddl` prints the statements), or correct the contract.';
  const absent = missing({ schema, name: table.name }, names, found, advice);
  if (found === undefined) return absent;
  const filled = new Map(table.columns.map((column) => [column.name.toLowerCase(), column]));
  const faults = [...found.columns].flatMap(([key, column]) => {
    const place = `${schema}.${table.name}.${column.name}`;
    const mapped = filled.get(key);
    const own = mapped === undefined ? [] : narrower(mapped, column);
    return [...own, ...unfilled(table, mapped, column)].map((fault) => ({ place, ...fault }));
  });
  return [...absent, ...faults];
}

type Fault = Omit<Mismatch, 'place'>;

function unfilled(
  table: DestinationTable,
  mapped: DestinationColumn | undefined,
  column: CatalogColumn,
): readonly Fault[] {
  if (column.nullable || column.hasDefault || column.identity || column.computed) return [];
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
const DATES = ['date', 'smalldatetime', 'datetime', 'datetime2', 'datetimeoffset'];

/** Columns that cannot hold all that the contract may write; only documents that do so fail, so most of it is a warning. */
function narrower({ type }: DestinationColumn, column: CatalogColumn): readonly Fault[] {
  if (column.computed) {
    return [
      {
        message: 'The column is computed and cannot be written.',
        advice: 'Take it out of the contract.',
        severity: 'error',
      },
    ];
  }
  const warn = (contract: string): readonly Fault[] => [
    {
      message: `The contract writes ${contract}, the column is ${typeText(column)}; documents with a value that does not fit will fail.`,
      advice: 'Widen the column, or narrow the mapping.',
      severity: 'warning',
    },
  ];
  if (type.kind === 'text') {
    const length = type.length === null ? 'text of any length' : `text of up to ${type.length} characters`;
    if (!TEXTS.has(column.type)) return column.type === 'xml' ? [] : warn(length);
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
  const order = INTEGERS.includes(type.kind) ? INTEGERS : DATES;
  const [wanted, has] = [order.indexOf(type.kind), order.indexOf(column.type)];
  if (type.kind === 'float') return column.type === 'float' ? [] : warn('float');
  if (has >= 0)
    return has < wanted && !(type.kind === 'datetime' && column.type === 'datetime2') ? warn(type.kind) : [];
  return order === INTEGERS && ['decimal', 'numeric', 'float', 'money'].includes(column.type) ? [] : warn(type.kind);
}

const PERMISSION = z.object({ name: z.string(), permission: z.string(), granted: NUMBER.nullable() });

type FoundTable = { readonly schema: string; readonly name: string } & Pick<CatalogTable, 'columns'>;

/** What the login may not do with the tables that are there. */
async function checkPermissions(
  db: Session,
  workSet: WorkSet,
  tables: readonly DestinationTable[],
  found: readonly FoundTable[],
): Promise<readonly Mismatch[]> {
  const rows = await db.all(PERMISSION, permissionStatement(permissionsFor(workSet, tables, found)));
  return rows
    .filter(({ granted }) => granted === 0)
    .map(({ name, permission }) => ({
      place: name,
      message: `The login lacks the permission ${permission}.`,
      advice: `GRANT ${permission} on it to the login.`,
      severity: 'error',
    }));
}

interface Permission {
  readonly schema: string;
  readonly name: string;
  readonly permission: string;
}

/** What a run does with each table. */
export function permissionsFor(
  workSet: WorkSet,
  tables: readonly DestinationTable[],
  found: readonly FoundTable[],
): readonly Permission[] {
  const own = new Set(ownTables(workSet, 'mssql').map(({ name }) => name));
  const written = new Map(tables.map((table) => [table.name, table]));
  return found.flatMap(({ schema, name, columns }) => {
    const table = written.get(name);
    const permissions = ['SELECT'];
    if (own.has(name) || table !== undefined) permissions.push('INSERT');
    if (own.has(name) || table?.onDuplicate === 'update') permissions.push('UPDATE');
    if (name === workSet.logTable) permissions.push('DELETE');
    // IDENTITY_INSERT asks for it.
    if (table?.columns.some((column) => columns.get(column.name.toLowerCase())?.identity)) permissions.push('ALTER');
    return permissions.map((permission) => ({ schema, name, permission }));
  });
}

export function permissionStatement(wanted: readonly Permission[]): Statement {
  const rows = wanted.map(({ schema, name, permission }) => [schema, name, permission]);
  return {
    sql: `SELECT w.[schema] + N'.' + w.name AS name, w.permission,
  HAS_PERMS_BY_NAME(QUOTENAME(w.[schema]) + N'.' + QUOTENAME(w.name), 'OBJECT', w.permission) AS granted
FROM OPENJSON(@wanted) WITH ([schema] nvarchar(128) '$[0]', name nvarchar(128) '$[1]', permission nvarchar(60) '$[2]') w`,
    inputs: { wanted: { type: 'long', value: JSON.stringify(rows) } },
  };
}
