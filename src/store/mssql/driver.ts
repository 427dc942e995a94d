import type Mssql from 'mssql';
import type { MssqlConfig } from './config.ts';
import type { Statement } from './statement.ts';

/** How long the server has to confirm that a request was given up, before its connection is closed. */
export const CANCEL_MS = 2000;

/** The driver's types do not know that a pool can be opened by a string for ODBC. */
export type PoolSettings = Mssql.config & { readonly connectionString?: string };

/** What speaks to the server, and what a pool of it is opened with. */
export interface Driver {
  readonly mssql: typeof Mssql;
  readonly settings: PoolSettings;
  /** Whether connections tell what happens to them. */
  readonly tells: boolean;
  /** Gives an error the number or code by which errors are told apart. */
  readonly explain: (error: unknown) => unknown;
}

/** Loads the driver that can log in as the connection asks for. Loading takes long, so only whoever opens such a store pays for it. */
export async function openDriver(config: MssqlConfig): Promise<Driver> {
  const settings = driverConfig(config);
  if (config.login.kind !== 'integrated')
    return { mssql: (await import('mssql')).default, settings, tells: true, explain: (error) => error };
  const { loadOdbc, odbcSettings, explainOdbc } = await import('./odbc.ts');
  const mssql = await loadOdbc();
  // Its look at a connection would be a statement before each statement; a broken one it marks by itself.
  const pool = { ...settings, ...(await odbcSettings(mssql, config)), validateConnection: false };
  return { mssql, settings: pool, tells: false, explain: explainOdbc };
}

/** The driver's settings; pure. */
export function driverConfig(config: MssqlConfig): Mssql.config {
  const { server, port, instanceName, encrypt, trustServerCertificate, certificateName, workstation } = config;
  return {
    server,
    database: config.database,
    ...(port === null ? {} : { port }),
    connectionTimeout: config.connectSeconds * 1000,
    requestTimeout: config.requestSeconds * 1000,
    pool: {
      min: config.minPoolSize,
      max: config.maxPoolSize,
      acquireTimeoutMillis: (config.requestSeconds || config.connectSeconds) * 1000,
    },
    // A look at the socket instead of a SELECT 1 before each statement.
    validateConnection: 'socket',
    ...authenticationOf(config),
    options: {
      appName: config.applicationName,
      readOnlyIntent: config.readOnly,
      multiSubnetFailover: config.multiSubnetFailover,
      encrypt,
      trustServerCertificate,
      useUTC: true,
      packetSize: 32_767,
      cancelTimeout: CANCEL_MS,
      // Whoever waits for a database that wakes up is told, so the waiting is ours.
      maxRetriesOnTransientErrors: 0,
      // SET XACT_ABORT ON for every session.
      abortTransactionOnError: true,
      ...(instanceName === null ? {} : { instanceName }),
      ...(certificateName === null ? {} : { serverName: certificateName }),
      ...(workstation === null ? {} : { workstationId: workstation }),
    },
  };
}

function authenticationOf({ login }: MssqlConfig): Pick<Mssql.config, 'authentication'> {
  if (login.kind === 'integrated') return {};
  if (login.kind === 'entra') {
    const options = login.clientId === null ? {} : { clientId: login.clientId };
    return { authentication: { type: 'azure-active-directory-default', options } };
  }
  const options = { userName: login.user, password: login.password };
  return login.kind === 'sql'
    ? { authentication: { type: 'default', options } }
    : { authentication: { type: 'ntlm', options: { ...options, domain: login.domain } } };
}

/** Gives a request its inputs, each with the type that leaves the value as it is. */
export function bind(mssql: typeof Mssql, request: Mssql.Request, { inputs }: Statement): Mssql.Request {
  for (const [name, input] of Object.entries(inputs)) {
    if (input.type === 'bytes') request.input(name, mssql.VarBinary(mssql.MAX), Buffer.from(input.value));
    else if (input.type === 'int') request.input(name, mssql.Int, input.value);
    else if (input.type === 'word') request.input(name, mssql.VarChar(8000), input.value);
    else if (input.type === 'text') request.input(name, mssql.NVarChar(4000), input.value);
    else request.input(name, mssql.NVarChar(mssql.MAX), input.value);
  }
  return request;
}
