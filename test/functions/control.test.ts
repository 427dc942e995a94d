import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runView } from '../../src/api/views.ts';
import { appForEach, startLetters } from '../support/functions/app.ts';
import type { HttpAnswer } from '../support/functions/host.ts';
import { slowClock } from '../support/slow-clock.ts';

const SMALL_SLICES = { instance_count: 2, batch_size: 1, slice_seconds: 1 };
const world = appForEach(20);

async function ask(verb: 'pause' | 'resume' | 'cancel', id: string): Promise<HttpAnswer> {
  return world.app.http(`${verb}Run`, `runs/${id}/${verb}`, { method: 'POST' });
}

async function show(id: string) {
  return runView.parse((await world.app.http('getRun', `runs/${id}`)).json());
}

test('a paused run stops between groups, keeps its place and goes on when resumed', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);

  const paused = await ask('pause', id);
  await world.app.drain(() => world.app.times('pollRun') >= 10);

  assert.deepEqual([paused.status, paused.json()], [202, { run_id: id, status: 'paused' }]);
  const halted = await show(id);
  assert.equal(halted.status, 'paused');
  assert.ok(halted.totals.success >= 4 && halted.totals.success < 20);
  const second = await world.app.http('startRun', 'runs', { method: 'POST', body: { product_line: 'letters' } });
  assert.equal(second.status, 409);

  const resumed = await ask('resume', id);
  await world.app.drain();

  assert.equal(resumed.json()['status'], 'running');
  const run = await show(id);
  assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
});

test('a run that is resumed after a long pause goes on at once', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  await ask('pause', id);
  const isWaiting = () => [...world.app.orchestrations.values()].every(({ inbox }) => inbox.length === 0);
  // An event that comes while a history begins anew is lost.
  await world.app.drain(() => world.app.times('pollRun') >= 8 && isWaiting());
  const [polled, fired] = [world.app.times('pollRun'), world.app.timersFired()];

  await ask('resume', id);
  await world.app.drain(() => world.app.times('pollRun') >= polled + 2);

  // Both lanes look again for the event, and not for their timers.
  assert.equal(world.app.timersFired(), fired);
  await world.app.drain();
  assert.equal((await show(id)).status, 'completed');
});

test('a run that is resumed after its orchestration was lost is carried out by a new one', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  await ask('pause', id);
  world.app.orchestrations.clear();

  await ask('resume', id);
  await world.app.drain();

  const run = await show(id);
  assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
});

test('a run is resumed once, however many ask at the same time', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  await ask('pause', id);
  world.app.orchestrations.clear();

  const answers = await Promise.all([ask('resume', id), ask('resume', id), ask('resume', id)]);
  await world.app.drain();

  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202],
  );
  assert.equal((await show(id)).totals.success, 20);
});

test('a run whose orchestration was lost is cancelled all the same, without waiting until it counts as dead', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  await ask('pause', id);
  world.app.orchestrations.clear();

  await ask('cancel', id);
  await world.app.drain();

  assert.equal((await show(id)).status, 'cancelled');
});

test('a cancelled run ends with what it has committed, and the next run does the rest', async (t) => {
  slowClock(t);
  const id = await startLetters(world.app, SMALL_SLICES);
  await world.app.drain(() => world.app.times('processSlice') >= 4);

  const cancelled = await ask('cancel', id);
  await world.app.drain();

  assert.deepEqual([cancelled.status, cancelled.json()['status']], [202, 'cancelling']);
  const run = await show(id);
  assert.equal(run.status, 'cancelled');
  const next = await startLetters(world.app, {});
  await world.app.drain();
  assert.equal(run.totals.success + (await show(next)).totals.success, 20);
});

test('a run that has ended cannot be paused, resumed or cancelled', async () => {
  const id = await startLetters(world.app, {});
  await world.app.drain();

  for (const verb of ['pause', 'resume', 'cancel'] as const) {
    const answer = await ask(verb, id);
    assert.deepEqual(answer.json(), {
      type: 'urn:xmlfan:problem:run-state',
      title: `The run cannot be asked to ${verb}`,
      status: 409,
      detail: `Run ${id} is completed.`,
      run_id: id,
      run_status: 'completed',
    });
  }
});

test('too many failures cancel a run, which ends failed and says why', async () => {
  await world.workplace.addDocuments('letters', 100, 400, (id) => id % 2 === 0);

  const id = await startLetters(world.app, { max_failure_rate: 0.1, batch_size: 50 });
  await world.app.drain();

  const run = await show(id);
  assert.equal(run.status, 'failed');
  assert.ok(run.error !== null && run.totals.documents < 420);
});
