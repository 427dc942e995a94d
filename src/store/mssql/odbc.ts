import { InputError } from '../../errors.ts';
import type Mssql from 'mssql';
import type { MssqlConfig } from './config.ts';
import type { PoolSettings } from './driver.ts';

// Windows integrated login, which the usual driver does not have: an ODBC driver of the machine logs in, by a package that is no dependency.

/** The newest first; all of them know what is asked here. */
const DRIVERS = ['ODBC Driver 18 for SQL Server', 'ODBC Driver 17 for SQL Server'];

const PACKAGE = 'msnodesqlv8';
const INSTALL = `npm install ${PACKAGE}@5.5.0`;
const DRIVER_PAGE = 'https://learn.microsoft.com/sql/connect/odbc/download-odbc-driver-for-sql-server';

/** Loads the package that speaks ODBC. Throws an `InputError` that says how to get it. */
export async function loadOdbc(): Promise<typeof Mssql> {
  try {
    return (await import('mssql/msnodesqlv8.js')).default;
  } catch (error) {
    throw new InputError('Windows integrated login is not possible here:', [
      {
        place: PACKAGE,
        message: isMissing(error) ? 'this package is not installed' : `this package cannot be loaded: ${textOf(error)}`,
        advice:
          `Install it (\`${INSTALL}\`; with \`--global\` where xmlfan is), and ${DRIVERS[0]} (${DRIVER_PAGE}), ` +
          'or give a SQL login: --username and --password, or User Id and Password.',
      },
    ]);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).endsWith('MODULE_NOT_FOUND');
}

/** What to open a pool with: a string for the ODBC driver that is named, or else the newest that is there. Throws an `InputError` if none is. */
export async function odbcSettings(
  mssql: typeof Mssql,
  config: MssqlConfig,
): Promise<Pick<PoolSettings, 'connectionString'>> {
  const named = config.login.kind === 'integrated' ? config.login.driver : null;
  for (const driver of named === null ? DRIVERS : [named]) {
    const connectionString = odbcString(config, driver);
    if (await isInstalled(mssql, connectionString)) return { connectionString };
  }
  throw new InputError('Windows integrated login is not possible here:', [
    {
      place: 'ODBC driver',
      message: `there is no ${named ?? DRIVERS.join(' and no ')}`,
      advice: `Install ${DRIVERS[0]} (${DRIVER_PAGE}), or name another in the connection string: Driver={…}.`,
    },
  ]);
}

/** Any other trouble than a missing driver is told when the pool is opened. */
async function isInstalled(mssql: typeof Mssql, connectionString: string): Promise<boolean> {
  const settings: PoolSettings = { server: '', connectionString, connectionTimeout: 1000 };
  const pool = new mssql.ConnectionPool(settings);
  try {
    await pool.connect();
    await pool.close();
    return true;
  } catch (error) {
    return !/no default driver specified|can't open lib|driver could not be loaded/i.test(textOf(error));
  }
}

/** A connection string as ODBC drivers of SQL Server read it; pure. */
export function odbcString(config: MssqlConfig, driver: string): string {
  const { login, encrypt, certificateName, workstation } = config;
  const parts: readonly (readonly [string, string | null])[] = [
    ['Driver', driver],
    ['Server', login.kind === 'integrated' ? login.address : config.server],
    ['Database', config.database],
    ['Trusted_Connection', 'Yes'],
    ['Encrypt', encrypt === 'strict' ? 'Strict' : yes(encrypt)],
    ['TrustServerCertificate', yes(config.trustServerCertificate)],
    ['HostnameInCertificate', certificateName],
    ['APP', config.applicationName],
    ['WSID', workstation],
    ['ApplicationIntent', config.readOnly ? 'ReadOnly' : null],
    ['MultiSubnetFailover', config.multiSubnetFailover ? 'Yes' : null],
  ];
  return parts
    .flatMap(([keyword, value]) => (value === null ? [] : [`${keyword}={${value.replaceAll('}', '}}')}}`]))
    .join(';');
}

function yes(flag: boolean): string {
  return flag ? 'Yes' : 'No';
}

/** Gives an error of ODBC what errors of the usual driver have: the server's number, or where no server spoke a code that says why. */
export function explainOdbc(error: unknown): unknown {
  for (let part = error; part instanceof Error; part = 'originalError' in part ? part.originalError : undefined) {
    // The number comes as the code where a connection was not opened; 0 is the driver's own word.
    const told = ['number' in part && part.number, 'code' in part && part.code];
    const native = told.find((value) => typeof value === 'number');
    if (native !== undefined && native !== 0) Object.assign(part, { number: native });
    else if (native === 0) Object.assign(part, { number: undefined, code: codeOf(part.message) });
  }
  return error;
}

function codeOf(message: string): string {
  if (/timeout/i.test(message)) return 'ETIMEOUT';
  if (/cancel/i.test(message)) return 'ECANCEL';
  if (/certificate/i.test(message)) return 'CERT_UNTRUSTED';
  return /communication link|connection is (?:broken|closed)|network-related/i.test(message) ? 'ECONNCLOSED' : 'EODBC';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
