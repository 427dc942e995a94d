import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import mssql from 'mssql';
import { openMssql } from '../../src/store/mssql/open.ts';
import { dropSchema } from './mssql-schema.ts';
import { mssqlSuite } from './mssql-own.ts';
import { storeSuite } from './suite.ts';
import type { Leases } from '../../src/store/port.ts';
import type { Opened } from './suite/world.ts';

const server = process.env['XMLFAN_TEST_MSSQL'];

if (server === undefined || server === '') {
  test('SQL Server passes the store suite', { skip: 'XMLFAN_TEST_MSSQL names no server' });
} else {
  const engine = { name: 'SQL Server', open: (leases: Leases) => openSchema(server, leases) };
  storeSuite(engine);
  describe('SQL Server alone', () => mssqlSuite(engine));
}

/** A fresh schema for each test, dropped after it. */
async function openSchema(address: string, leases: Leases): Promise<Opened> {
  const schema = `t_${randomBytes(6).toString('hex')}`;
  const database = await openMssql(address, leases, { maxConnections: 4 });
  const probe = await new mssql.ConnectionPool(address).connect();
  await probe.query(`EXEC ('CREATE SCHEMA ${schema}')`);
  return {
    database,
    schema,
    table: (name) => `[${schema}].[${name}]`,
    query: async (sql) => (await probe.query(sql)).recordset ?? [],
    close: async () => {
      await dropSchema(probe, schema);
      await probe.close();
      await database.close();
    },
  };
}
