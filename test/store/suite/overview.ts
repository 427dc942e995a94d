import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapped, openWorld, rejected, seed, start, write } from './world.ts';
import type { Engine } from './world.ts';

export function overviewSuite(engine: Engine): void {
  test('pending documents are listed by id, a page at a time, and counted beside the failed ones', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await world.store.countDocuments(), { pending: 6, firstPending: '1', failed: 0 });
    const { claim } = await start(world);
    await write(world, claim, [mapped('1'), rejected('2', 'validation: no'), mapped('4')]);

    const counts = await world.store.countDocuments();
    const first = await world.store.listPending({ limit: 2 });
    const rest = await world.store.listPending({ limit: 2, afterAppId: '5' });

    assert.deepEqual(counts, { pending: 3, firstPending: '3', failed: 1 });
    assert.deepEqual([first, rest], [['3', '5'], ['6']]);
  });

  test('what a document was before is kept, the newest first', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1]);
    for (const [run, reason] of [
      ['run-1', 'validation: once'],
      ['run-2', 'validation: twice'],
    ] as const) {
      const { claim } = await start(world, { runId: run });
      await write(world, claim, [rejected('1', reason)]);
      await world.store.endInstance(run, 0, { status: 'completed', claim });
      await world.store.finishRun(run);
      assert.equal(await world.store.redrive({}), 1);
    }

    const history = await world.store.listHistory('1');

    assert.deepEqual(
      history.map(({ status, failureReason, movedBy }) => [status, failureReason, movedBy]),
      [
        ['failed', 'validation: twice', 'redrive'],
        ['failed', 'validation: once', 'redrive'],
      ],
    );
    assert.ok(
      history.every(
        ({ movedAt, processingTime }) => /^\d{4}-\d\d-\d\dT.*Z$/.test(movedAt) && processingTime <= movedAt,
      ),
    );
    assert.deepEqual(await world.store.listHistory('2'), []);
  });

  test('runs are listed by line, status and trigger', async (t) => {
    const world = await openWorld(engine, t);
    await start(world, { runId: 'run-1' });
    await world.store.finishRun('run-1', 'given up');
    await start(world, { runId: 'run-2' });
    const page = { limit: 10, offset: 0 };
    const [run] = await world.store.listRuns(page);
    const list = async (filter: object) =>
      (await world.store.listRuns({ ...page, ...filter })).map(({ runId }) => runId);

    assert.deepEqual(await list({ status: 'failed' }), ['run-1']);
    assert.deepEqual(await list({ trigger: run?.trigger, productLine: run?.productLine }), ['run-2', 'run-1']);
    assert.deepEqual(await list({ productLine: 'another' }), []);
    assert.deepEqual(await list({ trigger: run?.trigger === 'timer' ? 'http' : 'timer' }), []);
  });
}
