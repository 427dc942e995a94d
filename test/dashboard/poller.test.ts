import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPoller } from '../../src/dashboard/poller.js';

/** A poller with a clock that stands still until it is moved, and everything that it did. */
function watch(answers: (() => string)[]) {
  const world = { now: 0, asked: [] as number[], states: [] as string[], timers: new Map<number, () => void>() };
  const due: { at: number; work: () => void; id: number }[] = [];
  let ids = 0;
  const poller = createPoller<string>({
    load: async () => {
      world.asked.push(world.now);
      return (answers.length > 1 ? answers.shift() : answers[0])?.() ?? '';
    },
    sign: (answer) => answer,
    isLive: (answer) => answer !== 'ended',
    onAnswer: () => undefined,
    onPulse: ({ state }) => world.states.push(state),
    judge: (error) => ({ retry: !(error instanceof RangeError), seconds: error instanceof TypeError ? 7 : null }),
    clock: {
      now: () => world.now,
      after: (work, ms) => {
        due.push({ at: world.now + ms, work, id: ++ids });
        return ids;
      },
      forget: (timer) => {
        const at = due.findIndex(({ id }) => id === timer);
        if (at >= 0) due.splice(at, 1);
      },
    },
  });
  /** Lets time pass; timers fire when they are due, or all at its end if the machine sleeps meanwhile. */
  const pass = async (seconds: number, { asleep = false } = {}) => {
    const end = world.now + seconds * 1000;
    for (;;) {
      const [next] = due.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      world.now = asleep ? end : next.at;
      due.splice(due.indexOf(next), 1);
      next.work();
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
    world.now = end;
  };
  return { world, poller, pass };
}

const say = (text: string) => () => text;
const fail = (error: Error) => () => {
  throw error;
};

test('answers that change are asked for every two seconds, the same ones ever more rarely', async () => {
  let count = 0;
  const { world, poller, pass } = watch([() => String(count++)]);
  await poller.look();
  await pass(8);
  assert.deepEqual(world.asked, [0, 2000, 4000, 6000, 8000]);

  const still = watch([say('a')]);
  await still.poller.look();
  await still.pass(120);
  const gaps = still.world.asked.map((at, index) => at - (still.world.asked[index - 1] ?? 0)).slice(1);
  assert.deepEqual(gaps.slice(0, 4), [2000, 3000, 4500, 6750]);
  assert.equal(Math.max(...gaps), 30_000);
});

test('what has ended is not asked for again', async () => {
  const { world, poller, pass } = watch([say('a'), say('ended')]);
  await poller.look();
  await pass(60);

  assert.deepEqual(
    [world.asked, world.states],
    [
      [0, 2000],
      ['live', 'ended'],
    ],
  );
});

test('errors are waited for longer and longer, or as long as the server asks; what cannot get better is not asked again', async () => {
  const growing = watch([
    say('a'),
    fail(new Error('gone')),
    fail(new Error('gone')),
    fail(new Error('gone')),
    say('b'),
  ]);
  await growing.poller.look();
  await growing.pass(10);
  assert.deepEqual(growing.world.asked.slice(0, 5), [0, 2000, 3000, 5000, 9000]);
  assert.deepEqual(growing.world.states, ['live', 'lost', 'lost', 'lost', 'live']);

  const asked = watch([fail(new TypeError('busy')), say('a')]);
  await asked.poller.look();
  await asked.pass(8);
  assert.deepEqual(asked.world.asked, [0, 7000]);

  const final = watch([fail(new RangeError('unknown'))]);
  await final.poller.look();
  await final.pass(60);
  assert.deepEqual(final.world.asked, [0]);
});

test('nobody is asked while nobody looks, and at once when somebody does', async () => {
  const { world, poller, pass } = watch([say('a')]);
  await poller.look();
  poller.hide(true);
  await pass(600);
  assert.deepEqual(world.asked, [0]);

  poller.hide(false);
  assert.deepEqual(world.asked, [0, 600_000]);
});

test('after the machine slept the figures are said to be old until the next answer', async () => {
  const { world, poller, pass } = watch([say('a'), say('b')]);
  await poller.look();
  await pass(2400, { asleep: true });

  assert.deepEqual(world.states.slice(0, 3), ['live', 'asleep', 'live']);
});

test('who did something is answered at once, after the question that is under way', async () => {
  const { world, poller, pass } = watch([say('a')]);
  await poller.look();
  await pass(20);
  const before = world.asked.length;
  await Promise.all([poller.hurry(), poller.hurry()]);

  assert.equal(world.asked.length, before + 2);
  await pass(3);
  assert.equal(world.asked.length, before + 3);
});
