import { z } from 'zod';
import { destinationTables } from '../ddl.ts';
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
export function setUpStore(context: Context): Pick<Store, 'init' | 'createSource' | 'createDestination' | 'check'> {
  const { db, dialect, workSet } = context;
  return {
    init: () => db.transaction(() => init(context)),
    createSource: () => db.transaction(() => createMissing(db, dialect, sourceTables(workSet, dialect))),
    createDestination: (tables) =>
      db.transaction(() => createMissing(db, dialect, destinationTables(workSet.schema, tables, dialect))),
    check: (tables: readonly DestinationTable[]) => db.read(() => checkDatabase(context, tables)),
  };
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
    `SELECT CAST(app_id AS TEXT) AS appId, count(*) AS "rows" FROM ${names.log} GROUP BY app_id HAVING count(*) > 1 ORDER BY app_id LIMIT 20`,
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
function makeOwn({ db, names, dialect, workSet }: Context): readonly string[] {
  const tables = ownTables(workSet, dialect);
  const created = createMissing(db, dialect, tables);
  const added = tables.flatMap((table) => {
    const name = dialect.tableName(table.schema, table.name);
    const there = new Set(columnNames(db, name));
    const missing = table.additions.filter(({ column }) => !there.has(column));
    for (const { statement } of missing) db.run(statement);
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

function createMissing(db: Connection, dialect: SqliteDialect, tables: readonly TableDdl[]): readonly string[] {
  const missing = tables.filter((table) => !hasTable(db, dialect.tableName(table.schema, table.name)));
  for (const { create, indexes } of missing) for (const statement of [create, ...indexes]) db.run(statement);
  return missing.map(({ schema, name }) => dialect.tableName(schema, name));
}
