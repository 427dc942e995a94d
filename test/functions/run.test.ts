import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { runView } from '../../src/api/views.ts';
import { openApp, startLetters } from '../support/functions/app.ts';
import type { TestHost } from '../support/functions/host.ts';
import { logged } from '../support/functions/worker.ts';
import { slowClock } from '../support/slow-clock.ts';
import type { Workplace } from '../support/workplace.ts';
import { makeWorkplace } from '../support/workplace.ts';

let workplace: Workplace;
let app: TestHost;

beforeEach(async () => {
  workplace = await makeWorkplace();
  app = await openApp({ workplace });
});

afterEach(async () => {
  await app.close();
  await workplace.remove();
});

test('a run with three instances converts every document once and reports it', async () => {
  await workplace.addDocuments('letters', 1, 60, (id) => id % 10 === 3);

  const id = await startLetters(app, { instance_count: 3 });
  await app.drain();

  const run = runView.parse((await app.http('getRun', `runs/${id}`)).json());
  assert.equal(run.status, 'completed');
  assert.equal(run.percent, 100);
  assert.deepEqual(
    run.instances.map(({ partition, totals: { success, failed } }) => [partition, success, failed]),
    [
      ['app_id % 3 == 0', 18, 2],
      ['app_id % 3 == 1', 18, 2],
      ['app_id % 3 == 2', 18, 2],
    ],
  );
  assert.deepEqual(
    run.failures.map(({ reason, documents }) => [reason, documents]),
    [["validation: ['Invalid XML structure or format']", 6]],
  );
  assert.ok((await workplace.line('letters').store.verify()).every(({ passed }) => passed));
});

test('with fewer lanes than instances the next instance starts as one ends', async () => {
  await workplace.addDocuments('letters', 1, 60);

  const id = await startLetters(app, { instance_count: 8, parallelism: 2 });
  await app.drain();

  const run = runView.parse((await app.http('getRun', `runs/${id}`)).json());
  assert.deepEqual([run.status, run.totals.success], ['completed', 60]);
  const lanes = [...app.orchestrations.values()].filter(({ name }) => name === 'drainInstances');
  assert.equal(lanes.length, 2);
});

test('an instance of sixty slices starts its history anew every few of them and loses nothing', async (t) => {
  slowClock(t);
  await workplace.addDocuments('letters', 1, 60);

  const id = await startLetters(app, { instance_count: 1, batch_size: 1, slice_seconds: 1 });
  await app.drain();

  const run = runView.parse((await app.http('getRun', `runs/${id}`)).json());
  assert.deepEqual([run.status, run.totals.success, run.totals.batches], ['completed', 60, 60]);
  const slices = app.activities.filter(({ name }) => name === 'processSlice').length;
  assert.ok(slices >= 60, `there were ${slices} slices`);
  const lane = [...app.orchestrations.values()].find(({ name }) => name === 'drainInstances');
  assert.ok(lane !== undefined && lane.generations >= 8 && lane.history.length < 100);
});

test('what the task hub and the log keep are counts and ids: no document contents, and a small status', async () => {
  await workplace.addDocuments('letters', 1, 30);

  const id = await startLetters(app, { instance_count: 16 });
  await app.drain();

  const { phase, percent, totals, left } = Object(app.orchestrations.get(id)?.customStatus);
  assert.deepEqual([phase, percent, totals.success, left], ['completed', 100, 30, 0]);
  const kept = JSON.stringify([...app.orchestrations.values()]);
  assert.doesNotMatch(kept, /SECRET/);
  assert.ok([...app.orchestrations.values()].every(({ customStatus }) => JSON.stringify(customStatus).length < 8000));
  const slices = logged().filter(
    ({ functionName, message }) => functionName === 'processSlice' && message.includes(id),
  );
  assert.ok(slices.some(({ message }) => message.includes(`"run_id":"${id}","instance_id":15`)));
  assert.ok(logged().every(({ message }) => !message.includes('SECRET')));
});

test('a dry run maps and counts, and writes neither rows nor log', async () => {
  await workplace.addDocuments('letters', 1, 20, (id) => id === 7);

  const id = await startLetters(app, { dry_run: true });
  await app.drain();

  const run = runView.parse((await app.http('getRun', `runs/${id}`)).json());
  assert.deepEqual([run.status, run.totals.success, run.totals.failed], ['completed', 19, 1]);
  assert.equal(await workplace.line('letters').store.findLog('1'), null);
});

test('history that is kept longer than the retention time is purged, run rows stay', async (t) => {
  await workplace.addDocuments('letters', 1, 5);
  const id = await startLetters(app, {});
  await app.drain();

  await app.timer('purgeFinished');
  assert.ok(app.orchestrations.has(id));

  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 24 * 60 * 60 * 1000 });
  await app.timer('purgeFinished');

  assert.equal(app.orchestrations.size, 0);
  assert.equal((await app.http('getRun', `runs/${id}`)).status, 200);
});
