import { z } from 'zod';
import type { ZodType } from 'zod';
import type { Instance } from './port.ts';

/** SQL that is true of a run that has not ended. */
export const LIVE = `status IN ('running', 'paused', 'cancelling')`;

/** How a driver gives values of these kinds. */
export interface Values {
  readonly number: ZodType<number>;
  readonly flag: ZodType<boolean>;
  /** ISO 8601, UTC. */
  readonly time: ZodType<string>;
}

/** The shapes of the rows of our own tables, as both adapters select them: what a database holds is checked, not believed. */
export function recordShapes({ number, flag, time }: Values) {
  const run = z.object({
    runId: z.string(),
    productLine: z.string(),
    contractHash: z.string(),
    request: z.string(),
    trigger: z.enum(['http', 'timer', 'cli']),
    status: z.enum(['running', 'paused', 'cancelling', 'completed', 'failed', 'cancelled', 'skipped']),
    dryRun: flag,
    started: time,
    ended: time.nullable(),
    aliveUntil: time,
    stale: flag,
    planned: number.nullable(),
    error: z.string().nullable(),
  });
  const totals = z.object({
    documents: number,
    success: number,
    failed: number,
    alreadyPresent: number,
    doneByAnother: number,
    rows: number,
    duplicateRows: number,
    batches: number,
  });
  const instance = z
    .object({
      ...totals.shape,
      runId: z.string(),
      instanceId: number,
      instanceCount: number,
      by: z.enum(['modulo', 'hash', 'range']),
      start: z.string().nullable(),
      end: z.string().nullable(),
      sessionId: z.string(),
      status: z.enum(['planned', 'running', 'completed', 'failed']),
      planned: number,
      cursor: z.string().nullable(),
      issues: z.string(),
      started: time.nullable(),
      heartbeat: time.nullable(),
      heartbeatAge: z.number().nullable(),
      leased: flag,
      error: z.string().nullable(),
    })
    .transform((row): Instance => {
      const { by, instanceId, instanceCount, start, end, issues, ...rest } = row;
      const { documents, success, failed, alreadyPresent, doneByAnother, rows, duplicateRows, batches, ...others } =
        rest;
      return {
        ...others,
        partition: { by, instanceId, instanceCount, bounds: { start, end } },
        totals: { documents, success, failed, alreadyPresent, doneByAnother, rows, duplicateRows, batches },
        issues: ISSUES.parse(JSON.parse(issues)),
      };
    });
  return { run, totals, instance };
}

const ISSUES = z.array(
  z.object({
    kind: z.string(),
    table: z.string().nullable(),
    column: z.string().nullable(),
    documents: z.int(),
    appIds: z.array(z.string()),
  }),
);
