import { InputError } from '../../errors.ts';
import { StoreError } from '../port.ts';

// Result codes of SQLite; the low byte is the primary code.
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
/** Connections that begin to read a log at the same time give up for one another, on a busy machine for seconds. */
const PROTOCOL = 15;
const TOO_BIG = 18;
const CONSTRAINT = 19;
const MISMATCH = 20;
/** Permission, memory, files, damage, a closed or changed database: whatever the documents say. */
const INFRASTRUCTURE: ReadonlySet<number> = new Set([3, BUSY, LOCKED, 7, 8, 9, 10, 11, 13, 14, 15, 17, 21, 22, 23, 26]);
const CONSTRAINT_FOREIGN_KEY = 787;
const CONSTRAINT_TRIGGER = 1811;

interface SqliteError extends Error {
  readonly errcode: number;
}

/** A document's own fault, found by a constraint. The reason names the constraint and holds no value of the document. */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
}

/** Whether another connection stands in the way, so that a later attempt may succeed. */
export function isBusy(error: unknown): boolean {
  return isSqliteError(error) && [BUSY, LOCKED, PROTOCOL].includes(primary(error));
}

/** Runs statements that write what documents say: an error that is not known to be another's may be a document's (architecture, point 5). */
export function blamingDocuments<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSqliteError(error) || isInfrastructure(error)) throw error;
    throw new DocumentRefused(`constraint_violation: ${reasonOf(error)}`.slice(0, 500), { cause: error });
  }
}

function isInfrastructure(error: SqliteError): boolean {
  return (
    INFRASTRUCTURE.has(primary(error)) || (primary(error) === ERROR && /^no such |has no column/.test(error.message))
  );
}

/** The same for a transaction, whose COMMIT may find that a deferred foreign key does not hold. */
export function refusedAtCommit(error: unknown): string | null {
  const cause = error instanceof StoreError ? error.cause : null;
  return isSqliteError(cause) && cause.errcode === CONSTRAINT_FOREIGN_KEY
    ? `constraint_violation: ${reasonOf(cause)}`
    : null;
}

/** What leaves the store: our own errors as they are, anything else as a `StoreError`. */
export function storeError(error: unknown): Error {
  if (error instanceof StoreError || error instanceof DocumentRefused || error instanceof InputError) return error;
  if (!isSqliteError(error))
    return error instanceof Error ? error : new StoreError(String(error), { transient: false });
  const problem = FILE_PROBLEMS.get(primary(error));
  const message = problem === undefined ? error.message : `${problem} (${error.message})`;
  const permission = NOT_ALLOWED.has(primary(error));
  return new StoreError(`SQLite: ${message}`, { transient: isBusy(error), permission, cause: error });
}

/** Permission denied, read-only, authorization denied. */
const NOT_ALLOWED: ReadonlySet<number> = new Set([3, 8, 23]);

/** What SQLite says of a file in few words, with what to look at. */
const FILE_PROBLEMS: ReadonlyMap<number, string> = new Map([
  [8, 'the database file or its folder may not be written by this user'],
  [10, 'the disk of the database could not be read or written: is it full, damaged or gone?'],
  [11, 'the database file is damaged'],
  [13, 'the disk of the database is full: make room, what was committed stays'],
  [14, 'the database file cannot be opened: was it moved or deleted, and may its folder be written?'],
  [26, 'the file is no SQLite database, or it is damaged'],
]);

function reasonOf(error: SqliteError): string {
  if (error.errcode === CONSTRAINT_TRIGGER) return 'refused by a trigger';
  if (primary(error) === TOO_BIG) return 'a value is too long';
  if (primary(error) === MISMATCH) return 'a value does not fit an integer key';
  // `CHECK constraint failed: NAME`: the names of our own constraints are sentences.
  const [, kind = '', what = ''] = /^(\w[\w ]*?) constraint failed(?:: (.*))?$/su.exec(error.message) ?? [];
  if (kind === 'CHECK') return what;
  if (kind === 'UNIQUE') return `duplicate key in ${what}`;
  if (kind === 'NOT NULL') return `${what} must not be NULL`;
  if (kind === 'FOREIGN KEY') return 'a row that a foreign key refers to is missing';
  // STRICT tables: `cannot store TEXT value in INT column t.c`.
  if (primary(error) === CONSTRAINT) return error.message;
  return `the database refused a row (SQLite error ${error.errcode})`;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

function primary(error: SqliteError): number {
  return error.errcode & 0xff;
}
