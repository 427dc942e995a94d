import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import { z } from 'zod';
import type { WorkSet } from './destination.ts';
import type { Mismatch } from './port.ts';

/** A product line, or the file of its contract, and what it reads and logs. */
export interface LogUser {
  readonly name: string;
  readonly workSet: WorkSet;
}

/**
 * The fault of a product line that logs into the table of another one but reads another source: ids of both would be taken for those
 * of one, and documents of the second never converted. Null where no other has the same log table, or all of them the same source.
 */
export function logConflict({ name, workSet }: LogUser, others: readonly LogUser[]): Fault | null {
  const other = others.find(
    (one) => same(logOf(one.workSet), logOf(workSet)) && !same(sourceOf(one.workSet), sourceOf(workSet)),
  );
  if (other === undefined) return null;
  return {
    place: name,
    message: `shares the log table ${logOf(workSet)} with ${other.name}, which reads ${printSource(other.workSet)}, not ${printSource(workSet)}`,
    advice: 'Give one of the two contracts a log_table of its own.',
  };
}

const WORK_SET = z.object({
  schema: z.string(),
  sourceTable: z.string(),
  sourceColumn: z.string(),
  sourceSchema: z.string().optional(),
  idColumn: z.string().optional(),
  application: z.object({ schema: z.string(), table: z.string(), on: z.string().optional() }).nullable(),
  logTable: z.string(),
}) satisfies z.ZodType<WorkSet>;

/** What `init` notes of the log table of a work set: the table, as it is looked for, and what it belongs to. */
export function logEntry(workSet: WorkSet): { readonly logTable: string; readonly workSet: string } {
  return { logTable: workSet.logTable.toLowerCase(), workSet: JSON.stringify(WORK_SET.parse(workSet)) };
}

/** The same fault where the other contract is one that `init` was run for: `noted` is what it noted of this log table, if anything. */
export function notedConflict(workSet: WorkSet, noted: string | null): readonly Mismatch[] {
  if (noted === null) return [];
  const owner = { name: 'the contract that it was made for', workSet: WORK_SET.parse(JSON.parse(noted)) };
  const fault = logConflict({ name: `${workSet.schema}.${workSet.sourceTable}`, workSet }, [owner]);
  return fault === null ? [] : [{ ...fault, severity: 'error' }];
}

/** The other logs of a schema that `init` noted: `noted` is all of it. */
export function notedLogs({ schema, logTable }: WorkSet, noted: readonly string[]): readonly string[] {
  const sets = noted.map((text) => WORK_SET.parse(JSON.parse(text)));
  return sets.flatMap((set) => (same(set.schema, schema) && !same(set.logTable, logTable) ? [set.logTable] : []));
}

/** Throws an `InputError` if there is such a fault. */
export function refuseConflict(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new InputError('Contracts that cannot share a log table', faults);
}

function logOf({ schema, logTable }: WorkSet): string {
  return `${schema}.${logTable}`;
}

function sourceOf({ schema, sourceSchema = schema, sourceTable, sourceColumn, application }: WorkSet): string {
  return JSON.stringify([sourceSchema, sourceTable, sourceColumn, application?.schema, application?.table]);
}

function printSource({ schema, sourceSchema = schema, sourceTable, sourceColumn, application }: WorkSet): string {
  const joined = application === null ? '' : ` joined with ${application.schema}.${application.table}`;
  return `${sourceSchema}.${sourceTable}.${sourceColumn}${joined}`;
}

/** Names are told apart without regard to case, as in T-SQL. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
