import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  decideClaim,
  decideEnding,
  decideOpening,
  decidePlan,
  decideRequest,
  judgeFailures,
  mostWorkFirst,
  stoodStill,
} from '../../src/store/rules.ts';
import { NO_TOTALS } from '../../src/store/totals.ts';
import { newRun } from './suite/world.ts';
import type { Instance, InstanceStatus, Run, RunStatus } from '../../src/store/port.ts';

function run(more: Partial<Run> = {}): Run {
  const time = '2026-01-02T03:04:05.000Z';
  return {
    ...newRun('run-1'),
    status: 'running',
    started: time,
    ended: null,
    aliveUntil: time,
    silent: false,
    stale: false,
    stillSeconds: 0,
    pauses: [],
    planned: 10,
    error: null,
    ...more,
  };
}

function instance(status: InstanceStatus, documents: number, more: Partial<Instance> = {}): Instance {
  return {
    runId: 'run-1',
    partition: { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: { start: null, end: null } },
    sessionId: 's',
    status,
    planned: 10,
    cursor: null,
    totals: { ...NO_TOTALS, documents },
    issues: [],
    samples: [],
    unmatched: null,
    started: null,
    heartbeat: null,
    heartbeatAge: null,
    leased: false,
    leaseSeconds: null,
    error: null,
    ...more,
  };
}

const ALL_DONE = [instance('completed', 6), instance('completed', 4)];
const HELD = instance('running', 1, { leased: true, leaseSeconds: 9 });

const ask = (status: RunStatus, to: Parameters<typeof decideRequest>[1], silent = false): string => {
  const request = decideRequest(run({ status, silent }), to);
  return request.do === 'close' ? `close ${request.ending.status}` : request.do === 'set' ? request.status : 'nothing';
};

const result = (earlier: Run | null, live: Run | null, dryRun = false): string => {
  const opening = decideOpening(newRun('new', { dryRun, request: '{}' }), earlier, live);
  if (opening.do === 'return') return opening.result.result;
  return opening.takeOver === null ? 'insert' : `take over: ${opening.takeOver.ending.error}`;
};

const partition = (instanceId: number) => ({ ...instance('planned', 0).partition, instanceId, instanceCount: 2 });

const judge = (documents: number, failed: number, rate: number | null, count: number | null): string | null =>
  judgeFailures({ documents, failed }, { rate, count });

const still = (pauses: Run['pauses'], heard: number | null, held = false) =>
  stoodStill({ pauses }, { now: 100, heard, held });

test('a run stands still from its last sign of life on: while it is paused, and while nobody holds it for longer than a moment', () => {
  assert.deepEqual(still([[40, null, 'paused']], 30), [40, 100, 'paused']);
  assert.deepEqual(still([[40, null, 'paused']], 43), [43, 100, 'paused']);
  assert.deepEqual(still([[40, null, 'paused']], null, true), [40, 100, 'paused']);
  assert.deepEqual([still([], 95), still([], 50, true), still([], null)], [null, null, null]);
  assert.deepEqual(still([], 50), [50, 100, 'silent']);
  // What is noted already is not noted again.
  assert.deepEqual(still([[50, 70, 'paused']], 50), [70, 100, 'silent']);
  assert.equal(still([[50, 95, 'silent']], 50), null);
});

test('lanes take first what has most left to do', () => {
  const [much, little, nothing] = [instance('planned', 1), instance('running', 8), instance('completed', 10)];
  assert.deepEqual([little, nothing, much].toSorted(mostWorkFirst), [much, little, nothing]);
});

describe('how a run ends', () => {
  const LOST =
    '1 of 11 planned documents was not found any more: it was deleted, or logged by something else, since the run was planned';
  const CASES: readonly [string, Run, readonly Instance[], ReturnType<typeof decideEnding>][] = [
    ['all done', run(), ALL_DONE, { status: 'completed', error: null }],
    ['all done while paused', run({ status: 'paused' }), ALL_DONE, { status: 'completed', error: null }],
    ['all done while being cancelled', run({ status: 'cancelling' }), ALL_DONE, { status: 'completed', error: null }],
    ['more done than planned', run({ planned: 9 }), ALL_DONE, { status: 'completed', error: null }],
    ['fewer done than planned', run({ planned: 11 }), ALL_DONE, { status: 'failed', error: LOST }],
    [
      'an instance failed',
      run(),
      [instance('completed', 4), instance('failed', 1, { error: 'disk full' })],
      { status: 'failed', error: 'instance 0: disk full' },
    ],
    ['something is left', run(), [instance('completed', 6), instance('planned', 0)], null],
    ['something is left while paused', run({ status: 'paused' }), [instance('running', 0)], null],
    ['not planned yet', run({ planned: null }), [], null],
    ['nothing planned', run({ planned: 0 }), [instance('completed', 0)], { status: 'completed', error: null }],
    ['being cancelled, a lease is held', run({ status: 'cancelling' }), [HELD], null],
    [
      'being cancelled, no lease is held',
      run({ status: 'cancelling' }),
      [instance('running', 1)],
      { status: 'cancelled', error: null },
    ],
    [
      'being cancelled before it was planned',
      run({ status: 'cancelling', planned: null }),
      [],
      { status: 'cancelled', error: null },
    ],
    [
      'cancelled for its failures, although all is done',
      run({ status: 'cancelling', error: 'too many' }),
      ALL_DONE,
      { status: 'failed', error: 'too many' },
    ],
    ['ended already', run({ status: 'completed' }), ALL_DONE, null],
  ];
  for (const [name, given, instances, expected] of CASES)
    test(name, () => assert.deepEqual(decideEnding(given, instances), expected));

  test('an error ends a run whatever its instances do, but not one that has ended', () => {
    assert.deepEqual(decideEnding(run(), [HELD], 'over'), { status: 'failed', error: 'over' });
    assert.equal(decideEnding(run({ status: 'cancelled' }), [], 'over'), null);
  });
});

describe('what asking for a status does', () => {
  test('a run pauses, goes on and is cancelled from the states that allow it', () => {
    const live = ['running', 'paused', 'cancelling'] as const;
    assert.deepEqual(
      live.map((status) => (['paused', 'running', 'cancelling'] as const).map((to) => ask(status, to))),
      [
        ['paused', 'nothing', 'cancelling'],
        ['nothing', 'running', 'cancelling'],
        ['nothing', 'nothing', 'nothing'],
      ],
    );
    assert.deepEqual(
      (['completed', 'failed', 'cancelled', 'skipped'] as const).map((status) => ask(status, 'running')),
      ['nothing', 'nothing', 'nothing', 'nothing'],
    );
  });

  test('a silent run is cancelled at once, whether it runs, is paused or waits to be cancelled', () => {
    for (const status of ['running', 'paused', 'cancelling'] as const)
      assert.equal(ask(status, 'cancelling', true), 'close cancelled');
    const failing = decideRequest(run({ status: 'cancelling', silent: true, error: 'too many' }), 'cancelling');
    assert.deepEqual(failing, { do: 'close', ending: { status: 'failed', error: 'too many' } });
    assert.equal(ask('running', 'paused', true), 'paused');
  });
});

describe('opening a run', () => {
  const opened = run({ runId: 'old' });
  test('the place is free, taken, or left by a stale run', () => {
    assert.equal(result(null, null), 'insert');
    assert.equal(result(null, opened), 'live');
    assert.equal(result(null, run({ runId: 'old', stale: true })), 'take over: abandoned, taken over by new');
    assert.equal(result(null, opened, true), 'insert');
  });
  test('a key that was used before gives its run, or says that the request differs', () => {
    assert.equal(result(opened, null), 'repeated');
    assert.equal(result(run({ runId: 'old', request: '{"a":1}' }), null), 'key_reused');
    assert.equal(result(run({ runId: 'old', productLine: 'other' }), null), 'key_reused');
  });
  test('our own row is found again after its answer was lost', () => {
    assert.equal(result(run({ runId: 'new' }), null), 'opened');
    assert.equal(result(null, run({ runId: 'new' })), 'opened');
  });
});

test('only instances that have not ended, of runs that have not, can be claimed', () => {
  assert.equal(decideClaim('paused', instance('planned', 0)), null);
  assert.equal(decideClaim('running', instance('running', 0)), null);
  for (const status of ['completed', 'failed'] as const)
    assert.equal(decideClaim('running', instance(status, 0))?.result, 'ended');
  for (const status of ['completed', 'failed', 'cancelled', 'skipped'] as const)
    assert.equal(decideClaim(status, instance('running', 0))?.status, status);
});

test('instances without documents have ended when they are planned', () => {
  const rows = decidePlan(run({ runId: 'abcdef-123' }), [
    { partition: partition(0), planned: 0 },
    { partition: partition(1), planned: 3, sessionId: 'given' },
  ]);
  assert.deepEqual(
    rows.map(({ status, sessionId }) => [status, sessionId]),
    [
      ['completed', '20260102_030405_abcdef_0of2'],
      ['planned', 'given'],
    ],
  );
});

test('failures are judged by their number at once, by their share from 200 documents on', () => {
  assert.equal(judge(10, 3, null, null), null);
  assert.equal(judge(10, 3, null, 3), null);
  assert.equal(judge(10, 4, null, 3), '4 documents failed, more than the allowed 3');
  assert.equal(judge(10, 1, null, 0), '1 document failed, more than the allowed 0');
  assert.equal(judge(199, 199, 0.1, null), null);
  assert.equal(judge(200, 20, 0.1, null), null);
  assert.equal(judge(200, 21, 0.1, null), '21 of 200 documents failed, more than the allowed share of 0.1');
  assert.equal(judge(200, 21, 0.2, 20), '21 documents failed, more than the allowed 20');
});
