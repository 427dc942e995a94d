import { z } from 'zod';
import type { ZodType } from 'zod';
import { totalsOf } from './totals.ts';
import type { Instance, Pause, Run } from './port.ts';
import type { Counter } from './totals.ts';

/** SQL that is true of a run that has not ended. */
export const LIVE = `status IN ('running', 'paused', 'cancelling')`;

/** How a driver gives values of these kinds. */
export interface Values {
  readonly number: ZodType<number>;
  readonly flag: ZodType<boolean>;
  /** ISO 8601, UTC. */
  readonly time: ZodType<string>;
}

export const RUN_STATUS = z.enum(['running', 'paused', 'cancelling', 'completed', 'failed', 'cancelled', 'skipped']);

/** A row of the log, of which `processingTime` is what the driver gives. */
export const LOG_SHAPE = z.object({
  appId: z.string(),
  status: z.string(),
  failureReason: z.string().nullable(),
  processingTime: z.string(),
  sessionId: z.string().nullable(),
});

/** A list of pauses that is longer than so many characters loses its first for each that comes: the last one tells from when on a run went on. */
export const MOST_PAUSES_TEXT = 4000;

/** What a pause that is over adds to the list, and its length. */
export function pauseText([from, to, why]: Pause): { readonly milliseconds: number; readonly text: string } {
  const [start, end] = [Math.round(from * 1000), Math.round((to ?? from) * 1000)];
  return { milliseconds: end - start, text: `[${start},${end}${why === 'silent' ? ',1' : ''}],` };
}

/** The shapes of the rows of our own tables, as both adapters select them: what a database holds is checked, not believed. */
export function recordShapes(values: Values) {
  const counters = totalsOf<ZodType<number>>(() => values.number);
  /** What a group's statement answers: where its instance is now, and `second`, the time since the run began. */
  const standing = z
    .object({ ...counters, second: z.number() })
    .transform(({ second, ...row }) => ({ second, totals: row }));
  return { run: runShape(values), standing, instance: instanceShape(values, counters) };
}

function runShape({ number, flag, time }: Values) {
  return z
    .object({
      runId: z.string(),
      productLine: z.string(),
      contractHash: z.string(),
      request: z.string(),
      trigger: z.enum(['http', 'timer', 'cli']),
      status: RUN_STATUS,
      dryRun: flag,
      started: time,
      ended: time.nullable(),
      aliveUntil: time,
      silent: flag,
      stillSeconds: z.number(),
      pausedAt: time.nullable(),
      pauses: z.string().nullable(),
      planned: number.nullable(),
      error: z.string().nullable(),
    })
    .transform(({ pausedAt, pauses, ...row }): Run => {
      const over = PAUSES.parse(JSON.parse(`[${(pauses ?? '').replace(/,$/, '')}]`));
      const since = (moment: string): number => (Date.parse(moment) - Date.parse(row.started)) / 1000;
      const open = pausedAt === null ? [] : [[since(pausedAt), null, 'paused'] as const];
      return { ...row, pauses: [...over, ...open], stale: row.silent && row.status !== 'paused' };
    });
}

function instanceShape({ number, time }: Values, counters: Record<Counter, ZodType<number>>) {
  return z
    .object({
      ...counters,
      runId: z.string(),
      instanceId: number,
      instanceCount: number,
      by: z.enum(['modulo', 'hash', 'range']),
      start: z.string().nullable(),
      end: z.string().nullable(),
      before: z.string().nullable(),
      sessionId: z.string(),
      status: z.enum(['planned', 'running', 'completed', 'failed']),
      planned: number,
      cursor: z.string().nullable(),
      issues: z.string(),
      samples: z.string().nullable(),
      unmatched: z.string().nullable(),
      started: time.nullable(),
      heartbeat: time.nullable(),
      heartbeatAge: z.number().nullable(),
      leaseSeconds: z.number().nullable(),
      error: z.string().nullable(),
    })
    .transform((row): Instance => ({
      runId: row.runId,
      partition: {
        by: row.by,
        instanceId: row.instanceId,
        instanceCount: row.instanceCount,
        bounds: { start: row.start, end: row.end, ...(row.before !== null && { before: row.before }) },
      },
      sessionId: row.sessionId,
      status: row.status,
      planned: row.planned,
      cursor: row.cursor,
      totals: totalsOf((counter) => row[counter]),
      issues: ISSUES.parse(JSON.parse(row.issues)),
      samples: SAMPLES.parse(JSON.parse(row.samples ?? '[]')),
      unmatched: UNMATCHED.parse(JSON.parse(row.unmatched ?? 'null')),
      started: row.started,
      heartbeat: row.heartbeat,
      heartbeatAge: row.heartbeatAge,
      leased: row.leaseSeconds !== null,
      leaseSeconds: row.leaseSeconds,
      error: row.error,
    }));
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

const seconds = z.number().transform((milliseconds) => milliseconds / 1000);
const PAUSES = z.array(
  z
    .tuple([seconds, seconds, z.literal(1).optional()])
    .transform(([from, to, silent]): Pause => [from, to, silent === undefined ? 'paused' : 'silent']),
);
const PLACES = z.array(z.object({ table: z.string().nullable(), column: z.string().nullable(), path: z.string() }));
const UNMATCHED = z.object({ missed: PLACES, unasked: PLACES }).nullable();
const SAMPLES = z.array(z.tuple([z.number(), z.number(), z.number()]));
