import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endsAt,
  instanceStates,
  latestRun,
  judgeEnds,
  noEndYet,
  nothingToDraw,
  stateOf,
  stoodStill,
  throughput,
} from '../../src/dashboard/rates.js';

// Figures of a run that the page derives.

const instance = { status: 'running', documents_per_minute: 100, silent: false, leased: false, seconds: 300 } as const;

test('instances that give no sign of life, or are far slower than the others, stand out', () => {
  const instances = [
    { ...instance, instance_id: 0 },
    { ...instance, instance_id: 1, silent: true },
    { ...instance, instance_id: 2, documents_per_minute: 49 },
    { ...instance, instance_id: 3, documents_per_minute: 49, seconds: 60 },
    { ...instance, instance_id: 4, status: 'failed' as const },
    { ...instance, instance_id: 5, leased: true },
  ];
  const states = (status: 'running' | 'paused' | 'cancelled') => [...instanceStates({ status, instances }).values()];

  assert.deepEqual(states('running'), ['running', 'silent', 'slow', 'running', 'failed', 'running']);
  // What is held ends its group first.
  assert.deepEqual(states('paused'), ['paused', 'paused', 'paused', 'paused', 'failed', 'pausing']);
  assert.deepEqual(states('cancelled').slice(3, 5), ['stopped', 'failed']);
});

test('a run without a sign of life is no running one, and an end does not slide while nothing is heard of it', () => {
  const run = { status: 'running', stale: false, silent: false, pausing: false };
  assert.deepEqual(
    [
      run,
      { ...run, silent: true },
      { ...run, silent: true, stale: true },
      { ...run, status: 'paused', pausing: true },
    ].map((one) => stateOf(one)),
    ['running', 'silent', 'stale', 'pausing'],
  );
  assert.equal(endsAt({ started: '2026-01-02T03:00:00.000Z', seconds: 60 }, 30), Date.UTC(2026, 0, 2, 3, 1, 30));
});

test('why no end is told: nothing is planned, nothing is heard, or it is too early', () => {
  const runs = [
    [null, null],
    [9, 11],
    [9, 10],
    [9, null],
  ] as const;
  assert.deepEqual(
    runs.map(([planned, age]) => noEndYet({ planned, heartbeat_age_seconds: age })),
    [
      'Counting what is pending',
      'No sign of life for 11 s',
      'Too early to tell when it ends',
      'Too early to tell when it ends',
    ],
  );
});

test('paused time is told apart from time in which nobody was at work', () => {
  assert.deepEqual(
    stoodStill({
      pauses: [
        [10, 100, 'paused'],
        [120, 420, 'silent'],
        [430, 440, 'paused'],
      ],
    }),
    { paused: 100, silent: 300 },
  );
});

test('ends and skew are judged only where there is enough to judge from', () => {
  const run = { ended: null, seconds: 100, worked_seconds: 100, instances: [] };
  const said = (ends: (number | null)[], more: Partial<Parameters<typeof judgeEnds>[1]> = {}) => {
    const judged = judgeEnds(
      ends.map((end) => ({ end: end ?? 100, known: end !== null })),
      { ...run, ...more },
    );
    return [judged.said, judged.last?.end ?? null, judged.seconds];
  };

  assert.deepEqual(said([]), ['none', null, 0]);
  assert.deepEqual(said([null, null]), ['early', null, 0]);
  assert.deepEqual(said([140]), ['alone', 140, 0]);
  assert.deepEqual(said([200, 210, 220]), ['even', 220, 20]);
  assert.deepEqual(said([200, 210, 900]), ['skewed', 900, 690]);
  // After five seconds, while others cannot be told of, or wait, nothing is advised.
  assert.deepEqual(said([200, 210, 900], { worked_seconds: 5 }), ['early', 900, 0]);
  assert.deepEqual(said([200, null, 900]), ['early', 900, 0]);
  assert.deepEqual(said([90, null]), ['early', null, 0]);
  assert.deepEqual(said([200, 900], { instances: [{ status: 'planned' }] }), ['early', 900, 0]);
  assert.deepEqual(said([20, 21, 95], { ended: '2026-01-02T03:04:05.000Z', worked_seconds: 9 }), ['skewed', 95, 74]);
});

interface Run {
  readonly product_line: string;
  readonly started: string;
  readonly id: string;
  readonly silent: boolean;
}

function runOf(id: string, day: number, silent = false): Run {
  return { product_line: 'a', started: `2026-01-0${day}T00:00:00.000Z`, id, silent };
}

function last(counted: Run | null, ...seen: Run[]): unknown[] {
  const found = latestRun('a', counted, seen);
  return [found?.id, found?.silent];
}

test('a line shows its latest run as it was seen last, however old its counts are', () => {
  assert.deepEqual(last(runOf('x', 2), runOf('x', 2, true)), ['x', true]);
  assert.deepEqual(last(runOf('x', 2), runOf('y', 3), runOf('x', 2)), ['y', false]);
  // Among the latest of all lines there may be none of this one.
  assert.deepEqual(last(runOf('x', 2)), ['x', false]);
  assert.deepEqual(last(runOf('x', 2), { ...runOf('z', 3), product_line: 'b' }), ['x', false]);
  assert.deepEqual(last(null, runOf('y', 3)), ['y', false]);
});

function roundOrNull(rate: number | null | undefined): number | null {
  return typeof rate === 'number' ? Math.round(rate) : null;
}

test('throughput is what was done between two samples, with a gap where the run was paused', () => {
  const { seconds, rates } = throughput({
    samples: [
      [60, 1000, 0],
      [120, 3000, 0],
      [420, 3100, 0],
      [440, 3300, 0],
      [441, 3310, 0],
    ],
    pauses: [
      [130, 400, 'paused'],
      [450, 480, 'silent'],
    ],
  });

  assert.deepEqual(
    seconds.map((second, at) => [second, roundOrNull(rates[at])]),
    [
      [0, 0],
      [60, 1000],
      [120, 2000],
      // 100 documents in the 30 seconds that it worked.
      [130, 200],
      [265, null],
      [400, 200],
      [420, 200],
      [441, 600],
      [480, null],
    ],
  );
});

test('where there is no curve the reason is the right one, however long it has worked', () => {
  const runs = [
    [0, 150, null],
    [5, 3, null],
    [5, 150, null],
    [5, 3, '2026-01-02T03:04:05.000Z'],
  ] as const;
  assert.deepEqual(
    runs.map(([documents, worked, ended]) => nothingToDraw({ ended, totals: { documents }, worked_seconds: worked })),
    [
      'Nothing to draw yet: no document is done.',
      'Nothing to draw yet: a curve needs a few seconds of work.',
      'Nothing to draw: no document was done in the time that is shown.',
      'Nothing to draw: it was over within moments, and a curve needs a few seconds of work.',
    ],
  );
});
