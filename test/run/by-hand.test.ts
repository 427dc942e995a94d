import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import { startChild } from './child.ts';
import { goodDocuments, mixedDocuments, openWorkload, temporaryPath } from './workload.ts';

test('three processes are one run, and the one that is killed can be started again', async (t) => {
  const documents = mixedDocuments(90);
  const whole = await openWorkload(t, documents);
  await runLocally({ ...whole.deps, request: whole.request() });

  const work = await openWorkload(t, documents, { path: temporaryPath(t) });
  const request = { instance_count: 3, batch_size: 3, limit: 80 };
  const first = await startChild(work.path, request, 0);
  const killed = await startChild(work.path, request, 1, 2);
  const last = await startChild(work.path, request, 2);
  await killed.groups(2);
  killed.kill('SIGKILL');
  assert.equal(await killed.exit, null, 'it was at work');
  const again = await startChild(work.path, request, 1);
  const exits = await Promise.all([first.exit, again.exit, last.exit]);
  assert.deepEqual(exits, [0, 0, 0]);

  const runs = await work.line.store.listRuns({ limit: 10, offset: 0 });
  assert.deepEqual(
    runs.map(({ status, planned }) => [status, planned]),
    [['completed', 80]],
  );
  assert.equal(work.log().length, 80);
  assert.deepEqual(work.log(), whole.log().slice(0, 80));
  const sessions = work.sql(
    'SELECT count(DISTINCT app_id % 3) AS partitions FROM "lease.processing_log" GROUP BY session_id',
  );
  assert.deepEqual(sessions, [{ partitions: 1 }, { partitions: 1 }, { partitions: 1 }]);
});

test('a run stays live and shows which instances nobody has started, until the last is drained', async (t) => {
  const work = await openWorkload(t, goodDocuments(12));
  const request = work.request({ instance_count: 2 });
  const first = await runLocally({ ...work.deps, request, instanceId: 0 });
  const view = await describeRun(work.lines, first.runId);
  assert.deepEqual([first.status, view?.instances.map(({ status }) => status)], ['running', ['completed', 'planned']]);
  const second = await runLocally({ ...work.deps, request, instanceId: 1 });
  assert.deepEqual([second.runId, second.status], [first.runId, 'completed']);
});

test('other options than those of the live run are named', async (t) => {
  const work = await openWorkload(t, goodDocuments(12));
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 3 }), instanceId: 0 });
  const joining = runLocally({
    ...work.deps,
    request: work.request({ instance_count: 4, partition_by: 'hash', limit: 5 }),
    instanceId: 1,
  });
  await assert.rejects(joining, {
    name: 'InputError',
    message: [
      `Run ${run.runId} (running) has other options than this command`,
      '  instance_count: 4 here, 3 in the run',
      '  partition_by: hash here, modulo in the run',
      '  limit: 5 here, none in the run',
      `  run ${run.runId}: must end before a run with other options can start`,
      `    Let it go on with \`resume ${run.runId}\`, or end it with \`cancel ${run.runId}\`.`,
    ].join('\n'),
  });
});

for (const [what, instanceId, message] of [
  ['an instance that is being drained', 0, /instance 0 is being drained by another process\n {4}Give this process/],
  ['a whole run that is at work', undefined, /is being worked on by another process/],
] as const)
  test(`a second process on ${what} is refused`, async (t) => {
    const work = await openWorkload(t, goodDocuments(1500));
    const request = { instance_count: 2, batch_size: 1 };
    const first = await startChild(work.path, request, instanceId);
    await first.groups(1);
    const joining = runLocally({ ...work.deps, request: work.request(request), instanceId });
    await assert.rejects(joining, { name: 'InputError', message });
    first.kill('SIGINT');
    assert.equal(await first.exit, 0);
    assert.match(first.lines.at(-1) ?? '', /^end paused /);
  });

test('a process that is stopped does not pause those beside it', async (t) => {
  const work = await openWorkload(t, goodDocuments(300));
  const request = { instance_count: 2, batch_size: 3 };
  const first = await startChild(work.path, request, 0, 2);
  await first.groups(2);
  const begun = Promise.withResolvers<void>();
  const onProgress = (): void => begun.resolve();
  const second = runLocally({ ...work.deps, request: work.request(request), instanceId: 1, onProgress });
  await Promise.race([begun.promise, second]);
  first.kill('SIGINT');
  first.kill('SIGCONT');
  assert.equal(await first.exit, 0);
  assert.match(first.lines.at(-1) ?? '', /^end running /);
  const again = runLocally({ ...work.deps, request: work.request(request), instanceId: 0 });
  const runs = await Promise.all([second, again]);
  assert.equal(new Set(runs.map(({ runId }) => runId)).size, 1);
  assert.deepEqual(
    (await work.line.store.listRuns({ limit: 9, offset: 0 })).map(({ status }) => status),
    ['completed'],
  );
});

test('a process that was stopped while another took its instance over commits nothing when it wakes', async (t) => {
  const work = await openWorkload(t, mixedDocuments(100), { path: temporaryPath(t) });
  const request = { instance_count: 2, batch_size: 1 };
  const asleep = await startChild(work.path, request, 0, 3);
  await asleep.groups(3);
  const taken = Promise.withResolvers<void>();
  const ours = (instanceId: number) =>
    runLocally({ ...work.deps, request: work.request(request), instanceId, onProgress: () => taken.resolve() });
  const heir = ours(0);
  await Promise.race([taken.promise, heir]);
  asleep.kill('SIGCONT');
  await Promise.all([heir, ours(1)]);
  assert.equal(await asleep.exit, 0);
  assert.equal(work.log().length, 100);
  const [run] = await work.line.store.listRuns({ limit: 2, offset: 0 });
  assert.equal(run?.status, 'completed');
  const view = await describeRun(work.lines, run.runId);
  assert.equal(view?.totals.documents, 100);
  assert.deepEqual(
    (await work.line.store.verify()).filter(({ passed }) => !passed),
    [],
  );
});
