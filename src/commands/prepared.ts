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
    const own = new Set(Object.values(ownNames(line.workSet)).map((name) => `${line.workSet.schema}.${name}`));
    const missing = (await line.store.check([])).filter((mismatch) => isError(mismatch) && own.has(mismatch.place));
    if (missing.length === 0) prepared.push(line);
    else faults.push(describe(line, missing));
  }
  if (prepared.length > 0) return prepared;
  throw new InputError('The database is not prepared:', faults);
}

function describe({ productLine }: Line, missing: readonly Mismatch[]): Fault {
  return {
    place: productLine,
    message: `missing are ${missing.map(({ place }) => place).join(', ')}`,
    advice: 'Make them with `xmlfan init`, or name the contract that this database is for.',
  };
}

/** Throws an `InputError` if a run of the line could not begin. */
export async function requireFit({ store, tables, productLine }: Line): Promise<void> {
  const errors = (await store.check(tables)).filter(isError);
  if (errors.length > 0) throw new InputError(`The database does not fit the contract of ${productLine}:`, errors);
}

/** Throws an `InputError` if documents cannot be added. */
export async function requireSource({ store, workSet: { schema, sourceTable, application } }: Line): Promise<void> {
  const own = new Set([
    `${schema}.${sourceTable}`,
    ...(application === null ? [] : [`${application.schema}.${application.table}`]),
  ]);
  const errors = (await store.check([])).filter((mismatch) => isError(mismatch) && own.has(mismatch.place));
  if (errors.length === 0) return;
  const advice = 'Make them with `xmlfan init --destination`, or correct the contract.';
  throw new InputError(
    'Documents cannot be added:',
    errors.map(({ place, message }) => ({ place, message, advice })),
  );
}

/** Whether a run cannot begin with it. */
export function isError({ severity }: Mismatch): boolean {
  return severity === 'error';
}
