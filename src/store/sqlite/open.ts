import type { WorkSet } from '../destination.ts';
import { namesOf } from '../names.ts';
import type { Database, Leases, Store } from '../port.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import { sqliteDialect } from './dialect.ts';
import type { SqliteDialect } from './dialect.ts';
import { existingTables } from './existing.ts';
import { writerStore } from './group.ts';
import { heldStore } from './held.ts';
import { instanceStore } from './instances.ts';
import { logStore } from './log.ts';
import { orphanStore } from './orphans.ts';
import { overviewStore } from './overview.ts';
import { redoStore } from './redo.ts';
import { runStore } from './runs.ts';
import { setUpStore } from './set-up.ts';
import { sourceStore } from './source.ts';
import { verify } from './verify.ts';

/**
 * Opens a SQLite file (made if missing) or `:memory:`. For one machine: several processes may share a file, each with a
 * connection of its own, but not over a network drive.
 */
export async function openSqlite(path: string, leases: Leases): Promise<Database> {
  return databaseOn(await connect(path), leases);
}

/** The port on a connection that is open. Waits while another process keeps the file locked. */
export async function databaseOn(connection: Connection, leases: Leases): Promise<Database> {
  const dialect = sqliteDialect({ prefixed: await connection.read(() => connection.exists(MADE_BY_0_1_0)) });
  return {
    dialect: 'sqlite',
    tableName: dialect.tableName,
    store: (workSet) => storeOf(connection, dialect, workSet, leases),
    ping: () => connection.read(() => void connection.exists('SELECT 1 FROM sqlite_schema')),
    existingTables: () => connection.read(() => existingTables(connection)),
    close: () => connection.read(() => connection.close()),
  };
}

const MADE_BY_0_1_0 = `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name GLOB 'dbo.*'`;

function storeOf(connection: Connection, dialect: SqliteDialect, workSet: WorkSet, leases: Leases): Store {
  const context: Context = { db: connection, dialect, workSet, names: namesOf(workSet, dialect), leases };
  return {
    ...setUpStore(context),
    ...sourceStore(context),
    ...runStore(context),
    ...instanceStore(context),
    ...writerStore(context),
    ...logStore(context),
    ...overviewStore(context),
    ...redoStore(context),
    ...heldStore(context),
    ...orphanStore(context),
    verify: () => connection.read(() => verify(context)),
  };
}
