import { z } from 'zod';
import { logEntry } from '../log-conflict.ts';
import type { CatalogTable } from './catalog.ts';
import type { WorkSet } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** What `init` noted of the log table, or null; `notes` is the table of notes, if it is there. */
export async function notedOwner(
  { db, names, workSet }: SessionContext,
  notes: CatalogTable | undefined,
): Promise<string | null> {
  if (notes === undefined) return null;
  return (await db.get(z.object({ noted: z.string() }), notedOwnerStatement(names, workSet)))?.noted ?? null;
}

export function notedOwnerStatement(names: Names, workSet: WorkSet): Statement {
  return {
    sql: `SELECT work_set AS noted FROM ${names.logs} WHERE log_table = @log_table`,
    inputs: { log_table: { type: 'text', value: logEntry(workSet).logTable } },
  };
}

/** Notes which source the log table belongs to, once. */
export function noteLogStatement(names: Names, workSet: WorkSet): Statement {
  const entry = logEntry(workSet);
  return {
    sql: `INSERT INTO ${names.logs} (log_table, work_set) SELECT @log_table, @work_set
WHERE NOT EXISTS (SELECT 1 FROM ${names.logs} WHERE log_table = @log_table)`,
    inputs: { log_table: { type: 'text', value: entry.logTable }, work_set: { type: 'text', value: entry.workSet } },
  };
}
