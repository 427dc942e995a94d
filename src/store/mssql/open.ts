import type { ConnectionOptions } from '../address.ts';
import type { WorkSet } from '../destination.ts';
import { namesOf } from '../names.ts';
import type { Database, Leases, Store } from '../port.ts';
import type { Repertoire } from './code-page.ts';
import { parseConnection } from './config.ts';
import type { MssqlConfig } from './config.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Context } from './context.ts';
import { MSSQL } from './dialect.ts';
import { existingTables } from './existing.ts';
import { writerStore } from './group.ts';
import { plansOf } from './group-plans.ts';
import type { Plans } from './group-plans.ts';
import { heldStore } from './held.ts';
import { instanceStore } from './instances.ts';
import type { JsonText } from './json-text.ts';
import { logStore } from './log.ts';
import { overviewStore } from './overview.ts';
import { orphanStore } from './orphans.ts';
import { probeJson } from './probe.ts';
import { redoStore } from './redo.ts';
import { runStore } from './runs.ts';
import { setUpStore } from './set-up.ts';
import { sourceStore } from './source.ts';
import type { Statement } from './statement.ts';
import { verify } from './verify.ts';

/** Opens a SQL Server database by URL or connection string. One pool of connections; it is opened here, so a wrong password shows at once. */
export async function openMssql(address: string, leases: Leases, options: ConnectionOptions = {}): Promise<Database> {
  return databaseOn(await connect(configured(parseConnection(address), options), options.onWait), leases);
}

/** The database that a connection is to, however it is made. */
export function databaseOn(connection: Connection, leases: Leases): Database {
  const shared: Shared = { leases, repertoire: new Map(), plans: new Map(), json: null };
  return {
    dialect: 'mssql',
    tableName: MSSQL.tableName,
    store: (workSet) => storeOf(connection, workSet, shared),
    ping: () => connection.run(pingStatement()),
    existingTables: () => existingTables(connection),
    close: () => connection.close(),
  };
}

/** What the stores of a database have in common: what was learned of it once. */
interface Shared {
  readonly leases: Leases;
  readonly repertoire: Repertoire;
  readonly plans: Map<string, Plans>;
  json: Promise<JsonText> | null;
}

function configured(config: MssqlConfig, options: ConnectionOptions): MssqlConfig {
  return {
    ...config,
    maxPoolSize: options.maxConnections ?? config.maxPoolSize,
    connectSeconds: options.connectionTimeoutSeconds ?? config.connectSeconds,
    requestSeconds: options.requestTimeoutSeconds ?? config.requestSeconds,
  };
}

function storeOf(connection: Connection, workSet: WorkSet, shared: Shared): Store {
  const { leases, repertoire } = shared;
  const context: Context = { db: connection, workSet, names: namesOf(workSet, MSSQL), leases };
  return {
    ...setUpStore(context),
    ...sourceStore(context),
    ...runStore(context),
    ...instanceStore(context),
    ...writerStore(context, plansFor(context, shared), repertoire),
    ...logStore(context),
    ...overviewStore(context),
    ...redoStore(context),
    ...heldStore(context),
    ...orphanStore(context),
    verify: () => verify(context),
  };
}

function plansFor(context: Context, shared: Shared): Plans {
  const key = JSON.stringify(context.workSet);
  const plans = shared.plans.get(key) ?? plansOf(context, () => abilities(context.db, shared));
  shared.plans.set(key, plans);
  return plans;
}

async function abilities(connection: Connection, shared: Shared): Promise<JsonText> {
  shared.json ??= probeJson(connection);
  try {
    return await shared.json;
  } catch (error) {
    shared.json = null;
    throw error;
  }
}

export function pingStatement(): Statement {
  return { sql: 'SELECT 1 AS one', inputs: {} };
}
