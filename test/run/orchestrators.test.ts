import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Messages, SliceResult } from '../../src/run/messages.ts';
import { drainInstances, instanceOrchestrator, ORCHESTRATORS, runOrchestrator } from '../../src/run/orchestrators.ts';
import { drive } from './driver.ts';
import type { Trace } from './driver.ts';

const TOTALS = {
  documents: 0,
  success: 0,
  failed: 0,
  already_present: 0,
  done_by_another: 0,
  rows: 0,
  duplicate_rows: 0,
  batches: 0,
};
const STANDING = { percent: 50, totals: TOTALS };
const INPUT = { runId: 'r1', productLine: 'CC' };

/** A run whose instances need so many slices each; `slice` may answer instead. */
interface World {
  readonly slices: readonly number[];
  readonly parallelism: number;
  readonly slice?: (instanceId: number, taken: number, now: number) => SliceResult | { error: string } | undefined;
  readonly poll?: (now: number) => Messages['pollRun']['result']['status'];
  /** Whether `resume` has sent its event. */
  readonly resumed?: (now: number) => boolean;
  readonly plan?: { error: string };
  /** Instances that `nextInstance` never gives out, as if a lane had died with them. */
  readonly lost?: readonly number[];
}

function run(
  world: World,
  name: string = ORCHESTRATORS.run,
  input: object = INPUT,
): Trace & { readonly status: string[]; readonly finishes: number; readonly error: string | undefined } {
  const left = [...world.slices];
  const status = left.map(() => 'planned');
  const taken = left.map(() => 0);
  const held = new Set<number>();
  let finishes = 0;
  let stopped = false;
  let closedWith: string | undefined;
  const todo = (): number[] => status.flatMap((word, id) => (word === 'planned' || word === 'running' ? [id] : []));
  const answers: {
    [Name in keyof Messages]: (
      given: Messages[Name]['input'],
      now: number,
    ) => Messages[Name]['result'] | { error: string };
  } = {
    planRun: () =>
      world.plan ?? { ...STANDING, planned: 100, instances: left.length, parallelism: world.parallelism, todo: todo() },
    nextInstance: ({ lane }) => {
      const waiting = status.flatMap((word, id) =>
        word === 'planned' && !held.has(id) && !(world.lost ?? []).includes(id) ? [id] : [],
      );
      return { instanceId: waiting[lane % Math.max(1, waiting.length)] ?? null };
    },
    processSlice: ({ instanceId }, now) => {
      if (status[instanceId] === 'completed' || status[instanceId] === 'failed')
        return { next: 'ended', totals: TOTALS };
      const before = status[instanceId]!;
      status[instanceId] = 'running';
      held.delete(instanceId);
      const answer = world.slice?.(instanceId, taken[instanceId]!++, now);
      stopped ||= answer !== undefined && 'next' in answer && answer.next === 'stopped';
      if (answer !== undefined) {
        if ('next' in answer && answer.next === 'busy') {
          status[instanceId] = before;
          held.add(instanceId);
        }
        return answer;
      }
      left[instanceId]! -= 1;
      if (left[instanceId]! > 0) return { next: 'continue' };
      status[instanceId] = 'completed';
      return { next: 'ended', totals: TOTALS };
    },
    failInstance: ({ instanceId }) => {
      status[instanceId] = 'failed';
      return {};
    },
    pollRun: (_, now) => ({ status: world.poll?.(now) ?? 'running' }),
    finishRun: ({ error }) => {
      finishes += 1;
      closedWith = error;
      const open = todo().length;
      if (stopped) return { status: 'cancelled', live: false, left: open, waitSeconds: 0, ...STANDING };
      return {
        status: open > 0 && error === undefined ? 'running' : 'completed',
        live: open > 0 && error === undefined,
        left: open,
        waitSeconds: 0,
        ...STANDING,
      };
    },
  };
  const orchestrators = {
    [ORCHESTRATORS.run]: runOrchestrator,
    [ORCHESTRATORS.lane]: drainInstances,
    [ORCHESTRATORS.one]: instanceOrchestrator,
  };
  return {
    ...drive({ orchestrators, activities: answers, event: (_, now) => world.resumed?.(now) ?? false }, name, input),
    status,
    finishes,
    error: closedWith,
  };
}

test('lanes drain all instances, at most `parallelism` at a time, and the next starts as one ends', () => {
  const { calls, ids, status } = run({ slices: [1, 4, 1, 1], parallelism: 2 });
  assert.deepEqual(status, ['completed', 'completed', 'completed', 'completed']);
  assert.deepEqual(ids, ['r1:0:0', 'r1:0:1']);
  const slices = calls.filter((call) => call.startsWith('processSlice'));
  // While lane 1 is still at instance 1, lane 0 has drained 0, 2 and 3.
  assert.deepEqual(slices, [
    'processSlice 0',
    'processSlice 1',
    'processSlice 1',
    'processSlice 2',
    'processSlice 1',
    'processSlice 1',
    'processSlice 3',
  ]);
});

test('histories stay short however long an instance is', () => {
  const { histories, longest, status } = run({ slices: [60], parallelism: 1 });
  assert.deepEqual(status, ['completed']);
  assert.ok(histories > 7, `${histories} histories`);
  assert.ok(longest <= 20, `${longest} steps in one`);
});

test('an instance that cannot go on ends failed, and its siblings end completed', () => {
  const { status, calls } = run({
    slices: [1, 1, 1],
    parallelism: 3,
    slice: (id) => (id === 1 ? { error: 'table is missing' } : undefined),
  });
  assert.deepEqual(status, ['completed', 'failed', 'completed']);
  assert.deepEqual(
    calls.filter((call) => call.endsWith(' 1')),
    ['processSlice 1', 'failInstance 1'],
  );
});

test('what may pass is tried again, and ends only its instance if it does not pass', () => {
  const { status, calls } = run({ slices: [1, 1], parallelism: 2, slice: databaseAway });
  assert.deepEqual(status, ['completed', 'failed']);
  assert.equal(calls.filter((call) => call === 'processSlice 0').length, 4);
  assert.equal(calls.filter((call) => call === 'processSlice 1').length, 6);
});

test('a held lease is waited for by timer, without spending a retry', () => {
  const { waited, status, calls } = run({
    slices: [1],
    parallelism: 1,
    slice: (_, taken) => (taken < 10 ? { next: 'busy', waitSeconds: 30 } : undefined),
  });
  // A lane that has just begun looks for other work first; there is none, so the second round waits.
  assert.deepEqual(
    waited,
    Array.from({ length: 9 }, () => 30),
  );
  assert.deepEqual(status, ['completed']);
  assert.ok(!calls.includes('failInstance 0'));
});

test('a lane that finds its new instance held takes another instead of waiting', () => {
  const { waited, status, calls } = run({ slices: [1, 1, 1], parallelism: 1, slice: heldOnce });
  assert.deepEqual(waited, []);
  assert.deepEqual(status, ['completed', 'completed', 'completed']);
  assert.deepEqual(calls.filter((call) => call === 'nextInstance').length, 4);
});

test('a paused run is polled after 15 seconds, then less and less often, at most every two minutes', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const { waited, status, histories } = run({
    slices: [1],
    parallelism: 1,
    slice: pausedOnce,
    poll: (now) => (now - start < 3_000_000 ? 'paused' : 'running'),
  });
  assert.deepEqual(waited.slice(0, 6), [15, 30, 60, 120, 120, 120]);
  assert.deepEqual(status, ['completed']);
  assert.ok(histories > 3, `${histories} histories`);
});

test('a run that is resumed goes on at once, and its timer is cancelled', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  let polls = 0;
  const { waited, canceled, status } = run({
    slices: [1],
    parallelism: 1,
    slice: pausedOnce,
    poll: () => (++polls === 1 ? 'paused' : 'running'),
    resumed: (now) => now - start >= 15_000,
  });
  assert.deepEqual([waited, canceled, status], [[15], [30], ['completed']]);
});

test('a lane of version 1.0, whose history knows no event, waits by timer only', () => {
  const state = { ...INPUT, lane: 0, instanceId: 0, fresh: false, only: false, pauseSeconds: 15 };
  const { waited, canceled, status } = run(
    { slices: [1], parallelism: 1, poll: () => 'running', resumed: () => true },
    ORCHESTRATORS.lane,
    state,
  );
  assert.deepEqual([waited, canceled, status], [[15], [], ['completed']]);
});

test('a lane that is told to stop takes no further instance', () => {
  const { calls } = run({
    slices: [1, 1, 1],
    parallelism: 1,
    slice: (id) => (id === 1 ? { next: 'stopped' } : undefined),
  });
  assert.deepEqual(calls, ['planRun', 'processSlice 0', 'nextInstance', 'processSlice 1', 'finishRun']);
});

test('instances that a dead lane left over are taken up by another round', () => {
  const { status, ids, finishes } = run({ slices: [1, 1, 1], parallelism: 1, lost: [2] });
  assert.deepEqual(status, ['completed', 'completed', 'completed']);
  assert.deepEqual(ids, ['r1:0:0', 'r1:1:0']);
  assert.equal(finishes, 2);
});

test('a run that cannot be planned is closed with the reason and touches no instance', () => {
  const { calls, error } = run({ slices: [1], parallelism: 1, plan: { error: 'lease.scores: is missing' } });
  assert.deepEqual(calls, ['planRun', 'finishRun']);
  assert.equal(error, 'lease.scores: is missing');
});

test('one partition by hand drains that instance alone', () => {
  const { status, calls } = run({ slices: [1, 2, 1], parallelism: 3 }, ORCHESTRATORS.one, { ...INPUT, instanceId: 1 });
  assert.deepEqual(status, ['planned', 'completed', 'planned']);
  assert.deepEqual(calls, ['planRun', 'processSlice 1', 'processSlice 1', 'finishRun']);
});

test('the same answers give the same calls', () => {
  const world: World = { slices: [3, 20, 1, 5, 2], parallelism: 3 };
  assert.deepEqual(run(world), run(world));
});

function databaseAway(id: number, taken: number): undefined {
  if (id === 1 || (id === 0 && taken < 3)) throw new Error('database away');
}

function heldOnce(id: number, taken: number): SliceResult | undefined {
  return id === 1 && taken === 0 ? { next: 'busy', waitSeconds: 30 } : undefined;
}

function pausedOnce(_: number, taken: number): SliceResult | undefined {
  return taken === 0 ? { next: 'paused' } : undefined;
}
