import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type mssql from 'mssql';
import { z } from 'zod';
import type { Database, Leases } from '../../src/store/port.ts';
import type { Opened } from './suite/world.ts';

const NAMES = z.array(z.object({ name: z.string() }));

interface Server {
  readonly open: (leases: Leases) => Promise<Database>;
  /** A pool of a test's own. */
  readonly probe: () => Promise<mssql.ConnectionPool>;
}

/** Returns what makes a fresh schema for a test, dropped after it. All tests share their connections: opening some for each would take longer than the tests. */
export function openSchemas(server: Server): (leases: Leases) => Promise<Opened> {
  let probing: Promise<mssql.ConnectionPool> | null = null;
  const databases = new Map<string, Promise<Database>>();
  after(async () => {
    await (await probing)?.close();
    for (const database of databases.values()) await (await database).close();
  });
  return async (leases) => {
    const key = JSON.stringify(leases);
    const opening = databases.get(key) ?? server.open(leases);
    databases.set(key, opening);
    probing ??= server.probe();
    const [database, probe] = await Promise.all([opening, probing]);
    const schema = `t_${randomBytes(6).toString('hex')}`;
    await probe.query(`EXEC ('CREATE SCHEMA ${schema}')`);
    return {
      database,
      schema,
      table: (name) => `[${schema}].[${name}]`,
      query: async (sql) => (await probe.query(sql)).recordset ?? [],
      close: () => dropSchema(probe, schema),
    };
  };
}

/** Removes a schema and its tables; those that others refer to go after them. */
export async function dropSchema(pool: mssql.ConnectionPool, schema: string): Promise<void> {
  const tables = await pool.query(`SELECT t.name FROM sys.tables t WHERE t.schema_id = SCHEMA_ID('${schema}')`);
  for (let left = NAMES.parse(tables.recordset); left.length > 0;) {
    const dropped = await Promise.allSettled(
      left.map(({ name }) => pool.query(`DROP TABLE [${schema}].[${name.replaceAll(']', ']]')}]`)),
    );
    const kept = left.filter((_, index) => dropped[index]?.status === 'rejected');
    const [reason] = dropped.flatMap((drop) => (drop.status === 'rejected' ? [drop.reason] : []));
    if (kept.length === left.length) throw reason;
    left = kept;
  }
  await pool.query(`DROP SCHEMA ${schema}`);
}
