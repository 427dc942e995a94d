import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { silentLog } from '../../src/log.ts';
import { createActivities } from '../../src/run/activities.ts';
import { startRun } from '../../src/run/control.ts';
import { finishRun } from '../../src/run/finish.ts';
import { StoreError } from '../../src/store/port.ts';
import { newRun } from '../store/suite/world.ts';
import { goodDocuments, openWorkload } from './workload.ts';

/** A run of two instances that is planned and not begun. */
async function openPlanned(t: TestContext) {
  const work = await openWorkload(t, goodDocuments(4));
  const opened = await startRun(work.lines, work.request({ instance_count: 2 }), {
    trigger: 'cli',
    start: async () => undefined,
  });
  const input = { runId: opened.run.runId, productLine: 'lease' };
  const activities = createActivities(work.deps);
  await activities.planRun(input);
  const { store } = work.line;
  return {
    work,
    store,
    activities,
    input,
    finish: (before: number) => finishRun({ log: silentLog, runRetentionDays: 365 }, store, { ...input, before }),
  };
}

test('a round that ended nothing, with nobody at work, is the last: what is left fails', async (t) => {
  const { store, input, finish } = await openPlanned(t);
  const end = await finish(2);
  assert.deepEqual([end.status, end.live, end.left], ['failed', false, 0]);
  const run = await store.findRun(input.runId);
  assert.equal(run?.error, 'instance 0: its orchestration ended before it was drained');
});

test('a run that an error ends leaves its instances as they are', async (t) => {
  const { store, input } = await openPlanned(t);
  const end = await finishRun({ log: silentLog, runRetentionDays: 365 }, store, { ...input, before: 2, error: 'x' });
  assert.deepEqual([end.status, end.left], ['failed', 2]);
});

test('what is left goes on after a round that ended something, while somebody is at work, or while the run is paused', async (t) => {
  const { store, input, finish } = await openPlanned(t);
  assert.deepEqual([(await finish(3)).status, (await finish(3)).left], ['running', 2]);
  const claimed = await store.claimInstance(input.runId, 0, 'token');
  assert.equal((await finish(2)).left, 2);
  assert.ok(claimed.result === 'claimed');
  await store.releaseInstance(claimed.claim);
  await store.requestStatus(input.runId, 'paused');
  assert.deepEqual([(await finish(2)).status, (await finish(2)).left], ['paused', 2]);
});

test('an instance that has ended is told as ended also while the run is paused, one that has not as paused', async (t) => {
  const { store, activities, input } = await openPlanned(t);
  const slice = async (instanceId: number): Promise<unknown> => {
    const answer = await activities.processSlice({ ...input, instanceId });
    return 'next' in answer ? answer.next : answer;
  };
  assert.equal(await slice(0), 'ended');
  await store.requestStatus(input.runId, 'paused');
  assert.deepEqual([await slice(0), await slice(1)], ['ended', 'paused']);
  await store.requestStatus(input.runId, 'cancelling');
  assert.deepEqual([await slice(0), await slice(1)], ['stopped', 'stopped']);
});

test('a run is not called completed while planned documents are missing from it', async (t) => {
  const { work, activities, input, finish } = await openPlanned(t);
  work.sql('DELETE FROM "lease.lease_xml_queue" WHERE app_id = 3 RETURNING 1');
  for (const instanceId of [0, 1]) await activities.processSlice({ ...input, instanceId });
  assert.equal((await finish(0)).status, 'failed');
  assert.match(
    (await work.line.store.findRun(input.runId))?.error ?? '',
    /^1 of 4 planned documents was not found any more/,
  );
});

test('whoever closes a run forgets those that ended long ago, round after round, and not the others', async (t) => {
  const { work, store, input, activities } = await openPlanned(t);
  for (const index of Array.from({ length: 150 }).keys())
    await store.recordSkipped(newRun(`old-${index}`), input.runId);
  work.sql(`UPDATE "lease.xmlfan_run" SET ended = '2024-01-01T00:00:00.000Z' WHERE status = 'skipped'`);
  await store.recordSkipped(newRun('young'), input.runId);

  await activities.finishRun(input);
  assert.equal((await store.listRuns({ limit: 500, offset: 0 })).length, 152);
  await activities.finishRun({ ...input, error: 'given up' });

  const left = await store.listRuns({ limit: 500, offset: 0 });
  assert.deepEqual(left.map(({ runId }) => runId).toSorted(), [input.runId, 'young'].toSorted());
});

test('a run ends as it ends where runs cannot be forgotten', async (t) => {
  const { store, input } = await openPlanned(t);
  const told: string[] = [];
  const log = {
    ...silentLog,
    warn: (message: string, fields?: object) => told.push(`${message} ${JSON.stringify(fields)}`),
  };
  const refusing = {
    ...store,
    forgetRuns: async () => {
      throw new StoreError('no right', { transient: false });
    },
  };
  const end = await finishRun({ log, runRetentionDays: 365 }, refusing, { ...input, error: 'given up' });
  assert.deepEqual([end.status, end.live], ['failed', false]);
  assert.deepEqual(told, ['Runs that ended long ago could not be forgotten {"reason":"no right"}']);
});
