import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROUTE_NAMES } from '../../src/api/routes.ts';
import { runList } from '../../src/api/views.ts';
import { appForEach, startLetters } from '../support/functions/app.ts';
import type { HttpAnswer } from '../support/functions/host.ts';
import { registered } from '../support/functions/worker.ts';

const world = appForEach(10);

async function start(body: object, headers: Record<string, string> = {}): Promise<HttpAnswer> {
  return world.app.http('startRun', 'runs', { method: 'POST', body: { product_line: 'letters', ...body }, headers });
}

async function listRuns() {
  return runList.parse((await world.app.http('listRuns', 'runs')).json()).runs;
}

test('every HTTP function needs a function key, but those that tell nothing', () => {
  const levels = [...registered()].flatMap(([name, { bindings }]) =>
    Object.values(bindings).flatMap(({ type, authLevel }) => (type === 'httpTrigger' ? [{ name, authLevel }] : [])),
  );

  const open = levels.filter(({ authLevel }) => authLevel !== 'function');
  assert.deepEqual(
    open.map(({ name, authLevel }) => [name, authLevel]),
    ['getLiveness', 'getDashboard', 'getDashboardFile'].map((name) => [name, 'anonymous']),
  );
  assert.equal(levels.length, ROUTE_NAMES.length + 1);
});

test('liveness asks nothing of settings, contracts and database', async () => {
  await world.reopen({ LEASE_SECONDS: 'soon', XMLFAN_STORE: 'nonsense' });

  const { status, text } = await world.app.http('getLiveness', 'health/live');

  assert.deepEqual([status, text], [200, '{"status":"ok"}']);
});

test('a start says where the run is found, and never gives a management URL away', async () => {
  const started = await start({});

  const id = String(started.json()['run_id']);
  assert.equal(started.headers['location'], `/api/runs/${id}`);
  assert.deepEqual([...world.app.orchestrations.keys()], [id]);
  assert.doesNotMatch(JSON.stringify([started.text, started.headers]), /SYSTEM-KEY|durabletask/);
});

test('what no route matches is a problem too, and says which methods a path has', async () => {
  const nothing = await world.app.http('unknownRoute', 'nothing');
  const method = await world.app.http('unknownRoute', 'runs', { method: 'DELETE' });

  assert.deepEqual(nothing.json(), {
    type: 'urn:xmlfan:problem:not-found',
    title: 'Not found',
    status: 404,
    detail: 'There is nothing at /api/nothing.',
  });
  assert.equal(method.status, 405);
  assert.equal(method.headers['allow'], 'POST, GET');
  assert.equal(method.headers['content-type'], 'application/problem+json');
  // The host lets the first function by name answer whose route matches.
  const ofHttp = [...registered()].filter(([, { bindings }]) =>
    Object.values(bindings).some(({ type }) => type === 'httpTrigger'),
  );
  assert.equal(
    ofHttp
      .map(([name]) => name)
      .toSorted()
      .at(-1),
    'unknownRoute',
  );
});

test('of two starts at once one opens the run, the other is told its id', async () => {
  const answers = await Promise.all([start({}), start({ instance_count: 2 })]);

  const [opened, refused] = answers.toSorted((a, b) => a.status - b.status);
  assert.deepEqual([opened?.status, refused?.status], [202, 409]);
  const id = opened?.json()['run_id'];
  assert.deepEqual(refused?.json(), {
    type: 'urn:xmlfan:problem:run-live',
    title: 'Another run is live',
    status: 409,
    detail: `Run ${String(id)} works on the same documents. Wait for its end, or cancel it.`,
    run_id: id,
    revived: false,
  });
  assert.equal(world.app.orchestrations.size, 1);
});

test('the same Idempotency-Key gives the same run, also after its end, and starts no second orchestration', async () => {
  const key = { 'idempotency-key': 'a-key' };
  const first = await start({}, key);
  const again = await start({ instance_count: 4 }, key);
  await world.app.drain();
  const after = await start({}, key);

  assert.deepEqual([first.status, again.status, after.status], [202, 202, 202]);
  assert.equal(new Set([first, again, after].map((answer) => answer.json()['run_id'])).size, 1);
  assert.equal((await listRuns()).length, 1);
});

test('an Idempotency-Key that was used for another request is refused', async () => {
  const key = { 'idempotency-key': 'a-key' };
  const first = await start({}, key);
  const other = await start({ instance_count: 2 }, key);

  const id = first.json()['run_id'];
  assert.deepEqual(other.json(), {
    type: 'urn:xmlfan:problem:idempotency-key-reused',
    title: 'Idempotency-Key used for another request',
    status: 422,
    detail: `The key belongs to run ${String(id)}, which was asked for differently. Take a new key.`,
    run_id: id,
  });
});

test('the timer starts a run of each product line; one that is live is recorded as skipped', async () => {
  const live = await startLetters(world.app, {});

  await world.app.timer('startScheduledRuns');
  await world.app.drain();

  const runs = (await listRuns()).map(({ product_line: line, trigger, status }) => `${line} ${trigger} ${status}`);
  assert.deepEqual(runs.toSorted(), ['letters http completed', 'letters timer skipped', 'parcels timer completed']);
  const skipped = (await listRuns()).find(({ status }) => status === 'skipped');
  assert.match(String(skipped?.error), new RegExp(live));
});

test('a start over HTTP and one by the timer in the same moment are one run', async () => {
  const starting = start({});
  await Promise.all([starting, world.app.timer('startScheduledRuns')]);
  await world.app.drain();

  const letters = (await listRuns()).filter(({ product_line: line }) => line === 'letters');
  const ends = letters.map(({ status }) => status).toSorted();
  const { status } = await starting;
  // Whichever was first: the other is refused, or recorded as skipped.
  assert.deepEqual(status === 202 ? ends : [...ends, 'skipped'], ['completed', 'skipped']);
  assert.ok(status === 202 || status === 409);
});

test('the schedule is a setting, and no timer runs on start-up', () => {
  const triggers = [...registered().values()].flatMap(({ bindings }) => Object.values(bindings));
  const timers = triggers.filter(({ type }) => type === 'timerTrigger');

  assert.deepEqual(
    timers.map(({ schedule, runOnStartup }) => [schedule, runOnStartup]),
    [
      ['%RUN_SCHEDULE%', false],
      ['30 * * * * *', false],
      ['0 30 3 * * *', false],
    ],
  );
});

test('a run whose orchestration cannot be started is closed as failed', async () => {
  world.app.breakStart();

  const answer = await start({});

  assert.equal(answer.status, 500);
  const [run] = await listRuns();
  assert.deepEqual([run?.status, run?.error], ['failed', 'the orchestration could not be started']);
});

test('a start whose answer is lost on the way is no failure: the run goes on', async () => {
  world.app.breakStart('lost');

  const started = await start({});
  await world.app.drain();

  assert.equal(started.status, 202);
  assert.equal((await listRuns())[0]?.status, 'completed');
});

test('a wrong setting fails the start of a run and the health check with its message, and nothing else', async () => {
  await world.reopen({ LEASE_SECONDS: 'soon', RETENTION_DAYS: '0' });

  const answer = await start({});
  const health = await world.app.http('getHealth', 'health');
  const openApi = await world.app.http('getOpenApi', 'openapi.json');

  const errors = [
    { place: 'LEASE_SECONDS', message: 'expected a whole number from 1 to 3600, found "soon"', advice: '' },
    { place: 'RETENTION_DAYS', message: 'expected a whole number from 1 to 3650, found "0"', advice: '' },
  ];
  assert.deepEqual(answer.json(), {
    type: 'urn:xmlfan:problem:not-ready',
    title: 'Not ready',
    status: 503,
    detail: 'The settings or contracts of this deployment are wrong. Mend them and try again.',
    errors,
  });
  assert.equal(health.status, 503);
  assert.deepEqual(health.json()['checks'], [
    {
      check: 'The settings are valid',
      passed: false,
      faults: errors.map((error) => ({ ...error, severity: 'error' })),
    },
    {
      check: 'The contracts are valid',
      passed: false,
      faults: errors.map((error) => ({ ...error, severity: 'error' })),
    },
  ]);
  assert.equal(openApi.status, 200);
});

test('what a start over HTTP has checked, its plan does not check again; a scheduled run is checked as it is planned', async () => {
  const { workplace, app } = world;
  const remove = async (): Promise<void> => workplace.execute('DROP TABLE IF EXISTS "mail.letters_items"');
  const ended = async () => {
    await app.drain();
    const run = (await listRuns()).find(({ product_line: line }) => line === 'letters');
    return [run?.status, run?.planned, run?.error];
  };

  await startLetters(app, {});
  await remove();
  const [status, planned, error] = await ended();
  assert.deepEqual([status, planned], ['failed', 10]);
  assert.match(String(error), /no such table: mail\.letters_items/);

  await app.timer('startScheduledRuns');
  const scheduled = await ended();
  assert.deepEqual(scheduled.slice(0, 2), ['failed', null]);
  assert.match(
    String(scheduled[2]),
    /the database does not fit the contract: mail\.letters_items: The table is missing/,
  );
  assert.equal((await start({})).status, 503);
});
