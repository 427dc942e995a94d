import { z } from 'zod';
import { InputError } from '../../errors.ts';
import { destinationTables } from '../ddl.ts';
import { ANY_INTEGER, isWhole } from '../../document-id.ts';
import { logIndex, ownTables, sourceTables } from '../schema.ts';
import { logEntry, notedConflict, refuseConflict } from '../log-conflict.ts';
import { checkDatabase, columnNames, hasTable, notedOwner, uniqueIndexOn } from './check.ts';
import type { DestinationTable } from '../destination.ts';
import type { InitResult, Store } from '../port.ts';
import type { TableDdl } from '../schema.ts';
import type { Connection } from './connection.ts';
import type { SqliteDialect } from './dialect.ts';
import type { Context } from './context.ts';

/** The part of the store that makes tables and checks what is there. */
export function setUpStore(
  context: Context,
): Pick<Store, 'init' | 'createSource' | 'createDestination' | 'grant' | 'check'> {
  const { db, dialect, workSet } = context;
  return {
    init: () => db.transaction(() => init(context)),
    createSource: () => db.transaction(() => createMissing(db, dialect, sourceTables(workSet, dialect))),
    createDestination: (tables) =>
      db.transaction(() => createMissing(db, dialect, destinationTables(workSet.schema, tables, dialect))),
    grant: () => Promise.reject(noUsers()),
    check: (tables: readonly DestinationTable[]) => db.read(() => checkDatabase(context, tables)),
  };
}

function noUsers(): InputError {
  const advice = 'Whoever may write the file may do everything; its owner and mode decide who that is.';
  return new InputError('Nobody can be given rights:', [
    { place: '--grant-to', message: 'SQLite knows no users', advice },
  ]);
}

function init(context: Context): InitResult {
  const { db, names, dialect, workSet } = context;
  refuseConflict(notedConflict(workSet, notedOwner(context)));
  const log = dialect.tableName(workSet.schema, workSet.logTable);
  if (!hasTable(db, log) || uniqueIndexOn(db, log, ['app_id'])) {
    return { created: makeOwn(context), duplicateLogRows: [] };
  }
  const duplicates = db.all(
    z.object({ appId: z.string(), rows: z.int() }),
    `SELECT ${names.ids.text('app_id')} AS appId, count(*) AS "rows" FROM ${names.log} GROUP BY app_id HAVING count(*) > 1 ORDER BY app_id LIMIT 20`,
  );
  if (duplicates.length > 0) return { created: [], duplicateLogRows: duplicates };
  db.run(logIndex(workSet, dialect));
  const created = makeOwn(context);
  return {
    created: [`${log}: unique index on app_id`, ...created],
    duplicateLogRows: [],
  };
}

/** Makes the tables that are missing and adds what those of an earlier version lack. */
function makeOwn(context: Context): readonly string[] {
  const { db, names, dialect, workSet } = context;
  const tables = ownTables(workSet, dialect, idType(context));
  const created = createMissing(db, dialect, tables);
  const added = tables.flatMap((table) => {
    const name = dialect.tableName(table.schema, table.name);
    const there = new Set(columnNames(db, name));
    const missing = table.additions.filter(({ column }) => !there.has(column));
    for (const statement of missing.flatMap(({ statements }) => statements)) db.run(statement);
    return missing.map(({ column }) => `${name}: column ${column}`);
  });
  const entry = logEntry(workSet);
  db.run(
    `INSERT INTO ${names.logs} (log_table, work_set) VALUES (?, ?) ON CONFLICT DO NOTHING`,
    entry.logTable,
    entry.workSet,
  );
  return [...created, ...added];
}

const COLLATION = z.object({ collation: z.string() });

/** Texts are told apart as in the source, whose collation the index on its ids has. */
function idType({ db, dialect, workSet }: Context): string {
  const { sourceSchema = workSet.schema, sourceTable, idColumn = 'app_id', idType: type = ANY_INTEGER } = workSet;
  const declared = dialect.idType(type);
  if (isWhole(type)) return declared;
  const sql = `SELECT c.coll AS collation FROM pragma_index_list(?) i JOIN pragma_index_xinfo(i.name) c WHERE lower(c.name) = lower(?) AND c.seqno = 0`;
  const found = db.get(COLLATION, sql, dialect.tableName(sourceSchema, sourceTable), idColumn);
  return found === undefined ? declared : `${declared} COLLATE ${dialect.quote(found.collation)}`;
}

function createMissing(db: Connection, dialect: SqliteDialect, tables: readonly TableDdl[]): readonly string[] {
  const missing = tables.filter((table) => !hasTable(db, dialect.tableName(table.schema, table.name)));
  for (const { create, indexes } of missing) for (const statement of [create, ...indexes]) db.run(statement);
  return missing.map(({ schema, name }) => dialect.tableName(schema, name));
}
