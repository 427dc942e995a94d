import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { bind, CANCEL_MS, openDriver, type Driver } from './driver.ts';
import { classOfNumber } from './errors.ts';
import { patiently, patientlyRaw } from './patience.ts';
import { growingWidth } from './width.ts';
import type { EventEmitter } from 'node:events';
import type Mssql from 'mssql';
import type { Wait } from '../address.ts';
import type { MssqlConfig } from './config.ts';
import type { Session, Statement } from './statement.ts';
import { count } from '../../words.ts';

/** The pool of a process. Outside a transaction every statement is tried again on transient errors, with jittered back-off. */
export interface Connection extends Session {
  /** Writes a group: all result sets of one statement, `attempt` counting from 0. Errors are as the driver gives them, transient ones tried again. */
  attempt(statement: (attempt: number) => Statement): Promise<unknown[][]>;
  /** Runs `work` in a transaction, all of it again on transient errors. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One reads and writes at first: where the server is what is busy, a second one brings nothing but its own compiling. */
const FIRST_CONNECTIONS = 1;

/** Groups lock one another out sooner than a server tires of them. */
const MOST_WRITERS = 4;

/** Is given what the driver makes of a statement, which may end later than its caller stops waiting for it. */
type OnSent = (query: Promise<unknown>) => void;

/** Opens the pool; its first connection shows that the server can be reached. `onWait` is told of every wait for a server that is not there. */
export async function connect(
  config: MssqlConfig,
  onWait?: (wait: Wait) => void,
  driver?: Driver,
): Promise<Connection> {
  const { mssql, settings, tells, explain } = driver ?? (await openDriver(config));
  const patience = { onWait, explain };
  const connections = new Set<Physical>();
  const pool = new mssql.ConnectionPool({
    ...settings,
    ...(tells && { beforeConnect: (physical: Physical) => watch(physical, connections) }),
    // Without a listener the error of an idle connection would end the process; whoever uses the pool gets it anyway.
  }).on('error', () => {});
  const turns = growingWidth(FIRST_CONNECTIONS, config.maxPoolSize);
  const writing = pLimit(MOST_WRITERS);

  const once = async (statement: Statement, request: Mssql.Request, onSent: OnSent = () => {}) => {
    const query = bind(mssql, request, statement).query(statement.sql);
    onSent(query);
    try {
      return await bounded(query, config.requestSeconds, () => request.cancel());
    } catch (error) {
      // A request that was given up leaves its session in an unknown state: none of those open now is used again.
      if (isGivenUp(error)) for (const physical of connections) physical.hasError = true;
      throw error;
    }
  };
  // Beginning and end of a transaction cannot be given up; what is closed with them by mistake is tried again.
  const closeAll = (): void => connections.forEach((physical) => physical.close());
  const inTransaction = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const transaction = new mssql.Transaction(pool);
    await bounded(transaction.begin(mssql.ISOLATION_LEVEL.READ_COMMITTED), config.requestSeconds, closeAll);
    let sent: Promise<unknown> = Promise.resolve();
    const noteSent: OnSent = (query) => void (sent = query);
    try {
      const result = await work(sessionOf((statement) => once(statement, new mssql.Request(transaction), noteSent)));
      await bounded(transaction.commit(), config.requestSeconds, closeAll);
      return result;
    } catch (error) {
      await undo(transaction, sent, (ending) => bounded(ending, config.requestSeconds, closeAll));
      throw error;
    }
  };
  const query = (statement: Statement) =>
    patiently(() => turns(statement.sql, () => once(statement, new mssql.Request(pool))), patience);
  await patiently(async () => pool.connect(), { ...patience, atFirst: true });
  return {
    ...sessionOf(query),
    attempt: async (statement) => {
      const send = (attempt: number) => {
        const group = statement(attempt);
        return writing(() => turns(group.sql, () => once(group, new mssql.Request(pool))));
      };
      return resultSets(await patientlyRaw(send, patience));
    },
    transaction: (work) => patiently(() => turns('transaction', () => inTransaction(work)), patience),
    close: () => pool.close(),
  };
}

/** Undoes a transaction after an error, which nothing that goes wrong here must hide. `sent` is its last statement. */
async function undo(
  transaction: Mssql.Transaction,
  sent: Promise<unknown>,
  bound: (ending: Promise<void>) => Promise<void>,
): Promise<void> {
  // A statement that was given up is the driver's until that gives it up too: before that the transaction could not end, and would keep its
  // connection from the pool for good.
  await Promise.race([sent.catch(() => {}), sleep(2 * CANCEL_MS, undefined, { ref: false })]);
  // The server has rolled back already after most errors; then this fails. One that fell mute does not answer this either.
  await bound(transaction.rollback()).catch(() => {});
}

/**
 * Waits for a statement from its sending to its last row, and no longer: the driver's own limit ends with the first packet of the answer,
 * so that a peer that falls mute after it would be waited for without end. `giveUp` frees the connection.
 */
async function bounded<T>(statement: Promise<T>, seconds: number, giveUp: () => void): Promise<T> {
  if (seconds === 0) return statement;
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const watchdog = setTimeout(
    () => {
      giveUp();
      reject(Object.assign(new Error(`No complete answer within ${count(seconds, 'second')}`), { code: 'ETIMEOUT' }));
    },
    seconds * 1000 + GRACE_MS,
  );
  try {
    return await Promise.race([statement, tooLate]);
  } finally {
    clearTimeout(watchdog);
    // Its own end comes later and says nothing new.
    statement.catch(() => {});
  }
}

/** The driver's limit comes first where it holds: what it says is more exact. */
const GRACE_MS = 500;

/** What a connection of the pool shows of itself to `beforeConnect`; its own type lacks the mark that makes the pool drop it. */
type Physical = EventEmitter & { hasError?: boolean; close(): void };

/**
 * Session state must not leak: a connection that saw an error nobody expects is used no more. A login that fails gets the server's
 * number, which the driver keeps to itself.
 */
function watch(physical: Physical, connections: Set<Physical>): void {
  connections.add(physical);
  let last: number | null = null;
  physical.once('end', () => connections.delete(physical));
  physical.on('errorMessage', ({ number }: { number: number }) => {
    last = number;
    if (!['document', 'transient'].includes(classOfNumber(number))) physical.hasError = true;
  });
  physical.once('connect', (error?: Error) => {
    if (error !== undefined && last !== null) Object.assign(error, { number: last });
  });
}

function sessionOf(query: (statement: Statement) => Promise<Mssql.IResult<unknown>>): Session {
  // What is asked for comes last: a trigger may have put result sets of its own before it.
  const rows = async (statement: Statement): Promise<unknown[]> => resultSets(await query(statement)).at(-1) ?? [];
  return {
    all: async (shape, statement) => (await rows(statement)).map((row) => shape.parse(row)),
    get: async (shape, statement) => shape.optional().parse((await rows(statement))[0]),
    run: async (statement) => void (await query(statement)),
  };
}

function resultSets({ recordsets }: Mssql.IResult<unknown>): unknown[][] {
  return Array.isArray(recordsets) ? recordsets : [];
}

function isGivenUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ETIMEOUT' || error.code === 'ECANCEL');
}
