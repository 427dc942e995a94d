import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mssql from 'mssql';
import { loadContract } from '../../src/contract-files.ts';
import { openLines } from '../../src/run/line.ts';
import type { Line } from '../../src/run/line.ts';
import { openDatabase } from '../../src/store/open.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import { CONTRACT, LEASES } from '../run/workload.ts';
import { dropSchema } from '../store/mssql-schema.ts';

/** A database with documents, for processes that are killed. */
export interface ChaosDatabase {
  /** For `XMLFAN_STORE`. */
  readonly store: string;
  /** For `CONTRACTS_DIR`. */
  readonly contractsDir: string;
  readonly line: Line;
  /** Whether a process held a lease when it was killed. */
  isLeased(): Promise<boolean>;
  /** A hash of all rows of each destination table and of the log's outcomes, whatever the order in which they were written. */
  hashes(): Promise<Readonly<Record<string, string>>>;
  /** Log rows of each document that has any. */
  logged(): Promise<ReadonlyMap<string, { readonly rows: number; readonly status: string }>>;
  remove(): Promise<void>;
}

/** Makes one on SQLite in `folder`, or in a schema of its own on a server. */
export async function makeDatabase(
  folder: string,
  server: string | null,
  documents: readonly SourceDocument[],
): Promise<ChaosDatabase> {
  const schema = `chaos_${randomBytes(6).toString('hex')}`;
  const contractsDir = join(folder, schema);
  mkdirSync(contractsDir);
  const original: object = JSON.parse(readFileSync(CONTRACT, 'utf8'));
  const path = join(contractsDir, 'lease.json');
  writeFileSync(path, JSON.stringify({ ...original, target_schema: schema, application_schema: schema }));
  const store = server ?? `sqlite:${join(contractsDir, 'chaos.db')}`;
  const database = await openDatabase(store, LEASES);
  const line = openLines({ database, contracts: [loadContract(path)] }).find('lease');
  await line.store.init();
  await line.store.createSource();
  await line.store.createDestination(line.tables);
  await line.store.importDocuments(documents, { replace: false });
  const tables = server === null ? await sqliteTables(store, schema) : await serverTables(server, schema);
  return {
    store,
    contractsDir,
    line,
    isLeased: async () => {
      const [run] = await line.store.listRuns({ limit: 1, offset: 0 });
      const instances = run === undefined ? [] : await line.store.listInstances(run.runId);
      return instances.some(({ leased }) => leased);
    },
    hashes: async () => {
      const outcomes = ['app_id', 'status', 'failure_reason'];
      const hashed = [
        ...line.tables.map(({ name }) => ({ name, columns: ['*'] })),
        { name: 'processing_log', columns: outcomes },
      ];
      const entries = hashed.map(
        async ({ name, columns }) => [name, hashOf(await tables.rows(name, columns), schema)] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    },
    logged: async () => {
      const found = new Map<string, { rows: number; status: string }>();
      for (const { app_id: id, status } of await tables.rows('processing_log', ['app_id', 'status']))
        found.set(String(id), { rows: (found.get(String(id))?.rows ?? 0) + 1, status: String(status) });
      return found;
    },
    remove: async () => {
      await database.close();
      await tables.remove();
      rmSync(contractsDir, { recursive: true });
    },
  };
}

interface Tables {
  rows(table: string, columns: readonly string[]): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

async function sqliteTables(store: string, schema: string): Promise<Tables> {
  const database = new DatabaseSync(store.slice('sqlite:'.length), { timeout: 5000 });
  return {
    rows: async (table, columns) => database.prepare(`SELECT ${columns.join()} FROM "${schema}.${table}"`).all(),
    remove: async () => database.close(),
  };
}

async function serverTables(server: string, schema: string): Promise<Tables> {
  const pool = await new mssql.ConnectionPool(server).connect();
  return {
    rows: async (table, columns) => {
      const { recordset } = await pool.query<Record<string, unknown>>(
        `SELECT ${columns.join()} FROM [${schema}].[${table}]`,
      );
      return recordset;
    },
    remove: async () => {
      await dropSchema(pool, schema);
      await pool.close();
    },
  };
}

/** Reasons of failures name the schema, which is another each time. */
function hashOf(rows: readonly Record<string, unknown>[], schema: string): string {
  const lines = rows.map((row) => JSON.stringify(row).replaceAll(schema, 'chaos')).toSorted();
  return `${lines.length} rows, ${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}
