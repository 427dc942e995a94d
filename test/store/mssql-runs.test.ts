import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  failureReasonsStatement,
  listFailuresStatement,
  LOG_ROW,
  logCountsStatement,
  logStore,
  moveToHistory,
  redriveStatement,
} from '../../src/store/mssql/log.ts';
import { runStore } from '../../src/store/mssql/runs.ts';
import { MOST_EXACT } from '../../src/store/reasons.ts';
import { scriptedContext, scriptedConnection, sqlError } from './mssql-script.ts';
import { newRun } from './suite/world.ts';
import { instanceRow, NAMES, opened, PAUSED, runRow, WORK_SET } from './mssql-run-script.ts';
import type { World } from './mssql-run-script.ts';

test('a run is opened where none is live; the live one is looked for under a lock', async () => {
  const store = opened({});
  const result = await store.openRun(newRun('r1'));
  assert.equal(result.result, 'opened');
  assert.deepEqual(store.sent(), ['live run, locked', 'insert run + run']);
  assert.deepEqual(
    ['status', 'work_set', 'alive', 'dry_run', 'error', 'key'].map((name) => store.value('insert run', name)),
    ['running', NAMES.workSet, 300, 0, null, null],
  );
});

test('a live run refuses another; a stale one is closed as failed, its tokens cleared, and taken over', async () => {
  const live = opened({ live: runRow({ runId: 'other' }) });
  assert.equal((await live.openRun(newRun('r1'))).result, 'live');
  assert.deepEqual(live.sent(), ['live run, locked']);
  assert.equal((await live.liveRun())?.runId, 'other');
  assert.equal(live.sent().at(-1), 'live run');

  const stale = opened({ live: runRow({ runId: 'other', silent: true }) });
  const result = await stale.openRun(newRun('r1'));
  assert.ok(result.result === 'opened' && result.tookOver === 'other');
  assert.deepEqual(stale.sent(), ['live run, locked', 'signs', 'close', 'clear tokens', 'insert run + run']);
  assert.deepEqual(
    ['status', 'error', 'run_id'].map((name) => stale.value('close', name)),
    ['failed', 'abandoned, taken over by r1', 'other'],
  );
  assert.equal(stale.value('clear tokens', 'run_id'), 'other');
});

test('a run that somebody else has ended meanwhile is not taken over', async () => {
  const store = opened({ live: runRow({ runId: 'other', silent: true }), changed: 0 });
  await assert.rejects(store.openRun(newRun('r1')), {
    name: 'StoreError',
    transient: true,
    message: /ended by another/,
  });
});

test('of two that open a run at once the loser looks again, and gives up after the sixth time', async () => {
  const raced = opened({ inserts: [sqlError(2601), sqlError(2627)] });
  assert.equal((await raced.openRun(newRun('r1'))).result, 'opened');
  assert.equal(raced.sent().filter((kinds) => kinds.startsWith('insert run')).length, 3);
  const inserts = Array.from({ length: 9 }, () => sqlError(2601));
  const never = opened({ inserts });
  await assert.rejects(never.openRun(newRun('r1')), { number: 2601 });
  assert.equal(inserts.length, 3);
  const other = opened({ inserts: [sqlError(547)] });
  await assert.rejects(other.openRun(newRun('r1')), { number: 547 });
  assert.deepEqual(other.sent(), ['live run, locked', 'insert run + run']);
});

test('an idempotency key is looked for only where there is one', async () => {
  const store = opened({ earlier: runRow({ runId: 'first' }) });
  const result = await store.openRun(newRun('r1', { idempotencyKey: 'k' }));
  assert.ok(result.result === 'repeated' && result.run.runId === 'first');
  assert.equal(store.value('find by key', 'key'), 'k');
});

test('a status is asked for under a lock; resuming is a sign of life, and a silent run is closed when cancelled', async () => {
  const paused = opened({});
  await paused.requestStatus('r1', 'paused');
  assert.deepEqual(paused.sent(), ['run, locked', 'signs', 'set status + run']);
  const resumed = opened({ run: PAUSED });
  const run = await resumed.requestStatus('r1', 'running');
  assert.deepEqual(resumed.sent(), ['run, locked', 'signs', 'stood still', 'set status + keep alive + run']);
  assert.deepEqual(run?.pauses, [
    [1, 61.5, 'paused'],
    [70, 90, 'silent'],
    [120, null, 'paused'],
  ]);
  assert.equal(resumed.value('keep alive', 'alive'), 300);
  const silent = opened({ run: runRow({ status: 'paused', silent: true }) });
  await silent.requestStatus('r1', 'cancelling');
  assert.deepEqual(silent.sent(), ['run, locked', 'signs', 'close', 'clear tokens', 'run']);
  assert.equal(silent.value('close', 'status'), 'cancelled');
  const done = opened({ run: runRow({ status: 'completed' }) });
  await done.requestStatus('r1', 'paused');
  assert.deepEqual(done.sent(), ['run, locked', 'run']);
});

test('a plan is saved once, with its sum', async () => {
  const bounds = { start: null, end: null };
  const plan = [3, 4].map((planned, instanceId) => ({
    partition: { by: 'modulo' as const, instanceId, instanceCount: 2, bounds },
    planned,
  }));
  const first = opened({ run: runRow({ planned: null }), instances: [instanceRow(0), instanceRow(1)] });
  assert.equal((await first.savePlan('r1', plan)).length, 2);
  assert.deepEqual(first.sent(), ['run, locked', 'insert instances + set planned + keep alive + instances']);
  assert.equal(first.value('set planned', 'planned'), '7');
  const session = '20240131_100000_r1_0of2';
  assert.equal(
    first.value('insert instances', 'plan'),
    JSON.stringify([
      [0, 2, 'modulo', null, null, session, 3, 'planned', null],
      [1, 2, 'modulo', null, null, session.replace('0of', '1of'), 4, 'planned', null],
    ]),
  );
  const again = opened({ instances: [instanceRow(0)] });
  assert.equal((await again.savePlan('r1', plan)).length, 1);
  assert.deepEqual(again.sent(), ['run, locked', 'instances']);
});

test('a run whose instances have all ended is closed, one with work left is not', async () => {
  const ended = [0, 1].map((id) => instanceRow(id, { status: 'completed' }));
  const done = opened({ instances: ended });
  await done.finishRun('r1');
  assert.deepEqual(done.sent(), ['run, locked', 'instances', 'signs', 'close', 'clear tokens', 'run']);
  assert.equal(done.value('close', 'status'), 'completed');
  const left = opened({ instances: [instanceRow(0), ...ended.slice(1)] });
  await left.finishRun('r1');
  assert.deepEqual(left.sent(), ['run, locked', 'instances']);
  const broken = opened({});
  await broken.finishRun('r1', 'x'.repeat(1200));
  assert.equal(broken.value('close', 'status'), 'failed');
  assert.equal(broken.value('close', 'error'), 'x'.repeat(1000));
});

test('a run above its limits is told to end, one within them is let alone', async () => {
  const limits = { rate: null, count: 5 };
  const above = opened({ sums: { documents: '10', failed: '6' }, run: runRow({ status: 'cancelling' }) });
  assert.equal(await above.enforceFailureLimits('r1', limits), 'cancelling');
  assert.deepEqual(above.sent(), ['sums', 'cancel + run']);
  const within = opened({ sums: { documents: '10', failed: '5' } });
  assert.equal(await within.enforceFailureLimits('r1', limits), 'running');
  assert.deepEqual(within.sent(), ['sums', 'run']);
});

test('a skipped run is closed as it is written, and names the live one', async () => {
  const store = opened({});
  await store.recordSkipped(newRun('r2', { dryRun: true }), 'r1');
  assert.deepEqual(
    ['status', 'error', 'dry_run'].map((name) => store.value('insert run', name)),
    ['skipped', 'run r1 is live', 1],
  );
});

test('an instance is claimed under the lock of its run; a lease that is held is told with its end', async () => {
  const free = opened({ instances: [instanceRow(0)] });
  const claimed = await free.claimInstance('r1', 0, 'mine');
  assert.ok(claimed.result === 'claimed');
  assert.deepEqual([claimed.claim.token, claimed.claim.sessionId], ['mine', 's0']);
  assert.deepEqual(free.sent(), ['run, locked', 'instances', 'signs', 'claim', 'keep alive + instances']);
  assert.deepEqual([free.value('claim', 'lease'), free.value('keep alive', 'alive')], [60, 300]);
  const held = opened({ instances: [instanceRow(0)], changed: 0 });
  const busy = await held.claimInstance('r1', 0, 'mine');
  assert.deepEqual(busy, { result: 'busy', until: '2024-01-31T10:01:00.000Z', waitSeconds: 12.5 });
  const ended = opened({ instances: [instanceRow(0, { status: 'completed' })] });
  assert.equal((await ended.claimInstance('r1', 0, 'mine')).result, 'ended');
  assert.deepEqual(ended.sent(), ['run, locked', 'instances']);
});

/** What is noted of a run that is claimed, or resumed. */
async function noted(world: World): Promise<unknown> {
  const store = opened(world);
  await (world.run === undefined ? store.claimInstance('r1', 0, 'mine') : store.requestStatus('r1', 'running'));
  return store.sent().includes('signs') ? store.value('stood still', 'pause') : 'not asked';
}

test('what a run stood still for is noted: a pause from the last sign of life, and a time in which nobody held it', async () => {
  const [left, fresh, going] = [120, null, 2].map((heartbeatAge) => {
    const heartbeat = heartbeatAge === null ? null : '2024-01-31 10:03:00.000';
    return [instanceRow(0, { heartbeat, heartbeatAge })];
  });
  assert.equal(await noted({ run: PAUSED, heard: 124.5 }), '[124500,300000],');
  // Whoever still holds another instance of a run that is heard no more is gone too; one that has begun none may be planned late.
  assert.equal(await noted({ instances: left, heard: 180, held: true }), '[180000,300000,1],');
  assert.equal(await noted({ instances: fresh, heard: 180 }), '[180000,300000,1],');
  assert.equal(await noted({ instances: fresh, heard: 180, held: true }), undefined);
  assert.equal(await noted({ instances: left, heard: 295 }), undefined);
  assert.equal(await noted({ instances: going }), 'not asked');
});

test('a run that is not there is an error that names it, or null where it may be absent', async () => {
  const db = scriptedConnection(() => []);
  const store = runStore(scriptedContext(db, WORK_SET));
  assert.equal(await store.findRun('r9'), null);
  assert.equal(await store.liveRun(), null);
  assert.equal(await store.requestStatus('r9', 'paused'), null);
  await assert.rejects(store.keepAlive('r9'), {
    name: 'StoreError',
    message: /There is no run r9 in/,
    transient: false,
  });
});

test('of more reasons than are looked at, those put together are counted anew, and stand where their number belongs', async () => {
  const firstAt = '2024-01-31 10:00:00.000';
  const exact = Array.from({ length: MOST_EXACT }, (_, at) =>
    at === 0 ? { reason: 'alone', documents: '3000', firstAt } : { reason: `other ${at}`, documents: '1', firstAt },
  );
  const db = scriptedConnection(({ inputs }) => [
    inputs['reason'] === undefined ? exact : [{ reason: '', documents: '5000', firstAt: null }],
  ]);
  const reasons = await logStore(scriptedContext(db, WORK_SET)).failureReasons('r');
  assert.deepEqual(reasons, [
    { reason: 'other …', documents: 5000, firstAt: null },
    { reason: 'alone', documents: 3000, firstAt: '2024-01-31T10:00:00.000Z' },
  ]);
  assert.deepEqual(
    db.sent.map(({ inputs }) => inputs['reason']?.value),
    [undefined, 'other %'],
  );
});

test('what is asked of the log', () => {
  const listed = listFailuresStatement(NAMES, { afterAppId: '5', limit: 9, reason: 'a', runId: 'r' });
  assert.match(
    listed.sql,
    /^SELECT TOP \(@limit\) .* WHERE status = 'failed' AND failure_reason LIKE @reason ESCAPE '~' AND session_id IN \(.*\) AND app_id > CAST\(@after AS bigint\) ORDER BY app_id$/s,
  );
  assert.match(
    logCountsStatement(NAMES, 'r').sql,
    /FROM \[m\]\.\[processing_log\] UNION ALL SELECT session_id, status FROM \[m\]\.\[processing_log_history\]/,
  );
  assert.match(failureReasonsStatement(NAMES, {}).sql, /MIN\(f\.processing_time\)/);
  assert.match(redriveStatement(NAMES, { appIds: ['1'] }).sql, /'redrive'\s.* AND app_id IN \(/s);
  assert.match(moveToHistory(NAMES, 'redo', '1 = 1'), /, 'redo'\s/);
  const row = { appId: '1', status: 'failed', failureReason: null, processingTime: null, sessionId: null };
  assert.equal(LOG_ROW.parse(row).processingTime, '');
});
