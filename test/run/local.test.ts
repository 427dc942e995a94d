import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { cancelRun, describeRun, pauseRun, resumeRun, startRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import { goodDocuments, mixedDocuments, openWorkload, refusedDocument } from './workload.ts';

test('a run converts all that is pending and logs each document once', async (t) => {
  const work = await openWorkload(t, mixedDocuments(60));
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 3 }) });
  const view = await describeRun(work.lines, run.runId);

  assert.equal(run.status, 'completed');
  const rows = Object.values(work.rows()).flat().length;
  assert.ok(rows > 52);
  assert.deepEqual(view?.totals, {
    documents: 60,
    success: 52,
    failed: 8,
    already_present: 0,
    done_by_another: 0,
    rows,
    duplicate_rows: 0,
    batches: 3,
  });
  assert.deepEqual(
    view?.failures.map(({ reason, documents }) => [reason, documents]),
    [
      ["validation: ['Invalid XML structure or format']", 6],
      ['constraint_violation: lease.lease_terms.grade does not fit tinyint', 2],
    ],
  );
  assert.deepEqual(
    view?.instances.map((instance) => [instance.partition, instance.status, instance.planned]),
    [
      ['app_id % 3 == 0', 'completed', 20],
      ['app_id % 3 == 1', 'completed', 20],
      ['app_id % 3 == 2', 'completed', 20],
    ],
  );
  assert.deepEqual(
    (await work.line.store.verify()).filter(({ passed }) => !passed),
    [],
  );
});

test('a second run finds nothing pending and completes', async (t) => {
  const work = await openWorkload(t, goodDocuments(5));
  await runLocally({ ...work.deps, request: work.request() });
  const run = await runLocally({ ...work.deps, request: work.request() });
  assert.deepEqual([run.status, run.planned], ['completed', 0]);
});

test('a limit takes the first documents by id, over all instances', async (t) => {
  const work = await openWorkload(t, goodDocuments(40));
  await runLocally({ ...work.deps, request: work.request({ instance_count: 3, limit: 10 }) });
  assert.deepEqual(ids(work.log()), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a range bounds a run, and the log keeps it', async (t) => {
  const work = await openWorkload(t, goodDocuments(40));
  await runLocally({ ...work.deps, request: work.request({ app_id_start: 11, app_id_end: 14, instance_count: 2 }) });
  assert.deepEqual(
    work.sql('SELECT app_id, app_id_start, app_id_end FROM "lease.processing_log" ORDER BY 1'),
    [11, 12, 13, 14].map((id) => ({ app_id: id, app_id_start: 11, app_id_end: 14 })),
  );
});

for (const by of ['hash', 'range'] as const) {
  test(`partitions by ${by} share the documents out and lose none`, async (t) => {
    const work = await openWorkload(
      t,
      goodDocuments(40).filter(({ appId }) => Number(appId) % 2 === 0),
    );
    const run = await runLocally({ ...work.deps, request: work.request({ partition_by: by, instance_count: 4 }) });
    const view = await describeRun(work.lines, run.runId);
    assert.equal(view?.totals.success, 20);
    assert.ok(
      view.instances.every(({ totals }) => totals.documents > 0),
      'no instance is idle',
    );
  });
}

test('more instances than lanes are all drained', async (t) => {
  const work = await openWorkload(t, goodDocuments(40));
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 16, parallelism: 2 }) });
  const view = await describeRun(work.lines, run.runId);
  assert.deepEqual([run.status, view?.totals.success], ['completed', 40]);
});

test('a dry run counts, writes no rows and no log, and leaves the place of real runs free', async (t) => {
  const work = await openWorkload(t, mixedDocuments(60));
  const run = await runLocally({ ...work.deps, request: work.request({ dry_run: true }) });
  const view = await describeRun(work.lines, run.runId);
  assert.deepEqual([run.status, view?.totals.success, view?.totals.failed], ['completed', 54, 6]);
  assert.deepEqual(work.log(), []);
  assert.ok(Object.values(work.rows()).every((rows) => rows.length === 0));

  const real = await runLocally({ ...work.deps, request: work.request() });
  assert.equal((await describeRun(work.lines, real.runId))?.totals.documents, 60);
});

test('above the failure rate a run is cancelled and ends failed', async (t) => {
  const work = await openWorkload(
    t,
    Array.from({ length: 300 }, (_, index) => refusedDocument(index + 1)),
  );
  const run = await runLocally({
    ...work.deps,
    request: work.request({ max_failure_rate: 0.5, instance_count: 2, batch_size: 50 }),
  });
  assert.equal(run.status, 'failed');
  assert.match(run.error ?? '', /^(\d+) of \1 documents failed, more than the allowed share of 0.5$/);
  assert.ok(work.log().length < 300, 'the rest was left alone');
});

test('a run that does not fit the database fails before any document is touched', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  work.sql('DROP TABLE "lease.scores"');
  const run = await runLocally({ ...work.deps, request: work.request() });
  assert.equal(run.status, 'failed');
  assert.match(run.error ?? '', /^the database does not fit the contract: lease\.scores: /);
  assert.deepEqual(work.log(), []);
});

test('Ctrl-C leaves the run paused, and the same command goes on with its old bounds', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  const stop = new AbortController();
  const request = work.request({ instance_count: 2, batch_size: 5, limit: 50 });
  const paused = await runLocally({ ...work.deps, request, signal: stop.signal, onProgress: () => stop.abort() });
  assert.equal(paused.status, 'paused');
  assert.ok(work.log().length > 0 && work.log().length < 50);

  const other = await rejection(
    runLocally({
      ...work.deps,
      request: work.request({ instance_count: 3, limit: 50 }),
      nameOf: (key) => `--${key.replaceAll('_', '-')}`,
    }),
  );
  assert.equal(
    other.message,
    [
      `Run ${paused.runId} (paused) has other options than this command`,
      '  --instance-count: 3 here, 2 in the run',
      `  run ${paused.runId}: must end before a run with other options can start`,
      `    Let it go on with \`resume ${paused.runId}\`, or end it with \`cancel ${paused.runId}\`.`,
    ].join('\n'),
  );

  const resumed = await runLocally({ ...work.deps, request });
  assert.deepEqual([resumed.runId, resumed.status, work.log().length], [paused.runId, 'completed', 50]);
});

test('a run paused from elsewhere waits and goes on when it is resumed', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  const request = work.request({ instance_count: 2, batch_size: 5 });
  let runId = '';
  let asked = false;
  const running = runLocally({
    ...work.deps,
    request,
    onOpened: (run) => (runId = run.runId),
    onProgress: () => {
      if (!asked) void pauseRun(work.lines, runId);
      asked = true;
    },
  });
  await until(
    async () =>
      (await work.line.store.findRun(runId || 'none'))?.status === 'paused' && (await quiet(work.line.store, runId)),
  );
  const before = work.log().length;
  assert.ok(before > 0 && before < 60);
  assert.equal((await resumeRun(work.lines, runId)).result, 'done');
  assert.equal((await running).status, 'completed');
  assert.equal(work.log().length, 60);
});

test('a cancelled run ends cancelled and keeps what it has committed', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  let runId = '';
  const run = await runLocally({
    ...work.deps,
    request: work.request({ instance_count: 2, batch_size: 5 }),
    onOpened: (opened) => (runId = opened.runId),
    onProgress: () => void cancelRun(work.lines, runId),
  });
  assert.equal(run.status, 'cancelled');
  assert.ok(work.log().length > 0 && work.log().length < 60);
  assert.equal((await resumeRun(work.lines, runId)).result, 'refused');
});

test('a run without a sign of life is taken over by the next start', async (t) => {
  const work = await openWorkload(t, goodDocuments(20));
  const dead = await startRun(work.lines, work.request({ limit: 3 }), {
    trigger: 'http',
    start: async () => undefined,
  });
  await until(async () => (await work.line.store.findRun(dead.run.runId))?.stale === true);
  const run = await runLocally({ ...work.deps, request: work.request() });
  assert.notEqual(run.runId, dead.run.runId);
  assert.deepEqual([run.status, work.log().length], ['completed', 20]);
  const old = await work.line.store.findRun(dead.run.runId);
  assert.deepEqual([old?.status, old?.error], ['failed', `abandoned, taken over by ${run.runId}`]);
});

test('a live run of somebody else stops a start, and the timer records that it skipped', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  const first = await startRun(work.lines, work.request(), { trigger: 'http', start });
  const second = await startRun(work.lines, work.request(), { trigger: 'timer', start });
  assert.deepEqual([first.result, second.result, second.run.runId], ['opened', 'live', first.run.runId]);
  const runs = await work.line.store.listRuns({ limit: 10, offset: 0 });
  assert.deepEqual(
    runs.map(({ status, trigger }) => [status, trigger]),
    [
      ['skipped', 'timer'],
      ['running', 'http'],
    ],
  );
});

test('a run whose orchestration cannot be started is closed and does not block the next', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  const away = startRun(work.lines, work.request(), { trigger: 'http', start: noTaskHub });
  await assert.rejects(away, { message: 'no task hub' });
  const [run] = await work.line.store.listRuns({ limit: 1, offset: 0 });
  assert.deepEqual([run?.status, run?.error], ['failed', 'the orchestration could not be started']);
});

async function start(): Promise<void> {
  // Nothing takes the run up.
}

async function noTaskHub(): Promise<void> {
  throw new Error('no task hub');
}

function ids(log: readonly unknown[]): unknown[] {
  return log.map((row) => (typeof row === 'object' && row !== null && 'app_id' in row ? row.app_id : null));
}

async function rejection(promise: Promise<unknown>): Promise<InputError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof InputError, String(error));
  return error;
}

async function quiet(
  store: { listInstances(runId: string): Promise<readonly { leased: boolean }[]> },
  runId: string,
): Promise<boolean> {
  return (await store.listInstances(runId)).every(({ leased }) => !leased);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
