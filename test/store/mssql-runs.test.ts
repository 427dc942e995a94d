import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceStore } from '../../src/store/mssql/instances.ts';
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
import { namesOf } from '../../src/store/names.ts';
import { MOST_EXACT } from '../../src/store/reasons.ts';
import { scriptedContext, scriptedConnection, sqlError } from './mssql-script.ts';
import { newRun } from './suite/world.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { Statement } from '../../src/store/mssql/statement.ts';
import type { Reply } from './mssql-script.ts';

const WORK_SET = {
  schema: 'm',
  sourceTable: 'app_xml',
  sourceColumn: 'doc',
  application: null,
  logTable: 'processing_log',
};
const NAMES = namesOf(WORK_SET, MSSQL);

/** A run as the driver gives it. */
const runRow = (more: object = {}) => ({
  runId: 'r1',
  productLine: 'CC',
  contractHash: 'hash',
  request: '{}',
  trigger: 'cli',
  status: 'running',
  dryRun: false,
  started: '2024-01-31 10:00:00.000',
  ended: null,
  aliveUntil: '2024-01-31 10:05:00.000',
  silent: false,
  pausedSeconds: 0,
  pausedAt: '2024-01-31 10:02:00.000',
  pauses: '[1000,61500],',
  planned: '4',
  error: null,
  ...more,
});

const instanceRow = (instanceId: number, more: object = {}) => ({
  runId: 'r1',
  instanceId,
  instanceCount: 2,
  by: 'modulo',
  start: null,
  before: null,
  end: null,
  sessionId: `s${instanceId}`,
  status: 'running',
  planned: '2',
  cursor: null,
  documents: '2',
  success: '2',
  failed: '0',
  alreadyPresent: '0',
  doneByAnother: '0',
  rows: '0',
  duplicateRows: '0',
  batches: '1',
  issues: '[]',
  samples: null,
  unmatched: null,
  started: null,
  heartbeat: null,
  heartbeatAge: null,
  leaseSeconds: null,
  error: null,
  ...more,
});

interface World {
  readonly earlier?: object;
  readonly live?: object;
  readonly run?: object;
  readonly instances?: readonly object[];
  readonly changed?: number;
  /** Errors of the first inserts. */
  readonly inserts?: Error[];
  readonly sums?: object;
}

function rows(found: object | undefined): Reply {
  return [found === undefined ? [] : [found]];
}

/** What a statement is for, told by its text, and what the server answers. */
function answer({ earlier, live, run = runRow(), instances = [], changed = 1, inserts = [], sums }: World) {
  return ({ sql }: Statement): Reply => {
    const kinds = kindsOf(sql);
    const failure = kinds.includes('insert run') ? inserts.shift() : undefined;
    if (failure !== undefined) return failure;
    switch (kinds.at(-1)) {
      case 'find by key':
        return rows(earlier);
      case 'live run':
      case 'live run, locked':
        return rows(live);
      case 'instances':
        return [instances];
      case 'run':
      case 'run, locked':
        return rows(run);
      case 'lease':
        return [[{ until: '2024-01-31 10:01:00.000', waitSeconds: 12.5 }]];
      case 'sums':
        return rows(sums);
      default:
        return [[{ changed }]];
    }
  };
}

const KINDS: readonly (readonly [kind: string, text: RegExp])[] = [
  ['find by key', /WHERE idempotency_key = @key/],
  ['live run, locked', /\[xmlfan_run\] WITH \(UPDLOCK\) WHERE work_set/],
  ['live run', /^SELECT run_id AS runId.* dry_run = 0/s],
  ['insert run', /^INSERT INTO \[m\]\.\[xmlfan_run\]/],
  ['insert instances', /^INSERT INTO \[m\]\.\[xmlfan_instance\]/],
  ['run, locked', /\[xmlfan_run\] WITH \(UPDLOCK\) WHERE run_id/],
  ['instances', /^SELECT run_id AS runId, instance_id/],
  ['run', /^SELECT run_id AS runId/],
  ['lease', /AS waitSeconds/],
  ['sums', /SUM\(documents\)/],
  ['close', /SET status = @status, error = @error, ended/],
  ['claim', /SET token = @token/],
  ['clear tokens', /SET token = NULL, lease_until = NULL WHERE run_id = @run_id$/],
  ['keep alive', /SET alive_until/],
  ['set status', /SET status = @to/],
  ['cancel', /SET status = 'cancelling'/],
  ['set planned', /SET planned/],
];

/** What one request does, in this order. */
function kindsOf(sql: string): string[] {
  return sql
    .split(/;\n(?!SELECT @@ROWCOUNT)/)
    .filter((part) => part !== '')
    .map((part) => KINDS.find(([, text]) => text.test(part))?.[0] ?? part);
}

function opened(world: World) {
  const db = scriptedConnection(answer(world));
  const context = scriptedContext(db, WORK_SET);
  const sent = () => db.sent.map(({ sql }) => kindsOf(sql).join(' + '));
  const value = (kind: string, name: string) =>
    db.sent.find(({ sql }) => kindsOf(sql).includes(kind))?.inputs[name]?.value;
  return { ...runStore(context), ...instanceStore(context), sent, value };
}

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
  assert.deepEqual(stale.sent(), ['live run, locked', 'close', 'clear tokens', 'insert run + run']);
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
  const run = await paused.requestStatus('r1', 'paused');
  assert.deepEqual(paused.sent(), ['run, locked', 'set status + run']);
  assert.deepEqual(run?.pauses, [
    [1, 61.5],
    [120, null],
  ]);
  const resumed = opened({ run: runRow({ status: 'paused' }) });
  await resumed.requestStatus('r1', 'running');
  assert.deepEqual(resumed.sent(), ['run, locked', 'set status + keep alive + run']);
  assert.equal(resumed.value('keep alive', 'alive'), 300);
  const silent = opened({ run: runRow({ status: 'paused', silent: true }) });
  await silent.requestStatus('r1', 'cancelling');
  assert.deepEqual(silent.sent(), ['run, locked', 'close', 'clear tokens', 'run']);
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
  assert.deepEqual(done.sent(), ['run, locked', 'instances', 'close', 'clear tokens', 'run']);
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
  assert.deepEqual(free.sent(), ['run, locked', 'instances', 'claim', 'keep alive + instances']);
  assert.deepEqual([free.value('claim', 'lease'), free.value('keep alive', 'alive')], [60, 300]);
  const held = opened({ instances: [instanceRow(0)], changed: 0 });
  const busy = await held.claimInstance('r1', 0, 'mine');
  assert.deepEqual(busy, { result: 'busy', until: '2024-01-31T10:01:00.000Z', waitSeconds: 12.5 });
  const ended = opened({ instances: [instanceRow(0, { status: 'completed' })] });
  assert.equal((await ended.claimInstance('r1', 0, 'mine')).result, 'ended');
  assert.deepEqual(ended.sent(), ['run, locked', 'instances']);
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
