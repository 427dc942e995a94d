import { InputError } from '../../errors.ts';
import { StoreError } from '../port.ts';

/** What an error means: the fault of a document, something that passes, or anything else, which stops the work and fails nothing. */
export type ErrorClass = 'document' | 'transient' | 'other';

/** Errors that the values of a document cause, with what is wrong in words. Decided by number: texts differ by language and server. */
const DOCUMENT: ReadonlyMap<number, string> = new Map([
  [220, 'a number is out of range for its column'],
  [232, 'a number is out of range for its column'],
  [241, 'a text is no date'],
  [242, 'a date is out of range for its column'],
  [244, 'a number is out of range for its column'],
  [245, 'a text is no number'],
  [248, 'a number is out of range for its column'],
  [295, 'a text is no date'],
  [296, 'a date is out of range for its column'],
  [298, 'a date is out of range for its column'],
  [515, 'a column must not be NULL'],
  [517, 'a date is out of range for its column'],
  [547, 'a foreign key or check constraint refuses a row'],
  [2601, 'duplicate key'],
  [2627, 'duplicate key'],
  [2628, 'a text is longer than its column'],
  [8114, 'a value does not convert to the type of its column'],
  [8115, 'a number is out of range for its column'],
  [8152, 'a text is longer than its column'],
  [8169, 'a text is no unique identifier'],
  [9803, 'a value does not convert to the type of its column'],
]);

const TRANSIENT_NUMBERS: ReadonlySet<number> = new Set([
  // deadlock victim, lock timeout, snapshot conflict, and a lost race for a key of our own tables
  1205, 1222, 3960,
  // Azure SQL: database not ready, throttled, moved, waking up
  4060, 4221, 10_928, 10_929, 10_936, 18_401, 40_020, 40_143, 40_166, 40_197, 40_501, 40_540, 40_613, 42_108, 42_109,
  49_918, 49_919, 49_920,
  // memory and worker pressure
  701, 802, 8645, 8651,
  // network
  64, 121, 233, 10_053, 10_054, 10_060, 10_061, 11_001,
]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ESOCKET',
  'ETIMEOUT',
  'ETIMEDOUT',
  'ECONNCLOSED',
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTOPEN',
  'EINSTLOOKUP',
]);

/** Decides by number, or for errors that did not come from the server by the driver's code. */
export function classOf(error: unknown): ErrorClass {
  const number = numberOf(error);
  if (number !== null) return classOfNumber(number);
  if (isDistrusted(error)) return 'other';
  const codes = codesOf(error);
  // A pool that had no free connection in time.
  const waited = chainOf(error).some(({ name }) => name === 'TimeoutError');
  return waited || codes.some((code) => TRANSIENT_CODES.has(code)) ? 'transient' : 'other';
}

/** The class of a server error. */
export function classOfNumber(number: number): ErrorClass {
  if (DOCUMENT.has(number)) return 'document';
  return TRANSIENT_NUMBERS.has(number) ? 'transient' : 'other';
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

/** Why the database refused a document: the log's text, with names of constraints, tables and columns but never values. */
export function documentReason(error: unknown): string {
  const number = numberOf(error) ?? 0;
  const words = DOCUMENT.get(number) ?? 'the database refused a row';
  const name = namesIn(number, error instanceof Error ? error.message : '');
  return `constraint_violation: ${words}${name} (SQL error ${number})`.slice(0, 500);
}

/** What leaves the store: our own errors as they are, anything else as a `StoreError`. */
export function storeError(error: unknown): Error {
  if (error instanceof StoreError || error instanceof InputError) return error;
  const number = numberOf(error);
  const message = [error, ...refusalsOf(error)]
    .map((part) => (part instanceof Error ? part.message : String(part)))
    .join(': ');
  const text = number === null || number > 1_000_000 ? message : `${message} (SQL error ${number})`;
  // The text of a document error may quote values.
  const shown = classOf(error) === 'document' ? documentReason(error) : text;
  const advice = isDistrusted(error) ? `. ${TRUST_ADVICE}` : '';
  return new StoreError(`SQL Server: ${shown}${advice}`, { transient: classOf(error) === 'transient', cause: error });
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
