import { InputError } from '../../errors.ts';
import { StoreError } from '../port.ts';

/**
 * What an error means: the fault of a document's values; something that passes; something that is wrong with the database, server or
 * program, whatever the documents say; or an error of a statement of which only trying can tell.
 */
export type ErrorClass = 'document' | 'transient' | 'infrastructure' | 'unknown';

/** Errors that the values of a document cause, with what is wrong in words. Decided by number: texts differ by language and server. */
const DOCUMENT: ReadonlyMap<number, string> = new Map([
  [220, 'a number is out of range for its column'],
  [232, 'a number is out of range for its column'],
  [235, 'a text is no amount of money'],
  [241, 'a text is no date'],
  [242, 'a date is out of range for its column'],
  [244, 'a number is out of range for its column'],
  [245, 'a text is no number'],
  [248, 'a number is out of range for its column'],
  [295, 'a text is no date'],
  [296, 'a date is out of range for its column'],
  [298, 'a date is out of range for its column'],
  [511, 'a row is longer than a page holds'],
  [515, 'a column must not be NULL'],
  [517, 'a date is out of range for its column'],
  [547, 'a foreign key or check constraint refuses a row'],
  [550, 'a view refuses a row'],
  [1946, 'a key is longer than its index allows'],
  [2601, 'duplicate key'],
  [2627, 'duplicate key'],
  [2628, 'a text is longer than its column'],
  [3609, 'a trigger ended the transaction'],
  [6522, 'a CLR routine of the database failed'],
  [8114, 'a value does not convert to the type of its column'],
  [8115, 'a number is out of range for its column'],
  [8134, 'division by zero in the database'],
  [8152, 'a text is longer than its column'],
  [8169, 'a text is no unique identifier'],
  [9803, 'a value does not convert to the type of its column'],
]);

const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  // deadlock victim, lock timeout, snapshot conflict, and a lost race for a key of our own tables
  1204, 1205, 1221, 1222, 3960, 3966,
  // database not there yet: being recovered, restored, in transition, its replica not the primary one
  615, 921, 922, 927, 952, 976, 982, 983, 4060, 9001,
  // server starting, upgrading, shutting down, paused
  596, 6005, 6006, 17_142, 17_147, 17_148, 17_187, 17_188, 17_189, 17_197, 17_830, 18_401,
  // Azure SQL: database not ready, throttled, moved, waking up
  4221, 10_922, 10_928, 10_929, 10_936, 40_020, 40_143, 40_166, 40_197, 40_501, 40_540, 40_613, 42_108, 42_109, 49_918,
  49_919, 49_920,
  // memory and worker pressure
  701, 802, 8628, 8645, 8651,
  // network
  20, 64, 121, 233, 997, 10_053, 10_054, 10_060, 10_061, 11_001, 17_889,
]);

/** What the login may not do. */
const PERMISSION_NUMBERS: ReadonlySet<number> = new Set([229, 230, 262, 297, 300, 916]);

/** Errors of which no document is the cause, so that none is tried by halving. */
const INFRASTRUCTURE_NUMBERS: ReadonlySet<number> = new Set([
  // permission and login
  ...PERMISSION_NUMBERS,
  18_451,
  18_452,
  18_456,
  18_470,
  18_486,
  18_487,
  18_488,
  // tables, columns or procedures that are not there
  207,
  208,
  1088,
  2812,
  4902,
  4922,
  // full or damaged files, a database that only may be read
  605,
  823,
  824,
  825,
  1101,
  1105,
  3906,
  5149,
  9002,
]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ESOCKET',
  'ETIMEOUT',
  'ETIMEDOUT',
  'ECONNCLOSED',
  'ECLOSE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTOPEN',
  'EINSTLOOKUP',
]);

/** Words of a server that comes or goes, where it gives no number of its own; and of the driver where an answer ends too early. */
const TRANSIENT_TEXT =
  /starting up|shutting down|shut down|in recovery|being recovered|script upgrade mode|not ready to accept|unexpected end of data/i;

/** Decides by number, or for errors without one of SQL Server's by the driver's code and the text. */
export function classOf(error: unknown): ErrorClass {
  const number = numberOf(error);
  if (number !== null) return classOfNumber(number, messageOf(error));
  if (isDistrusted(error)) return 'infrastructure';
  // A pool that had no free connection in time.
  const waited = chainOf(error).some(({ name }) => name === 'TimeoutError');
  const passes = waited || codesOf(error).some((code) => TRANSIENT_CODES.has(code)) || saysItPasses(messageOf(error));
  return passes ? 'transient' : 'infrastructure';
}

/** The class of a server error; its text counts only if its number is none of SQL Server's. */
export function classOfNumber(number: number, text = ''): ErrorClass {
  if (DOCUMENT.has(number) || isXmlError(number)) return 'document';
  if (TRANSIENT_NUMBERS.has(number)) return 'transient';
  if (INFRASTRUCTURE_NUMBERS.has(number) || isDenied(number, text)) return 'infrastructure';
  return number > LAST_NUMBER && saysItPasses(text) ? 'transient' : 'unknown';
}

/** Another server's error, for which SQL Server has no number. */
const LAST_NUMBER = 1_000_000;

/** Whether the login lacks a right. */
function isDenied(number: number, text: string): boolean {
  return PERMISSION_NUMBERS.has(number) || (number > LAST_NUMBER && /^permission denied/i.test(text));
}

function saysItPasses(text: string): boolean {
  return TRANSIENT_TEXT.test(text);
}

/** Validation by a schema, and parsing. */
function isXmlError(number: number): boolean {
  return (number >= 6901 && number <= 6999) || (number >= 9400 && number <= 9455);
}

/** Whether the server refused a statement for what may be in the documents. */
export function isRefusal(error: unknown): boolean {
  return ['document', 'unknown'].includes(classOf(error));
}

/** What Node calls certificates that it does not trust. */
const CERTIFICATE_CODE = /^(?:ERR_TLS_CERT|CERT_|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER|VERIFY))/;

const TRUST_ADVICE =
  'For a server of your own add TrustServerCertificate=true, or name the file of its authority in NODE_EXTRA_CA_CERTS.';

/** Whether the server's certificate is why there is no connection: that does not pass. */
function isDistrusted(error: unknown): boolean {
  return codesOf(error).some((code) => CERTIFICATE_CODE.test(code));
}

/** Whether no server has said a word. */
export function isUnanswered(error: unknown): boolean {
  return numberOf(error) === null;
}

/** Whether a key was there already: another session may have been faster, so a second look is worth it. */
export function isDuplicateKey(error: unknown): boolean {
  return [2601, 2627].includes(numberOf(error) ?? 0);
}

/** Whether others' locks are in the way: that passes in moments and is no news. */
export function isConflict(error: unknown): boolean {
  return [1204, 1205, 1221, 1222, 3960, 3966].includes(numberOf(error) ?? 0);
}

/** Why the database refused a document: the log's text, with names of constraints, tables and columns but never values. */
export function documentReason(error: unknown): string {
  const number = numberOf(error) ?? 0;
  const name = namesIn(number, messageOf(error));
  return `constraint_violation: ${wordsOf(number)}${name} (SQL error ${number})`.slice(0, 500);
}

function wordsOf(number: number): string {
  if (isXmlError(number)) return 'a text is not the XML that its column takes';
  const ofUser = number >= 50_000 && number < LAST_NUMBER;
  return (
    DOCUMENT.get(number) ??
    (ofUser ? 'a trigger or procedure of the database refused a row' : 'the database refused a row')
  );
}

/** What leaves the store: our own errors as they are, anything else as a `StoreError`. */
export function storeError(error: unknown): Error {
  if (error instanceof StoreError || error instanceof InputError) return error;
  const number = numberOf(error);
  const message = [error, ...refusalsOf(error)]
    .map((part) => (part instanceof Error ? part.message : String(part)))
    .join(': ');
  const text = number === null || number > LAST_NUMBER ? message : `${message} (SQL error ${number})`;
  // The text of a document error may quote values.
  const shown = classOf(error) === 'document' ? documentReason(error) : text;
  return new StoreError(`SQL Server: ${shown}${adviceFor(error)}`, {
    transient: classOf(error) === 'transient',
    permission: number !== null && isDenied(number, messageOf(error)),
    cause: error,
  });
}

function adviceFor(error: unknown): string {
  if (isDistrusted(error)) return `. ${TRUST_ADVICE}`;
  // The server says the same of a name that is wrong, of a login that is not let in, and of a database that wakes up.
  return numberOf(error) === 4060 ? ' Is this its name, and has the login a user in it?' : '';
}

/** Names that the text quotes before any value of a row. */
function namesIn(number: number, text: string): string {
  const found = [...(NAMES.get(number)?.exec(text)?.slice(1) ?? [])].filter((name) => name !== undefined);
  return found.length === 0 ? '' : `: ${found.join(', ')}`;
}

const NAMES: ReadonlyMap<number, RegExp> = new Map([
  [515, /^[^']*column '([^']{1,128})', table '([^']{1,400})'/],
  [547, /constraint "([^"]{1,128})"/],
  [2601, /^[^']*object '([^']{1,300})' with unique index '([^']{1,128})'/],
  [2627, /^[^']*constraint '([^']{1,128})'\. [^']*object '([^']{1,300})'/],
  [2628, /^[^']*table '([^']{1,400})', column '([^']{1,128})'/],
]);

function numberOf(error: unknown): number | null {
  const found = chainOf(error).find((cause) => 'number' in cause && typeof cause.number === 'number');
  return found !== undefined && 'number' in found ? Number(found.number) : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function codesOf(error: unknown): string[] {
  return chainOf(error).map((cause) => ('code' in cause ? String(cause.code) : ''));
}

/** What a host said at its first address, where the driver tells only that all have failed. */
function refusalsOf(error: unknown): unknown[] {
  return chainOf(error).flatMap((cause) => (cause instanceof AggregateError ? cause.errors.slice(0, 1) : []));
}

/** An error and what it wraps. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 5;) {
    chain.push(next);
    next = 'originalError' in next ? next.originalError : next.cause;
  }
  return chain;
}
