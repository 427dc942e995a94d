import { z } from 'zod';
import { logEntry } from '../log-conflict.ts';
import { ownNames } from '../schema.ts';
import { readCatalog } from './catalog.ts';
import type { WorkSet } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** What `init` noted of the log table, or null. */
export async function notedOwner({ db, names, workSet }: SessionContext): Promise<string | null> {
  if ((await readCatalog(db, workSet.schema, [ownNames(workSet).logs])).size === 0) return null;
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
