import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import mssql from 'mssql';
import { openMssql } from '../../src/store/mssql/open.ts';
import { dropSchema } from './mssql-schema.ts';
import { mssqlSuite } from './mssql-own.ts';
import { storeSuite } from './suite.ts';
import { GUID_IDS, TEXT_IDS } from './suite/ids.ts';
import type { Database, Leases } from '../../src/store/port.ts';
import type { Opened } from './suite/world.ts';

const server = process.env['XMLFAN_TEST_MSSQL'];

if (server === undefined || server === '') {
  test('SQL Server passes the store suite', { skip: 'XMLFAN_TEST_MSSQL names no server' });
} else {
  const engine = { name: 'SQL Server', open: (leases: Leases) => openSchema(server, leases) };
  for (const ids of [undefined, TEXT_IDS, GUID_IDS]) storeSuite({ ...engine, ...(ids && { ids }) });
  describe('SQL Server alone', () => mssqlSuite(engine));
}

/** Connections that all tests share: opening some for each would take longer than the tests. */
const shared = { probe: null as Promise<mssql.ConnectionPool> | null, databases: new Map<string, Promise<Database>>() };

after(async () => {
  await (await shared.probe)?.close();
  for (const database of shared.databases.values()) await (await database).close();
});

/** A fresh schema for each test, dropped after it. */
async function openSchema(address: string, leases: Leases): Promise<Opened> {
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const key = JSON.stringify(leases);
  const opening = shared.databases.get(key) ?? openMssql(address, leases, { maxConnections: 4 });
  shared.databases.set(key, opening);
  shared.probe ??= new mssql.ConnectionPool(address).connect();
  const [database, probe] = await Promise.all([opening, shared.probe]);
  await probe.query(`EXEC ('CREATE SCHEMA ${schema}')`);
  return {
    database,
    schema,
    table: (name) => `[${schema}].[${name}]`,
    query: async (sql) => (await probe.query(sql)).recordset ?? [],
    close: () => dropSchema(probe, schema),
  };
}
