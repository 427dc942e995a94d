import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pRetry from 'p-retry';
import { StoreError } from '../port.ts';
import { isBusy, storeError } from './errors.ts';
import { HASH_FUNCTION, hashText } from './ids.ts';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { ZodType } from 'zod';

export type Value = SQLInputValue;

/** One connection. `node:sqlite` is synchronous: nothing else of this thread runs between the statements of a transaction. */
export interface Connection {
  /** Runs `work` from BEGIN IMMEDIATE to COMMIT, without an await; again, after a pause, while another connection writes. */
  transaction<T>(work: () => T): Promise<T>;
  /** The same, without looking first after CHECK constraints, as `heedChecks` left them: of work that asks for them itself where they count. */
  transactionAsItIs<T>(work: () => T): Promise<T>;
  /** Whether CHECK constraints count from here on; at a change, each statement that is used again is prepared again. Every `transaction` heeds them. */
  heedChecks(heeds: boolean): void;
  /** Changes whenever a table, index or trigger does. */
  schemaVersion(): number;
  /** Runs `work` outside a transaction, with the same patience. */
  read<T>(work: () => T): Promise<T>;
  /** Rows of a shape; the driver knows no types, so each row is checked. */
  all<T>(shape: ZodType<T>, sql: string, ...values: Value[]): T[];
  /** The first row, if there is one. */
  get<T>(shape: ZodType<T>, sql: string, ...values: Value[]): T | undefined;
  /** Rows one at a time, for results that may not fit in memory. */
  iterate<T>(shape: ZodType<T>, sql: string, ...values: Value[]): Iterable<T>;
  /** Whether there is a row. */
  exists(sql: string, ...values: Value[]): boolean;
  /** Returns the number of rows changed. */
  run(sql: string, ...values: Value[]): number;
  close(): void;
}

// Blocks the thread, so it is short; waiting longer is asynchronous.
const BUSY_TIMEOUT_MS = 20;
const PATIENCE_MS = 30_000;

// A cache of 32 MB keeps the indexes of large tables at hand; a longer log is checkpointed less often. Nothing is read by memory map: that saves 25 µs
// of a document of 250 KB, and takes 120 MB of memory for the first 128 MB of a file.
const SETTINGS = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000`;

/** Opens a file (made if missing) or `:memory:`. */
export async function connect(path: string): Promise<Connection> {
  const database = open(path);
  database.function(HASH_FUNCTION, { deterministic: true }, (text) => hashText(String(text)));
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  await patiently(() => {
    database.exec(SETTINGS);
  });
  const requireFile = watchFile(path);
  let heeded = true;
  const heedChecks = (heeds: boolean): void => {
    if (heeds !== heeded) database.exec(`PRAGMA ignore_check_constraints = ${heeds ? 'OFF' : 'ON'}`);
    heeded = heeds;
  };
  const transactionAsItIs = <T>(work: () => T): Promise<T> =>
    patiently(() => {
      requireFile();
      return inTransaction(database, work);
    });
  return {
    transaction: (work) =>
      transactionAsItIs(() => {
        heedChecks(true);
        return work();
      }),
    transactionAsItIs,
    heedChecks,
    schemaVersion: () =>
      Number(prepare('SELECT schema_version AS version FROM pragma_schema_version').get()?.['version']),
    read: patiently,
    all: (shape, sql, ...values) =>
      prepare(sql)
        .all(...values)
        .map((row) => shape.parse(row)),
    get: (shape, sql, ...values) => {
      const row = prepare(sql).get(...values);
      return row === undefined ? undefined : shape.parse(row);
    },
    iterate: function* rows(shape, sql, ...values) {
      for (const row of prepare(sql).iterate(...values)) yield shape.parse(row);
    },
    exists: (sql, ...values) => prepare(sql).get(...values) !== undefined,
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw new StoreError(`Cannot open the SQLite database ${path}: is its folder there, and may it be written?`, {
      transient: false,
      cause: error,
    });
  }
}

/** Returns what throws a `StoreError` once the file is not the one that was opened: what is written to a deleted one is lost, and nobody told. */
function watchFile(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  const opened = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino === opened.ino && now.dev === opened.dev) return;
    throw new StoreError(`SQLite: the database file ${path} was deleted or replaced while it was in use`, {
      transient: false,
    });
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Some errors have rolled back already; the one that led here is the one to report.
  }
}

async function patiently<T>(work: () => T): Promise<T> {
  try {
    return await pRetry(async () => work(), {
      retries: Infinity,
      minTimeout: 5,
      maxTimeout: 250,
      randomize: true,
      maxRetryTime: PATIENCE_MS,
      shouldRetry: ({ error }) => isBusy(error),
    });
  } catch (error) {
    throw storeError(error);
  }
}
