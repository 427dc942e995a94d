import { z } from 'zod';
import { sessionId } from '../session.ts';
import { NOW, SECONDS_ON } from './clock.ts';
import { findRun, getRun, keepAlive, keepAliveIf, listInstances, RUN, selectRun } from './records.ts';
import { LIVE } from '../records.ts';
import { id } from './source.ts';
import type { Connection } from './connection.ts';
import type { Names } from '../names.ts';
import type { Instance, Leases, NewRun, OpenResult, PlannedInstance, Run, RunStatus, Store } from '../port.ts';

/** The part of the store that opens, controls and closes runs. */
export function runStore(
  db: Connection,
  names: Names,
  leases: Leases,
): Pick<
  Store,
  | 'openRun'
  | 'recordSkipped'
  | 'findRun'
  | 'liveRun'
  | 'listRuns'
  | 'requestStatus'
  | 'keepAlive'
  | 'savePlan'
  | 'enforceFailureRate'
  | 'finishRun'
> {
  const alive = String(leases.aliveSeconds);
  return {
    openRun: (run) => db.transaction(() => openRun(db, names, alive, run)),
    recordSkipped: (run, liveRunId) =>
      db.transaction(() => insertRun(db, names, alive, run, { status: 'skipped', error: `run ${liveRunId} is live` })),
    findRun: (runId) => db.read(() => findRun(db, names, runId)),
    liveRun: () => db.read(() => liveRun(db, names)),
    listRuns: ({ limit, offset }) => db.read(() => listRuns(db, names, limit, offset)),
    requestStatus: (runId, to) => db.transaction(() => requestStatus(db, names, alive, runId, to)),
    keepAlive: (runId) => db.transaction(() => keepAlive(db, names, alive, runId)),
    savePlan: (runId, plan) => db.transaction(() => savePlan(db, names, alive, runId, plan)),
    enforceFailureRate: (runId, rate) => db.transaction(() => enforceFailureRate(db, names, runId, rate)),
    finishRun: (runId, error) => db.transaction(() => finishRun(db, names, runId, error)),
  };
}

function openRun(db: Connection, names: Names, alive: string, run: NewRun): OpenResult {
  const earlier = run.idempotencyKey === undefined ? null : findByKey(db, names, run.idempotencyKey);
  if (earlier !== null) {
    const same = earlier.request === run.request && earlier.productLine === run.productLine;
    return { result: same ? 'repeated' : 'key_reused', run: earlier };
  }
  const live = run.dryRun ? null : liveRun(db, names);
  if (live !== null && !live.stale) return { result: 'live', run: live };
  if (live !== null) closeRun(db, names, live.runId, 'failed', `abandoned, taken over by ${run.runId}`);
  insertRun(db, names, alive, run, { status: 'running', error: null });
  return { result: 'opened', run: getRun(db, names, run.runId), tookOver: live?.runId ?? null };
}

function insertRun(
  db: Connection,
  names: Names,
  alive: string,
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
    alive,
    error,
  );
}

function findByKey(db: Connection, names: Names, key: string): Run | null {
  return db.get(RUN, `${selectRun(names)} WHERE idempotency_key = ?`, key) ?? null;
}

function liveRun(db: Connection, names: Names): Run | null {
  return db.get(RUN, `${selectRun(names)} WHERE work_set = ? AND dry_run = 0 AND ${LIVE}`, names.workSet) ?? null;
}

function listRuns(db: Connection, names: Names, limit: number, offset: number): readonly Run[] {
  const newestFirst = `${selectRun(names)} WHERE work_set = ? ORDER BY started DESC, rowid DESC LIMIT ? OFFSET ?`;
  return db.all(RUN, newestFirst, names.workSet, limit, offset);
}

function requestStatus(
  db: Connection,
  names: Names,
  alive: string,
  runId: string,
  to: 'paused' | 'running' | 'cancelling',
): Run | null {
  const from = { paused: `'running'`, running: `'paused'`, cancelling: `'running', 'paused'` }[to];
  const silent = db.exists(`SELECT 1 FROM ${names.run} WHERE run_id = ? AND ${LIVE} AND alive_until < ${NOW}`, runId);
  if (to === 'cancelling' && silent) closeCancelled(db, names, getRun(db, names, runId));
  else db.run(`UPDATE ${names.run} SET status = ? WHERE run_id = ? AND status IN (${from})`, to, runId);
  // Whoever resumes a run that slept long must have the time to give its next sign of life.
  if (to === 'running') keepAliveIf(db, names, alive, runId, `status = 'running'`);
  return findRun(db, names, runId);
}

function savePlan(
  db: Connection,
  names: Names,
  alive: string,
  runId: string,
  plan: readonly PlannedInstance[],
): readonly Instance[] {
  const run = getRun(db, names, runId);
  if (run.planned !== null) return listInstances(db, names, runId);
  for (const { partition, planned, sessionId: given } of plan) {
    const { by, instanceId, instanceCount, bounds } = partition;
    db.run(
      `INSERT INTO ${names.instance} (run_id, instance_id, instance_count, partition_by, bound_start, bound_end, session_id, status, planned, issues)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'planned', ?, '[]')`,
      runId,
      instanceId,
      instanceCount,
      by,
      id(bounds.start),
      id(bounds.end),
      given ?? sessionId(run.started, runId, instanceId, instanceCount),
      planned,
    );
  }
  const total = plan.reduce((sum, instance) => sum + instance.planned, 0);
  db.run(`UPDATE ${names.run} SET planned = ? WHERE run_id = ?`, total, runId);
  keepAliveIf(db, names, alive, runId, LIVE);
  return listInstances(db, names, runId);
}

/** Documents from which on a failure rate is judged. */
const ENOUGH_DOCUMENTS = 200;

function enforceFailureRate(db: Connection, names: Names, runId: string, rate: number): RunStatus {
  const { documents, failed } = db.get(
    z.object({ documents: z.int(), failed: z.int() }),
    `SELECT ifnull(sum(documents), 0) AS documents, ifnull(sum(failed), 0) AS failed FROM ${names.instance} WHERE run_id = ?`,
    runId,
  ) ?? { documents: 0, failed: 0 };
  if (documents >= ENOUGH_DOCUMENTS && failed > rate * documents) {
    const error = `${failed} of ${documents} documents failed, more than the allowed share of ${rate}`;
    db.run(
      `UPDATE ${names.run} SET status = 'cancelling', error = ? WHERE run_id = ? AND status = 'running'`,
      error,
      runId,
    );
  }
  return getRun(db, names, runId).status;
}

function finishRun(db: Connection, names: Names, runId: string, error: string | undefined): Run {
  const run = getRun(db, names, runId);
  const instances = listInstances(db, names, runId);
  const ended = run.planned !== null && instances.every(({ status }) => status === 'completed' || status === 'failed');
  const broken = instances.find(({ status }) => status === 'failed');

  if (!['running', 'paused', 'cancelling'].includes(run.status)) return run;
  if (error !== undefined) closeRun(db, names, runId, 'failed', error);
  else if (run.status === 'running' && ended) {
    const reason = broken && `instance ${broken.partition.instanceId}: ${broken.error ?? 'failed'}`;
    closeRun(db, names, runId, reason === undefined ? 'completed' : 'failed', reason ?? run.error);
  } else if (run.status === 'cancelling' && (ended || !instances.some(({ leased }) => leased))) {
    closeCancelled(db, names, run);
  }
  return getRun(db, names, runId);
}

// A run cancelled for its failure rate has an error.
function closeCancelled(db: Connection, names: Names, { runId, error }: Run): void {
  closeRun(db, names, runId, error === null ? 'cancelled' : 'failed', error);
}

// Every end of a run clears its tokens, so that whatever still writes for it is stopped by the fence.
function closeRun(
  db: Connection,
  names: Names,
  runId: string,
  status: 'completed' | 'failed' | 'cancelled',
  error: string | null,
): void {
  db.run(
    `UPDATE ${names.run} SET status = ?, error = ?, ended = ${NOW} WHERE run_id = ?`,
    status,
    error === null ? null : error.slice(0, 1000),
    runId,
  );
  db.run(`UPDATE ${names.instance} SET token = NULL, lease_until = NULL WHERE run_id = ?`, runId);
}
