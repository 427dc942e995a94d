import { z } from 'zod';
import { LIVE } from '../run-shapes.ts';
import { decideEnding, decideOpening, decidePlan, decideRequest, judgeFailures, MOST_FORGOTTEN } from '../rules.ts';
import { NOW, SECONDS_ON } from './clock.ts';
import { findRun, getRun, keepAlive, keepAliveIf, listInstances, RUN, selectRun } from './run-rows.ts';
import { noteStandstill } from './standstill.ts';
import type { Instance, NewRun, OpenResult, PlannedInstance, Run, RunAfter, RunStatus } from '../port.ts';
import type { Ending, Requested, RunStore } from '../rules.ts';
import type { Context } from './context.ts';
import type { FailureLimits } from '../reasons.ts';

/** The part of the store that opens, controls and closes runs. */
export function runStore(context: Context): RunStore {
  const { db } = context;
  return {
    openRun: (run) => db.transaction(() => openRun(context, run)),
    recordSkipped: (run, liveRunId) =>
      db.transaction(() => insertRun(context, run, { status: 'skipped', error: `run ${liveRunId} is live` })),
    findRun: (runId) => db.read(() => findRun(context, runId)),
    liveRun: () => db.read(() => liveRun(context)),
    listRuns: (page) => db.read(() => listRuns(context, page)),
    requestStatus: (runId, to) => db.transaction(() => requestStatus(context, runId, to)),
    keepAlive: (runId) => db.transaction(() => keepAlive(context, runId)),
    savePlan: (runId, plan) => db.transaction(() => savePlan(context, runId, plan)),
    enforceFailureLimits: (runId, limits) => db.transaction(() => enforceFailureLimits(context, runId, limits)),
    finishRun: (runId, error) => db.transaction(() => finishRun(context, runId, error)),
    forgetRuns: (days) => db.transaction(() => forgetRuns(context, days)),
  };
}

function openRun(context: Context, run: NewRun): OpenResult {
  const earlier = run.idempotencyKey === undefined ? null : findByKey(context, run.idempotencyKey);
  const opening = decideOpening(run, earlier, liveRun(context));
  if (opening.do === 'return') return opening.result;
  const { takeOver } = opening;
  if (takeOver !== null) closeRun(context, takeOver.run, takeOver.ending);
  insertRun(context, run, { status: 'running', error: null });
  return { result: 'opened', run: getRun(context, run.runId), tookOver: takeOver?.run.runId ?? null };
}

function insertRun(
  { db, names, leases }: Context,
  run: NewRun,
  { status, error }: { status: 'running' | 'skipped'; error: string | null },
): void {
  db.run(
    `INSERT INTO ${names.run} (run_id, product_line, work_set, contract_hash, request, "trigger", idempotency_key, status, dry_run, started, ended, alive_until, error)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ${NOW}, ${status === 'skipped' ? NOW : 'NULL'}, ${SECONDS_ON}, ?)`,
    run.runId,
    run.productLine,
    names.workSet,
    run.contractHash,
    run.request,
    run.trigger,
    run.idempotencyKey ?? null,
    status,
    run.dryRun ? 1 : 0,
    String(leases.aliveSeconds),
    error,
  );
}

function findByKey({ db, names }: Context, key: string): Run | null {
  return db.get(RUN, `${selectRun(names)} WHERE idempotency_key = ?`, key) ?? null;
}

function liveRun({ db, names }: Context): Run | null {
  return db.get(RUN, `${selectRun(names)} WHERE work_set = ? AND dry_run = 0 AND ${LIVE}`, names.workSet) ?? null;
}

function listRuns(
  { db, names }: Context,
  { limit, offset, productLine, status, trigger }: Parameters<RunStore['listRuns']>[0],
): readonly Run[] {
  const conditions = [
    ['work_set = ?', names.workSet],
    ['product_line = ?', productLine],
    ['status = ?', status],
    ['"trigger" = ?', trigger],
  ].flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const newestFirst = `${selectRun(names)} WHERE ${where} ORDER BY started DESC, rowid DESC LIMIT ? OFFSET ?`;
  return db.all(RUN, newestFirst, ...conditions.map(({ value }) => value), limit, offset);
}

function requestStatus(context: Context, runId: string, to: Requested): RunAfter | null {
  const run = findRun(context, runId);
  if (run === null) return null;
  const request = decideRequest(run, to);
  if (request.do === 'close') closeRun(context, run, request.ending);
  else if (request.do === 'set') setStatus(context, run, request.status);
  // Whoever resumes a run that slept long must have the time to give its next sign of life.
  if (to === 'running') keepAliveIf(context, runId, `status = 'running'`);
  return { ...getRun(context, runId), endedNow: request.do === 'close' };
}

function setStatus(context: Context, run: Run, to: Requested): void {
  const { db, names } = context;
  noteStandstill(context, run);
  const pause = to === 'paused' ? `, paused_at = ${NOW}` : '';
  db.run(`UPDATE ${names.run} SET status = ?${pause} WHERE run_id = ?`, to, run.runId);
}

function savePlan(context: Context, runId: string, plan: readonly PlannedInstance[]): readonly Instance[] {
  const { db, names } = context;
  const run = getRun(context, runId);
  if (run.planned !== null) return listInstances(context, runId);
  for (const { partition, planned, sessionId, status } of decidePlan(run, plan)) {
    const { by, instanceId, instanceCount, bounds } = partition;
    db.run(
      `INSERT INTO ${names.instance} (run_id, instance_id, instance_count, partition_by, id_start, id_end, id_before, session_id, status, planned, issues)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]')`,
      runId,
      instanceId,
      instanceCount,
      by,
      bounds.start,
      bounds.end,
      bounds.before ?? null,
      sessionId,
      status,
      planned,
    );
  }
  const total = plan.reduce((sum, instance) => sum + instance.planned, 0);
  db.run(`UPDATE ${names.run} SET planned = ? WHERE run_id = ?`, total, runId);
  keepAliveIf(context, runId, LIVE);
  return listInstances(context, runId);
}

const SUMS = z.object({ documents: z.int(), failed: z.int() });

function enforceFailureLimits(context: Context, runId: string, limits: FailureLimits): RunStatus {
  const { db, names } = context;
  const sums = db.get(
    SUMS,
    `SELECT ifnull(sum(documents), 0) AS documents, ifnull(sum(failed), 0) AS failed FROM ${names.instance} WHERE run_id = ?`,
    runId,
  );
  const error = judgeFailures(sums ?? { documents: 0, failed: 0 }, limits);
  if (error !== null) {
    db.run(
      `UPDATE ${names.run} SET status = 'cancelling', error = ? WHERE run_id = ? AND status = 'running'`,
      error,
      runId,
    );
  }
  return getRun(context, runId).status;
}

function finishRun(context: Context, runId: string, error: string | undefined): RunAfter {
  const run = getRun(context, runId);
  const ending = decideEnding(run, listInstances(context, runId), error);
  if (ending !== null) closeRun(context, run, ending);
  return { ...getRun(context, runId), endedNow: ending !== null };
}

// Every end of a run clears its tokens, so that whatever still writes for it is stopped by the fence.
function closeRun(context: Context, run: Run, { status, error }: Ending): void {
  const { db, names } = context;
  const { runId } = run;
  noteStandstill(context, run);
  db.run(
    `UPDATE ${names.run} SET status = ?, error = ?, ended = ${NOW} WHERE run_id = ?`,
    status,
    error === null ? null : error.slice(0, 1000),
    runId,
  );
  db.run(`UPDATE ${names.instance} SET token = NULL, lease_until = NULL WHERE run_id = ?`, runId);
}

const DAY_SECONDS = 86_400;

function forgetRuns({ db, names }: Context, days: number): number {
  const old = db.all(
    z.object({ runId: z.string() }),
    `SELECT run_id AS runId FROM ${names.run} WHERE work_set = ? AND ended < ${SECONDS_ON} ORDER BY ended LIMIT ${MOST_FORGOTTEN}`,
    names.workSet,
    String(-days * DAY_SECONDS),
  );
  for (const { runId } of old) {
    db.run(`DELETE FROM ${names.instance} WHERE run_id = ?`, runId);
    db.run(`DELETE FROM ${names.run} WHERE run_id = ?`, runId);
  }
  return old.length;
}
