import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { Mismatch, StoreError } from '../store/port.ts';
import { MISSING_TABLE, ownNames } from '../store/schema.ts';
import { sourceName, type Line } from './line.ts';

/** A database that lacks tables which a product line needs, or has them in another form: nobody's request is to blame. */
export class NotPreparedError extends InputError {}

/** The lines whose own tables are there, and what is missing of those of the others. */
export async function sortLines(
  lines: readonly Line[],
): Promise<{ readonly prepared: readonly Line[]; readonly faults: readonly Fault[] }> {
  const prepared: Line[] = [];
  const faults: Fault[] = [];
  for (const line of lines) {
    const fault = ownFault(line, await line.store.check([]));
    if (fault === null) prepared.push(line);
    else faults.push(fault);
  }
  return { prepared, faults };
}

/** What is missing of the tables that xmlfan owns, or cannot be read, or of what documents are told apart by; whoever only looks needs no more than SELECT. */
function ownFault({ productLine, workSet, tableName }: Line, mismatches: readonly Mismatch[]): Fault | null {
  const ids = mismatches.find(({ ofIds }) => ofIds);
  if (ids !== undefined) return { ...ids, place: productLine, message: `${ids.place}: ${ids.message}` };
  const own = new Set(Object.values(ownNames(workSet)).map((name) => tableName(workSet.schema, name)));
  const ours = mismatches.filter((mismatch) => isError(mismatch) && own.has(mismatch.place));
  const unreadable = ours.find(({ permission }) => permission === 'SELECT');
  if (unreadable !== undefined)
    return { ...unreadable, place: productLine, message: `${unreadable.place}: ${unreadable.message}` };
  const missing = ours.filter(({ permission }) => permission === undefined);
  if (missing.length === 0) return null;
  const older = missing.find(({ message }) => message.startsWith('An older version'));
  if (older !== undefined) return { ...older, place: productLine, message: `${older.place}: ${older.message}` };
  return {
    place: productLine,
    message: `missing are ${missing.map(({ place }) => place).join(', ')}`,
    advice: `Make them with \`xmlfan init --product-line ${productLine}\`, or name the contract that this database is for.`,
  };
}

/** Whether there can be no run of a line: the table of runs is not there. */
export async function hasNoRuns({ store, workSet, tableName }: Line): Promise<boolean> {
  const runs = tableName(workSet.schema, ownNames(workSet).run);
  return (await store.check([])).some(({ place, message }) => place === runs && message === MISSING_TABLE);
}

/** The error for lines that cannot be used. */
export function notPrepared(faults: readonly Fault[]): NotPreparedError {
  return new NotPreparedError('The database is not prepared:', faults);
}

/** What really is behind an error that the store threw: tables that the line lacks, if it lacks some. */
export async function explainError({ productLine, store }: Line, error: StoreError): Promise<Error> {
  if (error.transient || error.permission) return error;
  const faults = (await store.check([]).catch(() => [])).filter(
    (mismatch) => isError(mismatch) && (mismatch.permission === undefined || mismatch.permission === 'SELECT'),
  );
  return faults.length === 0
    ? error
    : notPrepared(faults.map((fault) => ({ ...fault, place: `${productLine}: ${fault.place}` })));
}

/** Throws an `InputError` if a run of the line could not begin. */
export async function requireFit(line: Line): Promise<void> {
  const mismatches = await line.store.check(line.tables);
  const fault = ownFault(
    line,
    mismatches.filter(({ ofIds }) => ofIds !== true),
  );
  if (fault !== null) throw notPrepared([fault]);
  const errors = mismatches.filter(isError);
  if (errors.length === 0) return;
  const summary = errors.every(({ permission }) => permission !== undefined)
    ? `The login may not do what a run of ${line.productLine} does:`
    : `The database does not fit the contract of ${line.productLine}:`;
  throw new NotPreparedError(summary, errors);
}

/** Throws an `InputError` if what documents are in does not fit. */
export async function requireSource(line: Line, summary = 'Documents cannot be added:'): Promise<void> {
  const { store, workSet, tableName } = line;
  const { application } = workSet;
  const own = [sourceName(line), ...(application === null ? [] : [tableName(application.schema, application.table)])];
  /** Whether it is of one of these tables, or of one of their columns. */
  const isOf = ({ place }: Mismatch): boolean => own.some((table) => place === table || place.startsWith(`${table}.`));
  const errors = (await store.check([])).filter((mismatch) => isError(mismatch) && isOf(mismatch));
  if (errors.length === 0) return;
  throw new InputError(summary, errors);
}

/** Whether a run cannot begin with it. */
function isError({ severity }: Mismatch): boolean {
  return severity === 'error';
}
