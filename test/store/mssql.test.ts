import { describe, test } from 'node:test';
import mssql from 'mssql';
import { openMssql } from '../../src/store/mssql/open.ts';
import { openSchemas } from './mssql-schema.ts';
import { mssqlSuite } from './mssql-own.ts';
import { storeSuite } from './suite.ts';
import { GUID_IDS, TEXT_IDS } from './suite/ids.ts';

const server = process.env['XMLFAN_TEST_MSSQL'];

if (server === undefined || server === '') {
  test('SQL Server passes the store suite', { skip: 'XMLFAN_TEST_MSSQL names no server' });
} else {
  const open = openSchemas({
    open: (leases) => openMssql(server, leases, { maxConnections: 4 }),
    probe: () => new mssql.ConnectionPool(server).connect(),
  });
  const engine = { name: 'SQL Server', open };
  for (const ids of [undefined, TEXT_IDS, GUID_IDS]) storeSuite({ ...engine, ...(ids && { ids }) });
  describe('SQL Server alone', () => mssqlSuite(engine));
}
