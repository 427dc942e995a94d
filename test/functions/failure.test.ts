import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runView } from '../../src/api/views.ts';
import { closeWorker } from '../../src/functions/worker.ts';
import { openApp, startLetters } from '../support/functions/app.ts';
import type { TestHost } from '../support/functions/host.ts';
import { logged, terminate } from '../support/functions/worker.ts';
import type { Workplace } from '../support/workplace.ts';
import { makeWorkplace } from '../support/workplace.ts';

/** Decides whether a call of an activity fails; the last call of each is undisturbed unless a test says otherwise. */
let isDown: (name: string, instanceId: number) => boolean | Promise<boolean> = () => false;
let workplace: Workplace;
let app: TestHost;

beforeEach(async () => {
  workplace = await makeWorkplace();
  app = await openApp({
    workplace,
    beforeActivity: async (name, input) => {
      const instanceId =
        typeof input === 'object' && input !== null && 'instanceId' in input ? Number(input.instanceId) : -1;
      if (await isDown(name, instanceId)) throw new Error('the worker is gone');
    },
  });
});

afterEach(async () => {
  isDown = () => false;
  await app.close();
  await workplace.remove();
});

async function finish(id: string) {
  await app.drain();
  return runView.parse((await app.http('getRun', `runs/${id}`)).json());
}

test('activities that fail now and then are tried again, and nothing is done twice', async () => {
  await workplace.addDocuments('letters', 1, 40);
  const failed = new Set<string>();
  isDown = (name, instanceId) => failed.size < failed.add(`${name} ${instanceId}`).size;

  const run = await finish(await startLetters(app, { instance_count: 4 }));

  assert.deepEqual([run.status, run.totals.success], ['completed', 40]);
  assert.ok(app.times('processSlice') >= 8);
  assert.equal(app.times('planRun'), 2);
});

test('an instance that fails for good ends the run failed, and the others keep what they did', async () => {
  await workplace.addDocuments('letters', 1, 40);
  isDown = (name, instanceId) => name === 'processSlice' && instanceId === 1;

  const run = await finish(await startLetters(app, { instance_count: 4 }));

  assert.deepEqual([run.status, run.totals.success], ['failed', 30]);
  assert.deepEqual(
    run.instances.map(({ status, totals }) => [status, totals.success]),
    [
      ['completed', 10],
      ['failed', 0],
      ['completed', 10],
      ['completed', 10],
    ],
  );
  assert.match(String(run.instances[1]?.error), /the worker is gone/);
});

test('a lane whose orchestration dies leaves its instances to the next round', async () => {
  await workplace.addDocuments('letters', 1, 40);
  let gone = 0;
  isDown = (name, instanceId) =>
    instanceId === 2 && (name === 'processSlice' || name === 'failInstance') && gone++ < 12;

  const run = await finish(await startLetters(app, { instance_count: 4 }));

  assert.deepEqual([run.status, run.totals.success], ['completed', 40]);
});

test('what a dead run left behind is taken up by the next one, which says whose place it took', async () => {
  await workplace.addDocuments('letters', 1, 40);
  await app.close();
  app = await openApp({ workplace, settings: { ALIVE_SECONDS: '1', LEASE_SECONDS: '1' } });
  const dead = await startLetters(app, { instance_count: 2 });
  app.orchestrations.clear();
  await new Promise((resolve) => setTimeout(resolve, 1100));

  const next = await app.http('startRun', 'runs', { method: 'POST', body: { product_line: 'letters' } });

  assert.deepEqual([next.status, next.json()['took_over']], [202, dead]);
  const run = await finish(String(next.json()['run_id']));
  assert.deepEqual([run.status, run.totals.success], ['completed', 40]);
  const old = (await app.http('getRun', `runs/${dead}`)).json();
  assert.equal(old['status'], 'failed');
  assert.equal(old['error'], `abandoned, taken over by ${run.run_id}`);
});

test('a run that never came up is started by whoever sends its Idempotency-Key again after it counts as dead', async () => {
  await workplace.addDocuments('letters', 1, 10);
  await app.close();
  app = await openApp({ workplace, settings: { ALIVE_SECONDS: '1', LEASE_SECONDS: '1' } });
  const call = {
    method: 'POST',
    body: { product_line: 'letters' },
    headers: { 'idempotency-key': 'a-key' },
  };
  const first = await app.http('startRun', 'runs', call);
  app.orchestrations.clear();
  await new Promise((resolve) => setTimeout(resolve, 1100));

  const again = await app.http('startRun', 'runs', call);

  assert.equal(again.json()['run_id'], first.json()['run_id']);
  const run = await finish(String(first.json()['run_id']));
  assert.deepEqual([run.status, run.totals.success], ['completed', 10]);
});

test('a host that stops lets slices end after the group in flight and gives their leases back', async () => {
  await workplace.addDocuments('letters', 1, 400);
  const id = await startLetters(app, { instance_count: 2, batch_size: 1 });
  const { store } = workplace.line('letters');
  const isHalfDone = async () => (await store.listInstances(id)).some(({ totals }) => totals.documents > 10);
  await app.drain(() => app.times('planRun') > 0);
  const drained = app.drain(() => app.times('processSlice') > 2);
  while (!(await isHalfDone())) await nextTurn();

  await terminate();

  const stopped = await store.listInstances(id);
  assert.ok(stopped.every(({ leased, status, totals }) => !leased && status === 'running' && totals.documents < 200));
  await drained;
  const run = await finish(id);
  assert.deepEqual([run.status, run.totals.success], ['completed', 400]);
});

test('an app that does not know a run on its task hub lets it alone, and the app that does carries it out', async (t) => {
  const other = await makeWorkplace();
  t.after(async () => other.remove());
  await workplace.addDocuments('letters', 1, 10);
  const id = await startLetters(app, {});
  const strange = new Set<string>();
  isDown = async (name) => {
    const first = strange.size < strange.add(name).size;
    await moveTo(first ? other : workplace);
    return false;
  };

  const run = await finish(id);

  assert.deepEqual([run.status, run.totals.success], ['completed', 10]);
  assert.ok(logged().some(({ message }) => message.includes(`run ${id} is unknown in this database`)));
});

test('a run that no app on the task hub knows is given up, and nothing else is touched', async () => {
  const input = { runId: 'of-another-app', productLine: 'telegrams' };
  app.start('runOrchestrator', input, input.runId);
  const run = await finish(await startLetters(app, {}));

  const { status, output } = app.orchestrations.get(input.runId)!;
  assert.equal(status, 'Failed');
  assert.match(String(output), /the product line telegrams is unknown to this app; it is let alone/);
  assert.equal(run.status, 'completed');
});

/** As if another app took the next activity from the task hub. */
async function moveTo({ store }: Workplace): Promise<void> {
  await closeWorker();
  process.env['XMLFAN_STORE'] = store;
}
