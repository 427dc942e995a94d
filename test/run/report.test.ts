import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentOf, viewRun } from '../../src/run/report.ts';
import { canonicalRequest, parseRunRequest } from '../../src/run/request.ts';
import type { Place } from '../../src/store/matches.ts';
import type { Instance, Run } from '../../src/store/port.ts';

const STARTED = '2026-01-02T03:00:00.000Z';

/** A run of two instances that has gone on for 20 minutes, 10 of which it was paused. */
const RUN: Run = {
  runId: 'run-1',
  productLine: 'orders',
  contractHash: 'x',
  request: canonicalRequest(parseRunRequest({ product_line: 'orders', instance_count: 2 })),
  trigger: 'http',
  dryRun: false,
  status: 'running',
  silent: false,
  stale: false,
  stillSeconds: 600,
  pauses: [[400, 1000, 'paused']],
  aliveUntil: STARTED,
  started: STARTED,
  ended: null,
  planned: 10_000,
  error: null,
};

function instance(instanceId: number, documents: number, samples: Instance['samples']): Instance {
  return {
    runId: 'run-1',
    partition: { by: 'modulo', instanceId, instanceCount: 2, bounds: { start: null, end: null } },
    sessionId: `session-${instanceId}`,
    status: 'running',
    planned: 5000,
    cursor: null,
    totals: {
      documents,
      success: documents,
      failed: 0,
      alreadyPresent: 0,
      doneByAnother: 0,
      rows: 0,
      duplicateRows: 0,
      batches: 1,
    },
    issues: [],
    started: STARTED,
    heartbeat: '2026-01-02T03:20:00.000Z',
    heartbeatAge: 0,
    leased: true,
    leaseSeconds: 60,
    samples,
    unmatched: null,
    error: null,
  };
}

const INSTANCES = [
  instance(0, 4000, [
    [300, 1000, 0],
    [1140, 2000, 0],
    [1200, 4000, 0],
  ]),
  instance(1, 1000, [
    [300, 500, 0],
    [1140, 940, 0],
    [1200, 1000, 0],
  ]),
];

test('time that a run was paused counts in neither rate nor end', () => {
  const view = viewRun(RUN, INSTANCES, []);

  assert.deepEqual([view.seconds, view.worked_seconds, view.documents_per_minute], [1200, 600, 500]);
  assert.deepEqual(
    view.instances.map((each) => [each.seconds, each.documents_per_minute, each.eta_seconds]),
    [
      [600, 400, 30],
      [600, 100, 4000],
    ],
  );
  // Together they would need 146 seconds; the slower one takes longer.
  assert.equal(view.eta_seconds, 4000);
  assert.deepEqual(view.samples.at(-1), [1200, 5000, 0]);
});

test('the present is the last sign of life and its age; what has been silent since is no work', () => {
  const silent = INSTANCES.map((each) => ({ ...each, heartbeatAge: 600, samples: [] }));
  const view = viewRun({ ...RUN, stillSeconds: 0, pauses: [] }, silent, []);

  // 5,000 documents in 20 minutes.
  assert.deepEqual([view.seconds, view.worked_seconds, view.documents_per_minute], [1800, 1200, 250]);
  assert.deepEqual(view.pauses, [[1200, 1800, 'silent']]);
});

test('an end does not slide while nothing new is heard, and is not told after a few seconds', () => {
  const ends = [0, 4, 10, 11].map((age) => {
    const view = viewRun(
      RUN,
      INSTANCES.map((each) => ({ ...each, heartbeatAge: age })),
      [],
    );
    // Nor does the average fall: what was done meanwhile is not told yet.
    assert.equal(view.documents_per_minute, 500);
    const end = (eta: number | null) => (eta === null ? null : view.seconds + eta);
    return [end(view.eta_seconds), ...view.instances.map((each) => end(each.eta_seconds))];
  });
  assert.deepEqual(ends, [
    [5200, 1230, 5200],
    [5200, 1230, 5200],
    [5200, 1230, 5200],
    [null, null, null],
  ]);
});

test('it is too early to tell an end after a few seconds', () => {
  const told = [5, 20].map((seconds) => {
    const heartbeat = new Date(Date.parse(STARTED) + seconds * 1000).toISOString();
    const view = viewRun({ ...RUN, stillSeconds: 0, pauses: [] }, [{ ...instance(0, 50, []), heartbeat }], []);
    return [view.eta_seconds, view.instances[0]?.eta_seconds, view.documents_per_minute_now];
  });
  assert.deepEqual(told, [
    [null, null, 600],
    [3980, 1980, 150],
  ]);
});

test('a run is pausing until its groups in flight have ended, which is when the pause begins', () => {
  const paused = { ...RUN, status: 'paused', stillSeconds: 0, pauses: [[1180, null, 'paused']] } as const;
  const at = (age: number, leased: boolean) => {
    const view = viewRun(
      paused,
      INSTANCES.map((each) => ({ ...each, heartbeatAge: age, leased })),
      [],
    );
    return [view.pausing, view.worked_seconds, ...view.pauses];
  };
  assert.deepEqual(at(0, true), [true, 1200]);
  assert.deepEqual(at(30, false), [false, 1200, [1200, 1230, 'paused']]);
  // Whoever held it is gone.
  assert.deepEqual(at(300, true)[0], false);
});

test('instances without a sample of their own count from when they began to when they ended', () => {
  const shorts = Array.from({ length: 64 }, (_, at) => {
    const [from, to] = [Math.floor(at / 8) * 10, Math.floor(at / 8) * 10 + 10].map((second) =>
      new Date(Date.parse(STARTED) + second * 1000).toISOString(),
    );
    return { ...instance(at, 10, []), status: 'completed' as const, started: from ?? '', heartbeat: to ?? '' };
  });
  const { samples } = viewRun({ ...RUN, stillSeconds: 0, pauses: [], ended: null }, shorts, []);
  assert.deepEqual(
    samples.map(([second, documents]) => [second, documents]),
    [0, 10, 20, 30, 40, 50, 60, 70, 80].map((second) => [second, second * 8]),
  );
});

/** Whether a run is silent, has an end, and which instances are silent that gave signs of life so many seconds ago. */
function heard(run: Partial<Run>, ages: readonly [number, number]): readonly boolean[] {
  const instances = INSTANCES.map((each, at) => ({ ...each, heartbeatAge: ages[at] ?? 0 }));
  const { silent, eta_seconds: eta, instances: views } = viewRun({ ...RUN, ...run }, instances, []);
  return [silent, eta !== null, ...views.map((each) => each.silent)];
}

test('a run of which nothing is heard has no end, and says so; who was paused meanwhile need not be heard', () => {
  assert.deepEqual(heard({}, [61, 61]), [true, false, true, true]);
  assert.deepEqual(heard({}, [2, 61]), [false, true, false, true]);
  // Nobody could give a sign of life until 1,285 s.
  assert.deepEqual(heard({ pauses: [[400, 1285, 'paused']] }, [90, 90]), [false, true, false, false]);
  // What is stale is said by the run, and of each instance.
  assert.deepEqual(heard({ stale: true }, [2, 2]), [false, false, true, true]);
});

test('a run that is paused has no end', () => {
  const view = viewRun({ ...RUN, status: 'paused' }, INSTANCES, []);

  assert.deepEqual([view.eta_seconds, ...view.instances.map((each) => each.eta_seconds)], [null, null, null]);
});

test('the history of a run ends where all that are at work have told, and holds what they did after their last sample', () => {
  const [first, second] = INSTANCES;
  assert.ok(first !== undefined && second !== undefined);
  const late = { ...second, heartbeat: '2026-01-02T03:19:30.000Z', samples: second.samples.slice(0, 2) };
  const last = (others: Partial<Instance>) => viewRun(RUN, [first, { ...late, ...others }], []).samples.at(-1);

  // At 19:30 the second one had 1,000, and the first one is between 2,000 and 4,000.
  assert.deepEqual(last({}), [1170, 4000, 0]);
  assert.deepEqual(last({ heartbeatAge: 90 }), [1200, 5000, 0]);
  assert.deepEqual(last({ status: 'completed' }), [1200, 5000, 0]);
});

test('an instance has ended when it gave its last sign of life, and not before', () => {
  assert.deepEqual(
    viewRun(RUN, INSTANCES, []).instances.map(({ ended }) => ended),
    [null, null],
  );
  const [first] = INSTANCES.map((each) => ({ ...each, status: 'completed' as const }));
  const view = viewRun(RUN, first === undefined ? [] : [first], []);

  assert.deepEqual(
    view.instances.map(({ started, ended, eta_seconds: eta }) => [started, ended, eta]),
    [[STARTED, '2026-01-02T03:20:00.000Z', null]],
  );
});

test('reasons are told as the log has them and as sentences', () => {
  const reason = "validation: ['CRITICAL: Missing app_id (/Order/@id)']";
  const { failures } = viewRun(RUN, [], [{ reason, documents: 2, firstAt: STARTED }]);

  assert.deepEqual(failures, [{ reason, sentence: 'Missing app_id (/Order/@id).', documents: 2, first_at: STARTED }]);
});

const [A, B, C] = ['a', 'b', 'c'].map((path) => ({ table: 't', column: path, path }));
const looked = (
  documents: number,
  missed: readonly (Place | undefined)[],
  unasked: readonly (Place | undefined)[] = [],
) => ({
  ...instance(0, documents, []),
  unmatched: { missed: missed.flatMap((place) => place ?? []), unasked: unasked.flatMap((place) => place ?? []) },
});
const told = (instances: readonly Instance[]) => viewRun(RUN, instances, []).never_matched;

test('what was looked for in 100 documents or more and found in none, in no instance, is told', () => {
  const idle = { ...instance(0, 0, []), unmatched: null };
  assert.deepEqual(told([looked(60, [A, B], [C]), looked(40, [B], [C]), idle]), [B]);
  // Another instance may have asked for what this one never needed.
  assert.deepEqual(told([looked(60, [A], [C]), looked(40, [C], [A])]), [A, C]);
  assert.deepEqual(told([looked(60, [A]), looked(39, [A])]), []);
  assert.deepEqual(told([{ ...idle, ...instance(0, 200, []) }]), []);
});

test('a percentage is rounded down, so that 100 means all', () => {
  assert.deepEqual(
    [percentOf(99_999, 100_000), percentOf(57, 100), percentOf(0, 0), percentOf(7, 7)],
    [99.99, 57, 100, 100],
  );
});

test('more than was planned is not more than all', () => {
  assert.equal(percentOf(11, 10), 100);
});

test('an instance that has told only once since its last sample is not told of twice', () => {
  const [first] = INSTANCES;
  assert.ok(first !== undefined);
  const later = { ...first, heartbeat: '2026-01-02T03:25:00.000Z' };
  assert.deepEqual(viewRun(RUN, [later], []).samples, [[0, 0, 0], ...first.samples]);
});

const ids = (from: number): string[] => Array.from({ length: 15 }, (_, index) => String(from + index));
const issue = (kind: 'cut' | 'extracted', documents: number, appIds: readonly string[]) =>
  ({ kind, table: 't', column: 'c', documents, appIds }) as const;

test('issues of instances are put together, those of most documents first, with the first twenty ids', () => {
  const [one, other] = INSTANCES.map((given, index) => ({
    ...given,
    issues: index === 0 ? [issue('cut', 20, ids(1)), issue('extracted', 30, ['7'])] : [issue('cut', 40, ids(101))],
  }));
  assert.ok(one !== undefined && other !== undefined);
  assert.deepEqual(
    viewRun(RUN, [one, other], []).quality_issues.map(({ kind, documents, app_ids: found }) => [
      kind,
      documents,
      found,
    ]),
    [
      ['cut', 60, [...ids(1), ...ids(101).slice(0, 5)]],
      ['extracted', 30, ['7']],
    ],
  );
});
