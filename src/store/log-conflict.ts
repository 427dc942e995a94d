import type { Fault } from '../errors.ts';
import type { WorkSet } from './destination.ts';

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

function logOf({ schema, logTable }: WorkSet): string {
  return `${schema}.${logTable}`;
}

function sourceOf({ schema, sourceTable, sourceColumn, application }: WorkSet): string {
  return JSON.stringify([schema, sourceTable, sourceColumn, application?.schema, application?.table]);
}

function printSource({ schema, sourceTable, sourceColumn, application }: WorkSet): string {
  const joined = application === null ? '' : ` joined with ${application.schema}.${application.table}`;
  return `${schema}.${sourceTable}.${sourceColumn}${joined}`;
}

/** Names are told apart without regard to case, as in T-SQL. */
function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
