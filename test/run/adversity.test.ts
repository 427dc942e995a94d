import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createActivities } from '../../src/run/activities.ts';
import type { ActivityDeps } from '../../src/run/activities.ts';
import { describeRun, pauseRun, resumeRun, startRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import type { MapPool } from '../../src/run/pool.ts';
import { goodDocuments, mixedDocuments, openWorkload, temporaryPath } from './workload.ts';
import type { Workload } from './workload.ts';

test('a slice that stood still while its run was taken over writes nothing more', async (t) => {
  const { work, beside } = await twoProcesses(t);
  const gate = gatedPool(work.deps.pool, 4);
  const old = await startSlice(work, { ...work.deps, pool: gate.pool });
  await gate.reached;
  await until(async () => (await work.line.store.findRun(old.of.runId))?.stale === true);

  const run = await runLocally({ ...beside.deps, request: beside.request({ instance_count: 3 }) });
  const rows = beside.rows();
  gate.open();
  assert.deepEqual(await old.slice, { next: 'continue' }, 'its lease is lost');
  assert.deepEqual(await old.activities.processSlice(old.of), { next: 'stopped' });

  assert.deepEqual([run.status, run.planned], ['completed', 34]);
  assert.deepEqual(beside.rows(), rows);
  assert.equal(beside.log().length, 40);
  await everythingHolds(beside);
});

test('a slice that stood still until another had its instance writes nothing more', async (t) => {
  const { work, beside } = await twoProcesses(t);
  const gate = gatedPool(work.deps.pool, 4);
  const first = await startSlice(work, { ...work.deps, pool: gate.pool });
  await gate.reached;
  const again = createActivities(beside.deps);
  const busy = await again.processSlice(first.of);
  assert.ok('next' in busy && busy.next === 'busy');
  await until(async () => (await beside.line.store.listInstances(first.of.runId)).every(({ leased }) => !leased));

  const second = await again.processSlice(first.of);
  assert.ok('next' in second && second.next === 'ended');
  gate.open();
  assert.deepEqual(await first.slice, { next: 'continue' });
  const third = await first.activities.processSlice(first.of);
  assert.deepEqual(third, second, 'the end is told once more');
  assert.equal(beside.log().length, 40);
  await everythingHolds(beside);
});

test('the same slice delivered twice at once is done by one, the other is told to wait', async (t) => {
  const { work, beside } = await twoProcesses(t);
  const { run } = await startRun(work.lines, work.request({ instance_count: 1, batch_size: 3 }), {
    trigger: 'http',
    start,
  });
  const of = { runId: run.runId, productLine: 'lease', instanceId: 0 };
  const [one, other] = [createActivities(work.deps), createActivities(beside.deps)];
  await Promise.all([one.planRun(of), other.planRun(of)]);
  const answers = await Promise.all([one.processSlice(of), other.processSlice(of), one.processSlice(of)]);
  const nexts = answers.map((answer) => ('next' in answer ? answer.next : 'error'));
  assert.deepEqual(nexts.toSorted(), ['busy', 'busy', 'ended']);
  const view = await describeRun(work.lines, of.runId);
  assert.deepEqual([view?.totals.documents, work.log().length], [40, 40]);
  await everythingHolds(work);
});

test('a slice whose lease ran out goes on if nobody has taken it', async (t) => {
  const work = await openWorkload(t, goodDocuments(40));
  const gate = gatedPool(work.deps.pool, 4);
  const { of, slice } = await startSlice(work, { ...work.deps, pool: gate.pool });
  await gate.reached;
  await until(async () => (await work.line.store.listInstances(of.runId)).every(({ leased }) => !leased));
  gate.open();
  const end = await slice;
  assert.ok('next' in end && end.next === 'ended');
  assert.equal(end.totals.success, 40);
});

test('a slice whose time is up in the middle of a page ends after the group, and the next goes on behind it', async (t) => {
  const work = await openWorkload(t, goodDocuments(250));
  let [time, slow] = [0, true];
  const standStill = (): void => {
    if (slow) time += 1100;
    slow = false;
  };
  const request = { instance_count: 1, slice_seconds: 1 };
  const deps = { ...work.deps, clock: () => time, onProgress: standStill };
  const { of, slice, activities } = await startSlice(work, deps, request);
  assert.deepEqual(await slice, { next: 'continue' });
  assert.equal(work.log().length, 100);
  const [instance] = await work.line.store.listInstances(of.runId);
  assert.deepEqual([instance?.cursor, instance?.leased], ['100', false]);
  const end = await activities.processSlice(of);
  assert.ok('next' in end && end.next === 'ended');
  assert.deepEqual([end.totals.documents, end.totals.batches], [250, 3]);
});

test('an instance that fails for good leaves its siblings to finish, and the next run takes up the rest', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  work.sql(
    `CREATE TRIGGER full BEFORE INSERT ON "lease.processing_log" WHEN NEW.app_id = 31 BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
  );
  const request = work.request({ instance_count: 3, batch_size: 5 });
  const run = await runLocally({ ...work.deps, request });
  const view = await describeRun(work.lines, run.runId);
  assert.deepEqual([run.status, run.error], ['failed', 'instance 1: SQLite: disk full']);
  assert.deepEqual(
    view?.instances.map(({ status, totals }) => [status, totals.success, totals.failed]),
    [
      ['completed', 20, 0],
      ['failed', 10, 0],
      ['completed', 20, 0],
    ],
  );
  work.sql('DROP TRIGGER full');
  const rest = await runLocally({ ...work.deps, request });
  assert.deepEqual([rest.status, rest.planned, work.log().length], ['completed', 10, 60]);
  await everythingHolds(work);
});

test('a dry run that is paused goes on where it was', async (t) => {
  const work = await openWorkload(t, mixedDocuments(60));
  let paused: Promise<unknown> | null = null;
  let seen = 0;
  const running = runLocally({
    ...work.deps,
    request: work.request({ dry_run: true, instance_count: 2, batch_size: 5 }),
    onProgress: ({ runId }) => {
      seen += 1;
      paused ??= pauseRun(work.lines, runId);
    },
  });
  const runId = await until(async () => {
    const [run] = await work.line.store.listRuns({ limit: 1, offset: 0 });
    const instances = run === undefined ? [] : await work.line.store.listInstances(run.runId);
    return run?.status === 'paused' && instances.every(({ leased }) => !leased) && run.runId;
  });
  assert.ok(seen < 12, `${seen} groups before it stood still`);
  await resumeRun(work.lines, runId);
  const run = await running;
  const view = await describeRun(work.lines, run.runId);
  assert.deepEqual([run.status, view?.totals.documents, view?.totals.batches], ['completed', 60, 12]);
  assert.deepEqual(work.log(), []);
});

/** Two connections to one file, as two processes have them. */
async function twoProcesses(t: TestContext): Promise<{ work: Workload; beside: Workload }> {
  const path = temporaryPath(t);
  const work = await openWorkload(t, goodDocuments(40), { path });
  return { work, beside: await openWorkload(t, [], { path }) };
}

/** A pool that stands still at its `call`-th page until it is opened. */
function gatedPool(pool: MapPool, call: number): { pool: MapPool; reached: Promise<void>; open: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  return {
    reached: reached.promise,
    open: gate.resolve,
    pool: {
      ...pool,
      map: async (line, documents) => {
        if ((calls += 1) >= call) {
          reached.resolve();
          await gate.promise;
        }
        return pool.map(line, documents);
      },
    },
  };
}

async function start(): Promise<void> {
  // The slice is started by hand.
}

/** Plans a run and starts a slice of its first instance. */
async function startSlice(
  work: Workload,
  deps: ActivityDeps,
  request: object = { instance_count: 1, batch_size: 2 },
): Promise<{
  of: { runId: string; productLine: string; instanceId: number };
  activities: ReturnType<typeof createActivities>;
  slice: ReturnType<ReturnType<typeof createActivities>['processSlice']>;
}> {
  const { run } = await startRun(work.lines, work.request(request), { trigger: 'http', start });
  const activities = createActivities(deps);
  const of = { runId: run.runId, productLine: 'lease', instanceId: 0 };
  await activities.planRun(of);
  return { of, activities, slice: activities.processSlice(of) };
}

async function everythingHolds({ line }: Workload): Promise<void> {
  const failed = (await line.store.verify()).filter(({ passed }) => !passed);
  assert.deepEqual(failed, []);
}

/** Asks until the answer is something. */
async function until<Value>(ask: () => Promise<Value | false>): Promise<Value> {
  for (;;) {
    const answer = await ask();
    if (answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
