import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../port.ts';
import { classOf, classOfNumber, isUnanswered, storeError } from './errors.ts';
import { growingWidth } from './width.ts';
import type { EventEmitter } from 'node:events';
import type Mssql from 'mssql';
import type { ZodType } from 'zod';
import type { MssqlConfig } from './config.ts';

/** A statement and its inputs; a pure value, so that what is sent can be tested and printed. */
export interface Statement {
  readonly sql: string;
  readonly inputs: Readonly<Record<string, Input>>;
}

/**
 * `word`: ASCII text, as our own key columns are. `text`: up to 4,000 characters. `long`: text of any length. `bytes`: binary.
 * No decimals, 64-bit numbers or dates: the driver would pass them through JavaScript's; they travel as text.
 */
export type Input =
  | { readonly type: 'word' | 'text' | 'long'; readonly value: string | null }
  | { readonly type: 'int'; readonly value: number | null }
  | { readonly type: 'bytes'; readonly value: Uint8Array };

/** Where statements run: the pool, or one transaction. */
export interface Session {
  /** Rows of a shape; the driver knows no types, so each row is checked. */
  all<T>(shape: ZodType<T>, statement: Statement): Promise<T[]>;
  /** The first row, if there is one. */
  get<T>(shape: ZodType<T>, statement: Statement): Promise<T | undefined>;
  run(statement: Statement): Promise<void>;
}

/** The pools of a process. Outside a transaction every statement is tried again on transient errors, with jittered back-off. */
export interface Connection extends Session {
  /** Writes a group: all result sets of one statement, `attempt` counting from 0. Errors are as the driver gives them, transient ones tried again. */
  attempt(statement: (attempt: number) => Statement): Promise<unknown[][]>;
  /** Runs `work` in a transaction, all of it again on transient errors. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Connections in use at first: two keep reading while one is idle between statements, and one writes. More follow as they are needed. */
const FIRST_READERS = 2;
const FIRST_WRITERS = 1;

/** Groups lock one another out sooner than a server tires of them. */
const MOST_WRITERS = 4;

/** Opens the pool; its first connection shows that the server can be reached. */
export async function connect(config: MssqlConfig): Promise<Connection> {
  // The driver takes long to load, so only whoever opens such a store pays for it.
  const { default: mssql } = await import('mssql');
  const connections = new Set<Physical>();
  const openPool = (maxPoolSize: number): Mssql.ConnectionPool =>
    new mssql.ConnectionPool({
      ...driverConfig({ ...config, maxPoolSize, minPoolSize: Math.min(config.minPoolSize, maxPoolSize) }),
      beforeConnect: (physical) => watch(physical, connections),
      // Without a listener the error of an idle connection would end the process; whoever uses the pool gets it anyway.
    }).on('error', () => {});
  const pool = openPool(config.maxPoolSize);
  // Groups keep connections of their own: some servers compile their large statement once for each, which takes longer than many groups.
  const mostWriters = Math.min(config.maxPoolSize, MOST_WRITERS);
  const writers = openPool(mostWriters);
  const reading = growingWidth(FIRST_READERS, config.maxPoolSize);
  const writing = growingWidth(FIRST_WRITERS, mostWriters);
  const once = async (
    statement: Statement,
    on: Mssql.ConnectionPool | Mssql.Transaction,
  ): Promise<Mssql.IResult<unknown>> => {
    try {
      return await bind(mssql, requestOn(mssql, on), statement).query(statement.sql);
    } catch (error) {
      // A request that was given up leaves its session in an unknown state: none of those open now is used again.
      if (isGivenUp(error)) for (const physical of connections) physical.hasError = true;
      throw error;
    }
  };
  const inTransaction = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const transaction = new mssql.Transaction(pool);
    await transaction.begin(mssql.ISOLATION_LEVEL.READ_COMMITTED);
    try {
      const result = await work(sessionOf((statement) => once(statement, transaction)));
      await transaction.commit();
      return result;
    } catch (error) {
      // The server has rolled back already after most errors; then this fails, which must not hide the first one.
      await transaction.rollback().catch(() => {});
      throw error;
    }
  };
  const query = (statement: Statement) => retrying(() => reading(() => once(statement, pool)));
  await retrying(async () => pool.connect(), { patience: patienceAtFirst });
  return {
    ...sessionOf(query),
    attempt: async (statement) => {
      let attempt = 0;
      const result = await retryingRaw(() => writing(async () => once(statement(attempt++), await writers.connect())));
      return Array.isArray(result.recordsets) ? result.recordsets : [];
    },
    transaction: (work) => retrying(() => reading(() => inTransaction(work))),
    close: async () => void (await Promise.all([pool.close(), writers.close()])),
  };
}

/** What a connection of the pool shows of itself to `beforeConnect`; its own type lacks the mark that makes the pool drop it. */
type Physical = EventEmitter & { hasError?: boolean };

/** Session state must not leak: a connection that saw an error nobody expects is used no more. */
function watch(physical: Physical, connections: Set<Physical>): void {
  connections.add(physical);
  physical.once('end', () => connections.delete(physical));
  physical.on('errorMessage', ({ number }: { number: number }) => {
    if (classOfNumber(number) === 'other') physical.hasError = true;
  });
}

function requestOn(mssql: typeof Mssql, on: Mssql.ConnectionPool | Mssql.Transaction): Mssql.Request {
  return on instanceof mssql.Transaction ? new mssql.Request(on) : new mssql.Request(on);
}

/** The driver's settings; pure. */
export function driverConfig(config: MssqlConfig): Mssql.config {
  const { server, port, instanceName, encrypt, trustServerCertificate } = config;
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
    authentication: authenticationOf(config),
    options: {
      appName: config.applicationName,
      readOnlyIntent: config.readOnly,
      multiSubnetFailover: config.multiSubnetFailover,
      encrypt,
      trustServerCertificate,
      useUTC: true,
      packetSize: 32_767,
      // SET XACT_ABORT ON for every session.
      abortTransactionOnError: true,
      ...(instanceName === null ? {} : { instanceName }),
      ...(config.certificateName === null ? {} : { serverName: config.certificateName }),
      ...(config.workstation === null ? {} : { workstationId: config.workstation }),
    },
  };
}

function authenticationOf({ login }: MssqlConfig): NonNullable<Mssql.config['authentication']> {
  switch (login.kind) {
    case 'sql':
      return { type: 'default', options: { userName: login.user, password: login.password } };
    case 'ntlm':
      return { type: 'ntlm', options: { userName: login.user, password: login.password, domain: login.domain } };
    default:
      return {
        type: 'azure-active-directory-default',
        options: login.clientId === null ? {} : { clientId: login.clientId },
      };
  }
}

function bind(mssql: typeof Mssql, request: Mssql.Request, { inputs }: Statement): Mssql.Request {
  for (const [name, input] of Object.entries(inputs)) {
    if (input.type === 'bytes') request.input(name, mssql.VarBinary(mssql.MAX), Buffer.from(input.value));
    else if (input.type === 'int') request.input(name, mssql.Int, input.value);
    else if (input.type === 'word') request.input(name, mssql.VarChar(8000), input.value);
    else if (input.type === 'text') request.input(name, mssql.NVarChar(4000), input.value);
    else request.input(name, mssql.NVarChar(mssql.MAX), input.value);
  }
  return request;
}

function sessionOf(query: (statement: Statement) => Promise<Mssql.IResult<unknown>>): Session {
  return {
    all: async (shape, statement) => ((await query(statement)).recordset ?? []).map((row) => shape.parse(row)),
    get: async (shape, statement) => shape.optional().parse((await query(statement)).recordset?.[0]),
    run: async (statement) => void (await query(statement)),
  };
}

const PATIENCE_MS = 60_000;
const FIRST_PATIENCE_MS = 5000;
const LONGEST_PAUSE_MS = 10_000;

/** Where nobody answers the address may be wrong, which should be told soon; a server that answers may be waking up. */
function patienceAtFirst(error: unknown): number {
  return isUnanswered(error) ? FIRST_PATIENCE_MS : PATIENCE_MS;
}

interface Retrying {
  readonly pause?: (ms: number) => Promise<unknown>;
  /** Milliseconds after which an error is not tried again. */
  readonly patience?: (error: unknown) => number;
}

/** Tries again while errors are transient; what is thrown in the end is a `StoreError`. */
async function retrying<T>(work: () => Promise<T>, options?: Retrying): Promise<T> {
  try {
    return await retryingRaw(work, options);
  } catch (error) {
    throw storeError(error);
  }
}

/** Exported for its test: tries again while errors are transient, by default for a minute, with full jitter. */
export async function retryingRaw<T>(
  work: () => Promise<T>,
  { pause = sleep, patience = () => PATIENCE_MS }: Retrying = {},
): Promise<T> {
  const started = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isTransient = !(error instanceof StoreError) && classOf(error) === 'transient';
      if (!isTransient || performance.now() - started > patience(error)) throw error;
      await pause(Math.random() * Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS));
    }
  }
}

function isGivenUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ETIMEOUT' || error.code === 'ECANCEL');
}
