import { z } from 'zod';
import { StoreError } from '../port.ts';
import { LIVE, recordShapes } from '../run-shapes.ts';
import { COUNTERS } from '../totals.ts';
import { SQLITE } from './dialect.ts';
import { NOW, SECONDS_ON, secondsSince } from './clock.ts';
import type { Names } from '../names.ts';
import type { Instance, Run, RunStatus } from '../port.ts';
import type { Context } from './context.ts';

/** A run that the caller knows to exist. */
export function getRun(context: Context, runId: string): Run {
  const { names } = context;
  const run = findRun(context, runId);
  if (run === null) throw new StoreError(`There is no run ${runId} in ${names.run}.`, { transient: false });
  return run;
}

/** A run, or null; part of a transaction. */
export function findRun({ db, names }: Context, runId: string): Run | null {
  return db.get(RUN, `${selectRun(names)} WHERE run_id = ?`, runId) ?? null;
}

const SHAPES = recordShapes({
  number: z.int(),
  flag: z.int().transform((value) => value === 1),
  time: z.string(),
});

/** The shape of what `selectRun` gives. */
export const RUN = SHAPES.run;
/** The shape of what `SELECT_TOTALS` and `SECOND` give. */
export const STANDING = SHAPES.standing;
const INSTANCE = SHAPES.instance;

/** `SELECT … FROM` the run table. */
export function selectRun(names: Names): string {
  return `SELECT run_id AS runId, product_line AS productLine, contract_hash AS contractHash, request, "trigger" AS "trigger", status,
    dry_run AS dryRun, started, ended, alive_until AS aliveUntil, planned, error, ${LIVE} AND alive_until < ${NOW} AS silent,
    paused_ms / 1000.0 AS stillSeconds, paused_at AS pausedAt, pauses FROM ${names.run}`;
}

/** Pushes `alive_until` on; part of a transaction. */
export function keepAlive(context: Context, runId: string): RunStatus {
  keepAliveIf(context, runId, LIVE);
  return getRun(context, runId).status;
}

/** Pushes `alive_until` on if the run meets the SQL condition. */
export function keepAliveIf({ db, names, leases }: Context, runId: string, condition: string): void {
  db.run(
    `UPDATE ${names.run} SET alive_until = ${SECONDS_ON} WHERE run_id = ? AND ${condition}`,
    String(leases.aliveSeconds),
    runId,
  );
}

/** An instance that the caller knows to exist; part of a transaction. */
export function getInstance({ db, names }: Context, runId: string, instanceId: number): Instance {
  const instance = db.get(INSTANCE, `${selectInstance(names)} WHERE run_id = ? AND instance_id = ?`, runId, instanceId);
  if (instance === undefined) throw new StoreError(`Run ${runId} has no instance ${instanceId}.`, { transient: false });
  return instance;
}

/** The instances of a run by number; part of a transaction. */
export function listInstances({ db, names }: Context, runId: string): readonly Instance[] {
  return db.all(INSTANCE, `${selectInstance(names)} WHERE run_id = ? ORDER BY instance_id`, runId);
}

/** The columns of an instance row that make its absolute totals. */
export const SELECT_TOTALS = Object.entries(COUNTERS)
  .map(([counter, column]) => `${column} AS ${SQLITE.quote(counter)}`)
  .join(', ');

function selectInstance(names: Names): string {
  return `SELECT run_id AS runId, instance_id AS instanceId, instance_count AS instanceCount, partition_by AS "by",
    id_start AS "start", id_end AS "end", id_before AS "before", session_id AS sessionId, status, planned,
    id_cursor AS cursor, ${SELECT_TOTALS}, issues, samples, unmatched, started, heartbeat, ${secondsSince('heartbeat')} AS heartbeatAge,
    CASE WHEN token IS NOT NULL AND lease_until > ${NOW} THEN -${secondsSince('lease_until')} END AS leaseSeconds, error FROM ${names.instance}`;
}
