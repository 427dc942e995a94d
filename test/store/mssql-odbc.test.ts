import { test } from 'node:test';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';
import { driverConfig, type PoolSettings } from '../../src/store/mssql/driver.ts';
import { explainOdbc, loadOdbc } from '../../src/store/mssql/odbc.ts';
import { databaseOn } from '../../src/store/mssql/open.ts';
import { openSchemas } from './mssql-schema.ts';
import { storeSuite } from './suite.ts';

/** A string for an ODBC driver, e.g. `Driver=FreeTDS;TDS_Version=7.4;Server=…;Port=…;Database=…;UID=…;PWD=…`; it needs the package `msnodesqlv8`. */
const connectionString = process.env['XMLFAN_TEST_ODBC'];

if (connectionString === undefined || connectionString === '') {
  test('SQL Server over ODBC passes the store suite', { skip: 'XMLFAN_TEST_ODBC names no driver' });
} else {
  // The login is the string's instead of Windows', everything else is as for that. FreeTDS has no limit for statements of its own.
  const config = parseConnection('Server=.;Database=d;Max Pool Size=4');
  const own = { connectionString, validateConnection: false, requestTimeout: 0 };
  const settings: PoolSettings = { ...driverConfig(config), ...own };
  const open = openSchemas({
    open: async (leases) => {
      const driver = { mssql: await loadOdbc(), settings, tells: false, explain: explainOdbc };
      return databaseOn(await connect(config, undefined, driver), leases);
    },
    probe: async () => new (await loadOdbc()).ConnectionPool({ ...settings }).connect(),
  });
  storeSuite({ name: 'SQL Server over ODBC', open });
}
