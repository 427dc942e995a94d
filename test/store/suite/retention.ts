import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_FORGOTTEN } from '../../../src/store/rules.ts';
import {
  EVERYTHING,
  LONG,
  logged,
  mapped,
  newRun,
  openWorld,
  rejected,
  rows,
  seed,
  start,
  TABLES,
  write,
} from './world.ts';
import type { Engine, World } from './world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION_DAYS = 30;

/** Sets back when a run began and ended, if it has, by days and some seconds. */
async function age(world: World, runId: string, days: number, seconds = 0): Promise<void> {
  const at = new Date(Date.now() - days * DAY_MS - seconds * 1000).toISOString();
  const ended = `CASE WHEN ended IS NULL THEN NULL ELSE '${at}' END`;
  await world.query(
    `UPDATE ${world.table('xmlfan_run')} SET started = '${at}', ended = ${ended} WHERE run_id = '${runId}'`,
  );
}

async function known({ store }: World): Promise<readonly string[]> {
  return (await store.listRuns({ limit: 1000, offset: 0 })).map(({ runId }) => runId).toSorted();
}

/** A run that converted document 1 and failed document 2, and has ended. */
async function convertTwo(world: World): Promise<void> {
  await seed(world, [1, 2]);
  const { claim } = await start(world);
  await write(world, claim, [mapped(1, { title: 'one' }), rejected(2)]);
  await world.store.endInstance('run-1', 0, { status: 'completed', claim });
  await world.store.finishRun('run-1');
}

export function retentionSuite(engine: Engine): void {
  test('a run is forgotten with its instances once it ended longer ago than it is kept, not before', async (t) => {
    const world = await openWorld(engine, t);
    const { store } = world;
    for (const runId of ['old', 'young']) {
      await start(world, { runId });
      await store.finishRun(runId, 'given up');
    }
    await age(world, 'old', RETENTION_DAYS, 60);
    await age(world, 'young', RETENTION_DAYS, -60);

    assert.equal(await store.forgetRuns(RETENTION_DAYS), 1);

    assert.deepEqual(await known(world), ['young']);
    assert.equal(await store.findRun('old'), null);
    assert.deepEqual([(await store.listInstances('old')).length, (await store.listInstances('young')).length], [0, 1]);
    assert.equal(await store.forgetRuns(RETENTION_DAYS), 0);
  });

  test('a live run is never forgotten, however old it is: running, paused, cancelling and dry', async (t) => {
    const world = await openWorld(engine, t);
    const { store } = world;
    const { claim } = await start(world, { runId: 'live' });
    await start(world, { runId: 'dry', dryRun: true });
    await age(world, 'dry', 1000);
    for (const status of ['running', 'paused', 'cancelling'] as const) {
      await store.requestStatus('live', status);
      await age(world, 'live', 1000);
      assert.equal(await store.forgetRuns(1), 0);
      assert.equal((await store.findRun('live'))?.status, status);
    }
    assert.equal((await write(world, claim, [mapped(1)])).status, 'cancelling');
  });

  test('skipped and dry runs are forgotten as others are', async (t) => {
    const world = await openWorld(engine, t);
    const { store } = world;
    await start(world, { runId: 'live' });
    await store.recordSkipped(newRun('skipped'), 'live');
    await start(world, { runId: 'dry', dryRun: true });
    await store.finishRun('dry', 'given up');
    for (const runId of ['skipped', 'dry']) await age(world, runId, 2);

    assert.equal(await store.forgetRuns(1), 2);

    assert.deepEqual(await known(world), ['live']);
  });

  test('of many runs those that ended first go, a bounded number at once', async (t) => {
    const world = await openWorld(engine, t);
    const { store } = world;
    const more = 5;
    await start(world, { runId: 'live' });
    for (let index = 0; index < MOST_FORGOTTEN + more; index += 1)
      await store.recordSkipped(newRun(`skipped-${String(index).padStart(3, '0')}`), 'live');
    await world.query(
      `UPDATE ${world.table('xmlfan_run')} SET ended = CASE WHEN run_id < 'skipped-00${more}' THEN '2024-01-02T00:00:00.000Z' ELSE '2024-01-01T00:00:00.000Z' END WHERE status = 'skipped'`,
    );

    assert.equal(await store.forgetRuns(1), MOST_FORGOTTEN);
    assert.deepEqual(await known(world), ['live', ...[0, 1, 2, 3, 4].map((index) => `skipped-00${index}`)]);
    assert.equal(await store.forgetRuns(1), more);
    assert.deepEqual(await known(world), ['live']);
  });

  test('runs of other work sets are theirs to forget', async (t) => {
    const world = await openWorld(engine, t);
    const { database, workSet, store } = world;
    const other = database.store({ ...workSet, logTable: 'other_log' });
    await other.init();
    await other.openRun(newRun('other'));
    await other.finishRun('other', 'given up');
    await age(world, 'other', 2);

    assert.equal(await store.forgetRuns(1), 0);
    assert.equal(await other.forgetRuns(1), 1);
  });

  test('documents of a forgotten run stay done and failed, and can be verified, redriven and redone', async (t) => {
    const world = await openWorld(engine, t);
    const { store } = world;
    await convertTwo(world);
    await age(world, 'run-1', 2);
    const all = { bounds: EVERYTHING, afterAppId: null, limit: 10 };
    const made = await store.listMade(all);
    assert.equal(await store.forgetRuns(1), 1);

    assert.deepEqual(await logged(world, [1, 2]), ['success', 'failed']);
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title']), [['1', 'one']]);
    assert.deepEqual(await store.listMade(all), made);
    assert.deepEqual(
      (await store.verify()).filter(({ passed }) => !passed),
      [],
    );
    assert.deepEqual(
      (await store.failureReasons()).map(({ documents }) => documents),
      [1],
    );
    assert.deepEqual(await store.failureReasons('run-1'), []);
    assert.equal((await store.survey({ by: 'modulo', instanceCount: 1, bounds: EVERYTHING, limit: null })).pending, 0);
    assert.equal(await store.redrive({}), 1);
    const redone = await store.redo(['1'], TABLES, { dryRun: false });
    assert.ok(redone !== 'referred_to');
    assert.deepEqual(await logged(world, [1, 2]), ['none', 'none']);
    assert.equal((await store.listHistory('1')).length, 1);

    const again = await start(world, { runId: 'run-2' });
    assert.equal((await write(world, again.claim, [mapped(1), mapped(2)])).totals.success, 2);
  });

  test('the key of a forgotten run may be used again', async (t) => {
    const world = await openWorld(engine, t, LONG);
    const { store } = world;
    await store.openRun(newRun('first', { idempotencyKey: 'key' }));
    await store.finishRun('first', 'given up');
    assert.equal((await store.openRun(newRun('second', { idempotencyKey: 'key' }))).result, 'repeated');
    await age(world, 'first', 2);
    await store.forgetRuns(1);
    assert.equal((await store.openRun(newRun('third', { idempotencyKey: 'key' }))).result, 'opened');
  });
}
