import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createApi } from '../../src/api/api.ts';
import { createBackend } from '../../src/api/backend.ts';
import { startRunOfEachLine, watchRuns } from '../../src/api/watchdog.ts';
import type { Run } from '../../src/store/port.ts';
import { contractList, controlledRun, healthView, runList, runView, startedRun } from '../../src/api/views.ts';
import { silentLog } from '../../src/log.ts';
import { startRun } from '../../src/run/control.ts';
import { openLines } from '../../src/run/line.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { apiForEach } from '../support/api.ts';
import { slowClock } from '../support/slow-clock.ts';
import { contractOf } from '../support/workplace.ts';

const world = apiForEach();

async function start(request: object = {}): Promise<string> {
  const { status, body } = await world.api.call('runs', { body: { product_line: 'letters', ...request } });
  assert.equal(status, 202, JSON.stringify(body));
  return startedRun.parse(body).run_id;
}

async function show(id: string) {
  return runView.parse((await world.api.call(`runs/${id}`)).body);
}

test('a run is started, carried out in this process and shown with its figures', async () => {
  const id = await start({ instance_count: 3 });
  await world.api.idle();

  const run = await show(id);
  assert.deepEqual([run.status, run.percent, run.totals.success, run.totals.failed], ['completed', 100, 27, 3]);
  const [failure] = run.failures;
  assert.deepEqual(failure, {
    reason: "validation: ['Invalid XML structure or format']",
    sentence: 'Invalid XML structure or format.',
    documents: 3,
    first_at: failure?.first_at,
  });
  assert.ok(String(failure.first_at) >= run.started);
  assert.equal(run.instances.length, 3);
  const { runs } = runList.parse((await world.api.call('runs?limit=5')).body);
  assert.deepEqual(
    runs.map(({ run_id, status, totals }) => ({ run_id, status, totals })),
    [{ run_id: id, status: 'completed', totals: run.totals }],
  );
});

test('runs are listed newest first, a page at a time', async () => {
  const ids: string[] = [];
  for (let run = 0; run < 3; run++) {
    ids.unshift(await start());
    await world.api.idle();
  }

  const first = runList.parse((await world.api.call('runs?limit=2')).body).runs;
  const second = runList.parse((await world.api.call('runs?limit=2&offset=2')).body).runs;

  assert.deepEqual(
    [...first, ...second].map((run) => run.run_id),
    ids,
  );
});

test('runs are listed by product line, status and what started them', async () => {
  const id = await start();
  await world.api.idle();

  const list = async (filter: string) =>
    runList.parse((await world.api.call(`runs?${filter}`)).body).runs.map((run) => run.run_id);

  assert.deepEqual(await list('product_line=letters&status=completed&trigger=http'), [id]);
  assert.deepEqual(await list('product_line=parcels'), []);
  assert.deepEqual(await list('status=failed'), []);
  assert.deepEqual(await list('trigger=timer'), []);
  assert.equal((await world.api.call('runs?status=done')).status, 400);
});

test('the slices of a run take as long as the setting says, unless the request says otherwise', async () => {
  await world.reopen({ env: { SLICE_SECONDS: '7' } });

  const asSet = await show(await start());
  await world.api.idle();
  const asAsked = await show(await start({ slice_seconds: 9 }));

  assert.deepEqual([asSet.request['slice_seconds'], asAsked.request['slice_seconds']], [7, 9]);
});

test('health is good when settings, contracts, database and tables are', async () => {
  const { status, body } = await world.api.call('health');

  assert.equal(status, 200);
  const health = healthView.parse(body);
  assert.deepEqual([health.status, health.database], ['ok', 'sqlite']);
  assert.match(health.version, /^\d+\.\d+\.\d+/);
  assert.equal(health.checks.length, 7);
  assert.deepEqual(health.notes, ['The store is SQLite, which serves one machine only: do not scale out.']);
});

test('health warns of a schedule that means something else than it looks like, and is good all the same', async () => {
  await world.reopen({ env: { RUN_SCHEDULE: '0 0 22-6 * * *' } });

  const { status, body } = await world.api.call('health');

  const [settings] = healthView.parse(body).checks;
  assert.deepEqual([status, settings?.passed], [200, true]);
  assert.deepEqual(
    settings?.faults.map(({ place, severity }) => [place, severity]),
    [['RUN_SCHEDULE', 'warning']],
  );
});

test('a product line without tables keeps no other from its runs, and is told of beside them', async () => {
  const id = await start();
  await world.api.idle();
  await world.workplace.writeContract('faxes', { ...contractOf('faxes'), target_schema: 'fax' });
  await world.reopen();

  const { status, body } = await world.api.call('runs');
  const list = runList.parse(body);
  const unknown = await world.api.call('runs/none');

  assert.equal(status, 200);
  assert.deepEqual(
    list.runs.map((run) => run.run_id),
    [id],
  );
  assert.deepEqual(
    list.not_ready.map((line) => line.product_line),
    ['faxes'],
  );
  assert.match(String(list.not_ready[0]?.detail), /xmlfan_run/);
  assert.equal((await show(id)).run_id, id);
  assert.equal((await start({ instance_count: 1 })).length, 36);
  // Without a table of runs that line has none.
  assert.equal(unknown.status, 404);
});

test('whatever is asked of a product line without tables is answered by what is missing, and how it is made', async () => {
  await world.workplace.writeContract('faxes', { ...contractOf('faxes'), target_schema: 'fax' });
  await world.reopen();
  const line = { product_line: 'faxes' };
  const calls: readonly (readonly [string, { body: object }?])[] = [
    ['runs', { body: line }],
    ['failures?product_line=faxes'],
    ['failures?product_line=faxes&format=csv'],
    ['pending?product_line=faxes'],
    ['documents/1?product_line=faxes'],
    ['failures/redrive', { body: line }],
    ['documents/redo', { body: { ...line, all: true } }],
  ];
  for (const [path, options] of calls) {
    const { status, body } = await world.api.call(path, options);
    assert.deepEqual([path, status, body['type']], [path, 503, 'urn:xmlfan:problem:not-prepared']);
    assert.match(String(body['detail']), /missing.*`xmlfan init/s, path);
  }
  const { contracts } = contractList.parse((await world.api.call('contracts')).body);
  const faxes = contracts.find(({ product_line }) => product_line === 'faxes');
  assert.match(String(faxes?.not_ready), /fax\.faxes_log: The table is missing/);
});

test('a run whose table of rows does not fit its contract is not begun', async () => {
  await world.workplace.execute('DROP TABLE "mail.letters_items"');
  const { status, body } = await world.api.call('runs', { body: { product_line: 'letters' } });
  assert.deepEqual([status, body['type']], [503, 'urn:xmlfan:problem:not-prepared']);
  assert.match(String(body['detail']), /letters_items: The table is missing/);
  assert.deepEqual(runList.parse((await world.api.call('runs')).body).runs, []);
});

test('a product line without tables is told of by schedule and watch, and keeps neither from the others', async () => {
  await world.workplace.writeContract('faxes', { ...contractOf('faxes'), target_schema: 'fax' });
  await world.reopen();
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const started: string[] = [];
  const runner = {
    start: async (run: Run) => void started.push(run.productLine),
    resume: async () => undefined,
    state: async () => 'going' as const,
  };
  const { store, contractsDir } = world.workplace;
  const backend = createBackend({ XMLFAN_STORE: store, CONTRACTS_DIR: contractsDir });
  const context = { backend, runner, log, nameKey: () => '' };
  await startRunOfEachLine(context);
  await watchRuns(context);
  await backend.close();
  assert.deepEqual(started.toSorted(), ['letters', 'parcels']);
  assert.equal(warnings.length, 2);
  for (const warning of warnings) assert.match(warning, /faxes: .*The table is missing.*`xmlfan init`/s);
});

test('health names the product line whose tables are missing', async () => {
  await world.workplace.execute('DROP TABLE "mail.letters_log"');

  const { status, body } = await world.api.call('health');

  const failing = healthView.parse(body).checks.filter(({ passed }) => !passed);
  assert.equal(status, 503);
  assert.deepEqual(
    failing.map(({ check }) => check),
    ['The tables of letters are there and fit'],
  );
  assert.match(JSON.stringify(failing[0]?.faults), /letters_log/);
});

test('health does not wait for a database that does not answer', async ({ mock }) => {
  const { promise: never } = Promise.withResolvers<never>();
  const backend = { ...createBackend({ CONTRACTS_DIR: world.workplace.contractsDir }), lines: async () => never };
  const runner = { start: async () => undefined, resume: async () => undefined, state: async () => 'going' as const };
  const handle = createApi({ backend, runner, log: silentLog, nameKey: () => '' });
  mock.timers.enable({ apis: ['setTimeout'] });

  const answer = handle(new Request('http://localhost/api/health'));
  await setImmediate();
  mock.timers.tick(10_000);

  const { checks } = healthView.parse(await (await answer).json());
  assert.deepEqual(checks.at(-1), {
    check: 'The database answers',
    passed: false,
    faults: [{ place: 'database', message: 'There is no answer after 10 seconds.', advice: '', severity: 'error' }],
  });
});

test('a contract that cannot be loaded fails its own runs with its faults, and no others', async () => {
  await world.workplace.writeContract('faxes', { product_line: 'faxes' });

  const refused = await world.api.call('runs', { body: { product_line: 'faxes' } });
  const accepted = await start();

  assert.equal(refused.status, 503);
  assert.match(JSON.stringify(refused.body['errors']), /faxes\.json: source_table/);
  assert.equal(typeof accepted, 'string');
  const health = await world.api.call('health');
  assert.equal(health.status, 503);
  assert.deepEqual(
    healthView.parse(health.body).checks.map(({ passed }) => passed),
    [true, false, true, true, true, true, true],
  );
});

test('a database that was away is found again without a restart', async () => {
  await world.reopen({ place: { store: `sqlite:${world.workplace.folder}/not-yet/test.db` } });
  assert.equal((await world.api.call('health')).status, 503);

  await world.workplace.makeFolder('not-yet');

  const { body } = await world.api.call('health');
  assert.ok(healthView.parse(body).checks.some(({ check, passed }) => check === 'The database answers' && passed));
});

test('a run that a killed process left is carried out by the process that is asked to start another', async () => {
  const contracts = ['letters'].map((name) => world.workplace.line(name).contract);
  const lines = openLines({ database: world.workplace.database, contracts });
  const { run } = await startRun(lines, parseRunRequest({ product_line: 'letters' }), {
    trigger: 'http',
    start: async () => undefined,
  });
  const { store } = lines.find('letters');
  const bounds = { start: null, end: null };
  const survey = await store.survey({ by: 'modulo', instanceCount: 4, bounds, limit: null });
  await store.savePlan(run.runId, survey.instances);

  const { status, body } = await world.api.call('runs', { body: { product_line: 'letters' } });
  await world.api.idle();

  assert.deepEqual([status, body['run_id'], body['revived']], [409, run.runId, true]);
  assert.deepEqual([(await show(run.runId)).status, (await show(run.runId)).totals.documents], ['completed', 30]);
});

test('stopping the process leaves a run paused, and another process goes on with it', async (t) => {
  slowClock(t);
  const id = await start({ instance_count: 1, batch_size: 1, slice_seconds: 1 });
  while ((await show(id)).totals.documents < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  world.api.abort();
  await world.api.idle();
  const halted = await show(id);
  assert.equal(halted.status, 'paused');

  await world.reopen();
  const resumed = await world.api.call(`runs/${id}/resume`, { method: 'POST' });
  await world.api.idle();

  assert.deepEqual(controlledRun.parse(resumed.body), { run_id: id, status: 'running' });
  assert.deepEqual([(await show(id)).status, (await show(id)).totals.documents], ['completed', 30]);
});
