import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthView, runView } from '../../src/api/views.ts';
import { appForEach, startLetters } from '../support/functions/app.ts';
import { slowClock } from '../support/slow-clock.ts';

const world = appForEach(20);

/** A run in the middle of its work. */
async function begin(): Promise<string> {
  const id = await startLetters(world.app, { instance_count: 2, batch_size: 1, slice_seconds: 1 });
  await world.app.drain(() => world.app.times('processSlice') >= 4);
  return id;
}

async function start() {
  return world.app.http('startRun', 'runs', { method: 'POST', body: { product_line: 'letters' } });
}

async function show(id: string) {
  return runView.parse((await world.app.http('getRun', `runs/${id}`)).json());
}

async function assertFinished(id: string): Promise<void> {
  await world.app.drain();
  const run = await show(id);
  assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
}

const LOSSES = {
  'its storage was lost': () => world.app.orchestrations.clear(),
  'it was terminated with its lanes': () => {
    for (const orchestration of world.app.orchestrations.values()) orchestration.status = 'Terminated';
  },
  'the host failed it': () => {
    for (const orchestration of world.app.orchestrations.values()) orchestration.status = 'Failed';
  },
};

for (const [loss, lose] of Object.entries(LOSSES))
  test(`a run goes on although ${loss}, as soon as the watchdog has looked`, async (t) => {
    slowClock(t);
    const id = await begin();
    lose();

    await world.app.timer('watchLiveRuns');

    await assertFinished(id);
  });

test('a run that is started again does not meet the lanes of its terminated orchestration', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.orchestrations.get(id)!.status = 'Terminated';

  await world.app.timer('watchLiveRuns');

  await assertFinished(id);
});

test('lanes whose orchestration was terminated close the run when the last one ends', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.orchestrations.get(id)!.status = 'Terminated';

  await assertFinished(id);
});

test('a start that finds a run without an orchestration sets it to work again and says so', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.orchestrations.clear();

  const [first, second] = [await start(), await start()];

  assert.deepEqual(first.json(), {
    type: 'urn:xmlfan:problem:run-live',
    title: 'Another run is live',
    status: 409,
    detail: `Run ${id} works on the same documents. Nobody was at work on it any more: it has been started again.`,
    run_id: id,
    revived: true,
  });
  assert.deepEqual([second.status, second.json()['revived']], [409, false]);
  await assertFinished(id);
});

test('the scheduled start sets a run without an orchestration to work again', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.orchestrations.clear();

  await world.app.timer('startScheduledRuns');

  await assertFinished(id);
});

test('health sets a run without an orchestration to work again and tells of it', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.orchestrations.clear();

  const health = healthView.parse((await world.app.http('getHealth', 'health')).json());

  assert.equal(health.status, 'ok');
  const check = health.checks.find(({ faults }) => faults.length > 0);
  assert.equal(check?.check, 'Somebody is at work on the live runs of letters');
  assert.deepEqual(check?.faults, [
    {
      place: `run ${id}`,
      message: 'had no orchestration any more and was started again',
      advice: '',
      severity: 'warning',
    },
  ]);
  await assertFinished(id);
});

/** Halts an orchestration as Durable's own endpoint does, and lets the others go as far as they can. */
async function suspend(id: string): Promise<void> {
  world.app.orchestrations.get(id)!.status = 'Suspended';
  await world.app.drain();
  assert.equal(world.app.orchestrations.get(id)?.status, 'Suspended');
}

test('lanes whose orchestration was suspended close the run when the last one ends', async (t) => {
  slowClock(t);
  const id = await begin();
  await suspend(id);
  const run = await show(id);
  assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
});

test('health names a run with a suspended lane, and resume lets it go on', async (t) => {
  slowClock(t);
  const id = await begin();
  const lane = [...world.app.orchestrations.keys()].find((other) => other.startsWith(`${id}:`));
  assert.ok(lane !== undefined);
  await suspend(lane);
  assert.equal((await show(id)).status, 'running');
  const health = healthView.parse((await world.app.http('getHealth', 'health')).json());
  assert.equal(health.status, 'failing');
  assert.match(JSON.stringify(health.checks), /was suspended through the Durable extension/);
  const resumed = await world.app.http('resumeRun', `runs/${id}/resume`, { method: 'POST' });
  assert.equal(resumed.status, 202);
  await assertFinished(id);
});

test('health names a run that no host takes', async () => {
  const id = await startLetters(world.app, {});
  Object.assign(world.app.orchestrations.get(id)!, { created: new Date(Date.now() - 180_000) });

  const health = healthView.parse((await world.app.http('getHealth', 'health')).json());

  assert.equal(health.status, 'failing');
  assert.match(JSON.stringify(health.checks), /has waited for minutes, and no host has taken it/);
});

test('health names a run that was begun and that no host goes on with, and no other', async (t) => {
  slowClock(t);
  const id = await begin();
  const look = async () => healthView.parse((await world.app.http('getHealth', 'health')).json());
  const setBack = async (seconds: number, lease = 'NULL'): Promise<void> =>
    world.workplace.execute(
      `UPDATE "mail.xmlfan_instance" SET heartbeat = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-${seconds} seconds'), token = ${lease}, lease_until = '2999-01-01T00:00:00.000Z'`,
    );

  await setBack(170);
  assert.equal((await look()).status, 'ok');
  await setBack(190, `'held'`);
  assert.equal((await look()).status, 'ok');
  await setBack(190);
  const health = await look();

  assert.equal(health.status, 'failing');
  assert.match(JSON.stringify(health.checks), /has waited for minutes, and no host has taken it/);
  await world.app.http('pauseRun', `runs/${id}/pause`, { method: 'POST' });
  assert.equal((await look()).status, 'ok');
  await world.app.http('resumeRun', `runs/${id}/resume`, { method: 'POST' });
  await assertFinished(id);
});

test('a task hub whose storage is gone is named by health and to whoever asks for something', async (t) => {
  slowClock(t);
  const id = await begin();
  world.app.breakStart('away');

  const health = await world.app.http('getHealth', 'health');
  assert.equal(health.status, 503);
  assert.match(
    health.text,
    /"place":"task hub","message":"The task hub does not answer, or its tables or queues are gone/,
  );
  for (const verb of ['resume', 'cancel'] as const) {
    if (verb === 'resume') await world.app.http('pauseRun', `runs/${id}/pause`, { method: 'POST' });
    const answer = await world.app.http(`${verb}Run`, `runs/${id}/${verb}`, { method: 'POST' });
    assert.equal(answer.status, 503);
    assert.match(answer.text, /restart the app, which makes it anew/);
  }
  assert.equal((await start()).status, 503);
  await assert.rejects(async () => world.app.timer('watchLiveRuns'));
  assert.equal((await show(id)).status, 'cancelling');
});

test('the watchdog lets runs alone that are at work, paused, or none of this app', async (t) => {
  slowClock(t);
  const id = await begin();
  const before = world.app.orchestrations.get(id);
  await world.app.timer('watchLiveRuns');
  assert.equal(world.app.orchestrations.get(id), before);

  await world.workplace.execute(`UPDATE "mail.xmlfan_run" SET "trigger" = 'cli'`);
  world.app.orchestrations.clear();
  await world.app.timer('watchLiveRuns');
  await world.workplace.execute(`UPDATE "mail.xmlfan_run" SET "trigger" = 'http', contract_hash = 'of another app'`);
  await world.app.timer('watchLiveRuns');
  await world.app.http('pauseRun', `runs/${id}/pause`, { method: 'POST' });
  await world.app.timer('watchLiveRuns');

  assert.equal(world.app.orchestrations.size, 0);
});
