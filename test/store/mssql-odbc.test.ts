import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';
import { driverConfig, type Driver, type PoolSettings } from '../../src/store/mssql/driver.ts';
import { explainOdbc, loadOdbc } from '../../src/store/mssql/odbc.ts';
import { databaseOn } from '../../src/store/mssql/open.ts';
import { dropSchema } from './mssql-schema.ts';
import { storeSuite } from './suite.ts';
import type mssql from 'mssql';
import type { Database, Leases } from '../../src/store/port.ts';
import type { Opened } from './suite/world.ts';

/** A string for an ODBC driver, e.g. `Driver=FreeTDS;TDS_Version=7.4;Server=…;Port=…;Database=…;UID=…;PWD=…`; it needs the package `msnodesqlv8`. */
const connectionString = process.env['XMLFAN_TEST_ODBC'];

if (connectionString === undefined || connectionString === '')
  test('SQL Server over ODBC passes the store suite', { skip: 'XMLFAN_TEST_ODBC names no driver' });
else storeSuite({ name: 'SQL Server over ODBC', open: async (leases) => openSchema(leases, { connectionString }) });

/** What all tests share; the login is the string's instead of Windows', everything else is as for that. */
const config = parseConnection('Server=.;Database=d;Max Pool Size=4');
const shared = { probe: null as Promise<mssql.ConnectionPool> | null, databases: new Map<string, Promise<Database>>() };

after(async () => {
  await (await shared.probe)?.close();
  for (const database of shared.databases.values()) await (await database).close();
});

async function openSchema(
  leases: Leases,
  { connectionString: string }: Pick<PoolSettings, 'connectionString'>,
): Promise<Opened> {
  const odbc = await loadOdbc();
  // FreeTDS has no limit for statements of its own.
  const own = { connectionString: String(string), validateConnection: false, requestTimeout: 0 };
  const settings: PoolSettings = { ...driverConfig(config), ...own };
  const driver: Driver = { mssql: odbc, settings, tells: false, explain: explainOdbc };
  const key = JSON.stringify(leases);
  const opening = shared.databases.get(key) ?? connect(config, undefined, driver).then((on) => databaseOn(on, leases));
  shared.databases.set(key, opening);
  shared.probe ??= new odbc.ConnectionPool({ ...settings }).connect();
  const [database, probe] = await Promise.all([opening, shared.probe]);
  const schema = `t_${randomBytes(6).toString('hex')}`;
  await probe.query(`EXEC ('CREATE SCHEMA ${schema}')`);
  return {
    database,
    schema,
    table: (name) => `[${schema}].[${name}]`,
    query: async (sql) => (await probe.query(sql)).recordset ?? [],
    close: () => dropSchema(probe, schema),
  };
}
