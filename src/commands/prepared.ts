import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import type { Mismatch } from '../store/port.ts';
import { ownNames } from '../store/schema.ts';

/** The lines whose own tables are there. Throws an `InputError` that says what is missing if there is none. */
export async function preparedLines(lines: readonly Line[]): Promise<readonly Line[]> {
  const prepared: Line[] = [];
  const faults: Fault[] = [];
  for (const line of lines) {
    const fault = unprepared(line, await line.store.check([]));
    if (fault === null) prepared.push(line);
    else faults.push(fault);
  }
  if (prepared.length > 0) return prepared;
  throw notPrepared(faults);
}

/** What is missing of the tables that xmlfan owns, or cannot be read; whoever only looks needs no more than SELECT. */
function unprepared({ productLine, workSet }: Line, mismatches: readonly Mismatch[]): Fault | null {
  const own = new Set(Object.values(ownNames(workSet)).map((name) => `${workSet.schema}.${name}`));
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
    advice: 'Make them with `xmlfan init`, or name the contract that this database is for.',
  };
}

function notPrepared(faults: readonly Fault[]): InputError {
  return new InputError('The database is not prepared:', faults);
}

/** Throws an `InputError` if a run of the line could not begin. */
export async function requireFit(line: Line): Promise<void> {
  const mismatches = await line.store.check(line.tables);
  const fault = unprepared(line, mismatches);
  if (fault !== null) throw notPrepared([fault]);
  const errors = mismatches.filter(isError);
  if (errors.length > 0) throw new InputError(`The database does not fit the contract of ${line.productLine}:`, errors);
}

/** Throws an `InputError` if documents cannot be added. */
export async function requireSource({ store, workSet }: Line): Promise<void> {
  const { schema, sourceSchema = schema, sourceTable, application } = workSet;
  const own = [
    `${sourceSchema}.${sourceTable}`,
    ...(application === null ? [] : [`${application.schema}.${application.table}`]),
  ];
  /** Whether it is of one of these tables, or of one of their columns. */
  const isOf = ({ place }: Mismatch): boolean => own.some((table) => place === table || place.startsWith(`${table}.`));
  const errors = (await store.check([])).filter((mismatch) => isError(mismatch) && isOf(mismatch));
  if (errors.length === 0) return;
  throw new InputError('Documents cannot be added:', errors);
}

/** Whether a run cannot begin with it. */
function isError({ severity }: Mismatch): boolean {
  return severity === 'error';
}
