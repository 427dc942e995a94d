import pRetry from 'p-retry';
import { z } from 'zod';
import { isDuplicateKey } from './errors.ts';
import { daysOn, NOW, secondsOn } from './clock.ts';
import {
  CHANGED,
  findRun,
  getRun,
  keepAliveStatement,
  listInstances,
  lockRun,
  lockRunIfThere,
  NUMBER,
  RUN,
  selectRun,
} from './run-rows.ts';
import { noteStandstill } from './standstill.ts';
import { LIVE } from '../run-shapes.ts';
import { StoreError } from '../port.ts';
import { decideEnding, decideOpening, decidePlan, decideRequest, judgeFailures, MOST_FORGOTTEN } from '../rules.ts';
import type { Names } from '../names.ts';
import type { Instance, NewRun, OpenResult, PlannedInstance, Run, RunAfter, RunStatus } from '../port.ts';
import type { Ending, Requested, RunStore } from '../rules.ts';
import type { Statement } from './statement.ts';
import { within } from './context.ts';
import type { Context, SessionContext } from './context.ts';
import type { FailureLimits } from '../reasons.ts';

/** The part of the store that opens, controls and closes runs. */
export function runStore(context: Context): RunStore {
  const { db, names, leases } = context;
  const alive = leases.aliveSeconds;
  return {
    openRun: (run) => openRun(context, run),
    recordSkipped: (run, liveRunId) =>
      db.run(insertRunStatement(names, alive, run, { status: 'skipped', error: `run ${liveRunId} is live` })),
    findRun: (runId) => findRun(context, runId),
    liveRun: () => liveRun(context, ''),
    listRuns: (page) => db.all(RUN, listRunsStatement(names, page)),
    requestStatus: (runId, to) => db.transaction((session) => requestStatus(within(context, session), runId, to)),
    keepAlive: async (runId) => (await getRun(context, runId, keepAliveStatement(names, alive, runId, LIVE))).status,
    savePlan: (runId, plan) => db.transaction((session) => savePlan(within(context, session), runId, plan)),
    enforceFailureLimits: (runId, limits) => enforceFailureLimits(context, runId, limits),
    finishRun: (runId, error) => db.transaction((session) => finishRun(within(context, session), runId, error)),
    forgetRuns: (days) => db.transaction((session) => forgetRuns(within(context, session), days)),
  };
}

/** The unique indexes decide between two that open a run at once: the loser looks again and finds the winner. */
function openRun(context: Context, run: NewRun): Promise<OpenResult> {
  const { db } = context;
  return pRetry(() => db.transaction((session) => tryToOpen(within(context, session), run)), {
    retries: 5,
    minTimeout: 0,
    shouldRetry: ({ error }) => isDuplicateKey(error),
  });
}

async function tryToOpen(context: SessionContext, run: NewRun): Promise<OpenResult> {
  const {
    names,
    leases: { aliveSeconds: alive },
  } = context;
  const earlier = run.idempotencyKey === undefined ? null : await findByKey(context, run.idempotencyKey);
  const opening = decideOpening(run, earlier, await liveRun(context, 'WITH (UPDLOCK)'));
  if (opening.do === 'return') return opening.result;
  const { takeOver } = opening;
  if (takeOver !== null) await closeRun(context, takeOver.run, takeOver.ending);
  const insert = insertRunStatement(names, alive, run, { status: 'running', error: null });
  return { result: 'opened', run: await getRun(context, run.runId, insert), tookOver: takeOver?.run.runId ?? null };
}

export function insertRunStatement(
  names: Names,
  alive: number,
  run: NewRun,
  { status, error }: { status: 'running' | 'skipped'; error: string | null },
): Statement {
  return {
    sql: `INSERT INTO ${names.run} (run_id, product_line, work_set, contract_hash, request, [trigger], idempotency_key, status, dry_run, started, ended, alive_until, error)
VALUES (@run_id, @product_line, @work_set, @contract_hash, @request, @trigger, @key, @status, @dry_run, ${NOW},
  CASE @status WHEN 'skipped' THEN ${NOW} END, ${secondsOn('@alive')}, @error)`,
    inputs: {
      run_id: { type: 'word', value: run.runId },
      product_line: { type: 'text', value: run.productLine },
      work_set: { type: 'text', value: names.workSet },
      contract_hash: { type: 'word', value: run.contractHash },
      request: { type: 'long', value: run.request },
      trigger: { type: 'word', value: run.trigger },
      key: { type: 'text', value: run.idempotencyKey ?? null },
      status: { type: 'word', value: status },
      dry_run: { type: 'int', value: run.dryRun ? 1 : 0 },
      alive: { type: 'int', value: alive },
      error: { type: 'text', value: error },
    },
  };
}

async function findByKey({ db, names }: SessionContext, key: string): Promise<Run | null> {
  return (await db.get(RUN, findByKeyStatement(names, key))) ?? null;
}

export function findByKeyStatement(names: Names, key: string): Statement {
  return { sql: `${selectRun(names)} WHERE idempotency_key = @key`, inputs: { key: { type: 'text', value: key } } };
}

async function liveRun({ db, names }: SessionContext, hint: string): Promise<Run | null> {
  return (await db.get(RUN, liveRunStatement(names, hint))) ?? null;
}

export function liveRunStatement(names: Names, hint: string): Statement {
  return {
    sql: `${selectRun(names, { hint })} WHERE work_set = @work_set AND dry_run = 0 AND ${LIVE}`,
    inputs: { work_set: { type: 'text', value: names.workSet } },
  };
}

export function listRunsStatement(
  names: Names,
  { limit, offset, productLine, status, trigger }: Parameters<RunStore['listRuns']>[0],
): Statement {
  const where = [
    'work_set = @work_set',
    ...(productLine === undefined ? [] : ['product_line = @product_line']),
    ...(status === undefined ? [] : ['status = @status']),
    ...(trigger === undefined ? [] : ['[trigger] = @trigger']),
  ];
  return {
    sql: `${selectRun(names)} r WHERE ${where.join(' AND ')} ORDER BY r.started DESC, r.run_id OFFSET @offset ROWS FETCH NEXT @limit ROWS ONLY`,
    inputs: {
      work_set: { type: 'text', value: names.workSet },
      ...(productLine !== undefined && { product_line: { type: 'text', value: productLine } }),
      ...(status !== undefined && { status: { type: 'word', value: status } }),
      ...(trigger !== undefined && { trigger: { type: 'word', value: trigger } }),
      offset: { type: 'int', value: offset },
      limit: { type: 'int', value: Math.max(1, limit) },
    },
  };
}

async function requestStatus(context: SessionContext, runId: string, to: Requested): Promise<RunAfter | null> {
  const {
    names,
    leases: { aliveSeconds: alive },
  } = context;
  const run = await lockRunIfThere(context, runId);
  if (run === null) return null;
  const request = decideRequest(run, to);
  if (request.do === 'close') await closeRun(context, run, request.ending);
  if (request.do === 'set') await noteStandstill(context, run);
  const set = request.do === 'set' ? [setStatusStatement(names, runId, request.status)] : [];
  // Whoever resumes a run that slept long must have the time to give its next sign of life.
  const resumed = to === 'running' ? [keepAliveStatement(names, alive, runId, `status = 'running'`)] : [];
  return { ...(await getRun(context, runId, ...set, ...resumed)), endedNow: request.do === 'close' };
}

export function setStatusStatement(names: Names, runId: string, to: Requested): Statement {
  return {
    sql: `UPDATE ${names.run} SET status = @to, paused_at = ${to === 'paused' ? NOW : 'NULL'} WHERE run_id = @run_id`,
    inputs: { to: { type: 'word', value: to }, run_id: { type: 'word', value: runId } },
  };
}

async function savePlan(
  context: SessionContext,
  runId: string,
  plan: readonly PlannedInstance[],
): Promise<readonly Instance[]> {
  const {
    names,
    leases: { aliveSeconds: alive },
  } = context;
  const run = await lockRun(context, runId);
  if (run.planned !== null) return listInstances(context, runId);
  const total = plan.reduce((sum, instance) => sum + instance.planned, 0);
  return listInstances(
    context,
    runId,
    savePlanStatement(names, run, plan),
    setPlannedStatement(names, runId, total),
    keepAliveStatement(names, alive, runId, LIVE),
  );
}

export function savePlanStatement(names: Names, run: Run, plan: readonly PlannedInstance[]): Statement {
  const rows = decidePlan(run, plan).map(({ partition, planned, sessionId, status }) => {
    const { by, instanceId, instanceCount, bounds } = partition;
    return [instanceId, instanceCount, by, bounds.start, bounds.end, sessionId, planned, status, bounds.before ?? null];
  });
  return {
    sql: `INSERT INTO ${names.instance} (run_id, instance_id, instance_count, partition_by, id_start, id_end, id_before, session_id, status, planned, issues)
SELECT @run_id, p.instance_id, p.instance_count, p.partition_by, p.id_start, p.id_end, p.id_before, p.session_id, p.status, p.planned, '[]'
FROM OPENJSON(@plan) WITH (instance_id int '$[0]', instance_count int '$[1]', partition_by varchar(8) '$[2]', id_start nvarchar(900) '$[3]',
  id_end nvarchar(900) '$[4]', session_id varchar(50) '$[5]', planned bigint '$[6]', status varchar(12) '$[7]', id_before nvarchar(900) '$[8]') p`,
    inputs: { run_id: { type: 'word', value: run.runId }, plan: { type: 'long', value: JSON.stringify(rows) } },
  };
}

export function setPlannedStatement(names: Names, runId: string, planned: number): Statement {
  return {
    sql: `UPDATE ${names.run} SET planned = CAST(@planned AS bigint) WHERE run_id = @run_id`,
    inputs: { planned: { type: 'word', value: String(planned) }, run_id: { type: 'word', value: runId } },
  };
}

async function enforceFailureLimits(context: SessionContext, runId: string, limits: FailureLimits): Promise<RunStatus> {
  const { db, names } = context;
  const sums = await db.get(z.object({ documents: NUMBER, failed: NUMBER }), sumsStatement(names, runId));
  const error = judgeFailures(sums ?? { documents: 0, failed: 0 }, limits);
  const cancel = error === null ? [] : [cancelStatement(names, runId, error)];
  return (await getRun(context, runId, ...cancel)).status;
}

export function sumsStatement(names: Names, runId: string): Statement {
  return {
    sql: `SELECT COALESCE(SUM(documents), 0) AS documents, COALESCE(SUM(failed), 0) AS failed FROM ${names.instance} WHERE run_id = @run_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

export function cancelStatement(names: Names, runId: string, error: string): Statement {
  return {
    sql: `UPDATE ${names.run} SET status = 'cancelling', error = @error WHERE run_id = @run_id AND status = 'running'`,
    inputs: { error: { type: 'text', value: error }, run_id: { type: 'word', value: runId } },
  };
}

async function finishRun(context: SessionContext, runId: string, error: string | undefined): Promise<RunAfter> {
  const run = await lockRun(context, runId);
  const ending = decideEnding(run, await listInstances(context, runId), error);
  if (ending === null) return { ...run, endedNow: false };
  await closeRun(context, run, ending);
  return { ...(await getRun(context, runId)), endedNow: true };
}

// Every end of a run clears its tokens, so that whatever still writes for it is stopped by the fence.
async function closeRun(context: SessionContext, run: Run, ending: Ending): Promise<void> {
  const { db, names } = context;
  const { runId } = run;
  await noteStandstill(context, run);
  const closed = await db.get(CHANGED, closeRunStatement(names, runId, ending));
  if (closed?.changed !== 1) throw new StoreError(`Run ${runId} was ended by another session.`, { transient: true });
  await db.run(clearTokensStatement(names, runId));
}

export function closeRunStatement(names: Names, runId: string, { status, error }: Ending): Statement {
  return {
    sql: `UPDATE ${names.run} SET status = @status, error = @error, ended = ${NOW}, paused_at = NULL
WHERE run_id = @run_id AND ${LIVE};
SELECT @@ROWCOUNT AS changed;`,
    inputs: {
      status: { type: 'word', value: status },
      error: { type: 'text', value: error?.slice(0, 1000) ?? null },
      run_id: { type: 'word', value: runId },
    },
  };
}

export function clearTokensStatement(names: Names, runId: string): Statement {
  return {
    sql: `UPDATE ${names.instance} SET token = NULL, lease_until = NULL WHERE run_id = @run_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

async function forgetRuns({ db, names }: SessionContext, days: number): Promise<number> {
  const old = await db.all(z.object({ runId: z.string() }), oldRunsStatement(names, days));
  const ids = old.map(({ runId }) => runId);
  if (ids.length > 0) await db.run(forgetRunsStatement(names, ids));
  return ids.length;
}

export function oldRunsStatement(names: Names, days: number): Statement {
  return {
    sql: `SELECT TOP (${MOST_FORGOTTEN}) run_id AS runId FROM ${names.run} WHERE work_set = @work_set AND ended < ${daysOn('@days')} ORDER BY ended`,
    inputs: { work_set: { type: 'text', value: names.workSet }, days: { type: 'int', value: -days } },
  };
}

export function forgetRunsStatement(names: Names, runIds: readonly string[]): Statement {
  const listed = `run_id IN (SELECT run_id FROM OPENJSON(@run_ids) WITH (run_id varchar(64) '$'))`;
  return {
    sql: `DELETE FROM ${names.instance} WHERE ${listed};
DELETE FROM ${names.run} WHERE ${listed};`,
    inputs: { run_ids: { type: 'long', value: JSON.stringify(runIds) } },
  };
}
