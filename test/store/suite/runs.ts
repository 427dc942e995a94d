import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../../src/store/port.ts';
import { claimed, EVERYTHING, LONG, mapped, newRun, openWorld, rejected, seed, start, TABLES, write } from './world.ts';
import type { RunStatus } from '../../../src/store/port.ts';
import type { Engine } from './world.ts';

const FORGETFUL = { leaseSeconds: 60, aliveSeconds: 1 };
const range = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** SQL of the time so many minutes ago. */
const ago = (minutes: number): string => `'${new Date(Date.now() - minutes * 60_000).toISOString()}'`;

export function runSuite(engine: Engine): void {
  test('a run is opened with what it was given', async (t) => {
    const { store } = await openWorld(engine, t);
    const opened = await store.openRun(newRun('run-1', { request: '{"a":1}', trigger: 'timer', contractHash: 'h1' }));
    assert.equal(opened.result, 'opened');
    assert.equal(opened.tookOver, null);
    const { started, aliveUntil, ...run } = opened.run;
    const expected = {
      runId: 'run-1',
      productLine: 'CC',
      contractHash: 'h1',
      request: '{"a":1}',
      trigger: 'timer',
      status: 'running',
      dryRun: false,
    };
    assert.deepEqual(run, {
      ...expected,
      ended: null,
      silent: false,
      stale: false,
      stillSeconds: 0,
      pauses: [],
      planned: null,
      error: null,
    });
    assert.match(started, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/u);
    assert.equal(Math.round((Date.parse(aliveUntil) - Date.parse(started)) / 1000), LONG.aliveSeconds);
    assert.deepEqual(await store.findRun('run-1'), opened.run);
    assert.deepEqual(await store.liveRun(), opened.run);
  });

  test('a second run of a work set is refused while one is live, and told which', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    const second = await store.openRun(newRun('run-2'));
    assert.deepEqual([second.result, second.run.runId], ['live', 'run-1']);
    assert.equal(await store.findRun('run-2'), null);
  });

  test('of runs opened at the same moment one wins', async (t) => {
    const { store } = await openWorld(engine, t);
    const results = await Promise.all(range(5).map((number) => store.openRun(newRun(`run-${number}`))));
    assert.deepEqual(results.map(({ result }) => result).toSorted(), ['live', 'live', 'live', 'live', 'opened']);
  });

  test('two work sets may have a live run each', async (t) => {
    const { store, database, workSet } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    const other = database.store({ ...workSet, sourceTable: 'other_xml' });
    assert.equal((await other.openRun(newRun('run-2'))).result, 'opened');
    assert.equal((await other.liveRun())?.runId, 'run-2');
  });

  test('a dry run neither takes the place of a live run nor waits for it', async (t) => {
    const { store } = await openWorld(engine, t);
    assert.equal((await store.openRun(newRun('dry-1', { dryRun: true }))).result, 'opened');
    assert.equal(await store.liveRun(), null);
    assert.equal((await store.openRun(newRun('run-1'))).result, 'opened');
    assert.equal((await store.openRun(newRun('dry-2', { dryRun: true }))).result, 'opened');
  });

  test('a stale run is taken over: it ends failed, and its writers have lost their lease', async (t) => {
    const world = await openWorld(engine, t, FORGETFUL);
    await seed(world, [1]);
    const { claim } = await start(world);
    await sleep(1300);
    assert.equal((await world.store.findRun('run-1'))?.stale, true);
    const opened = await world.store.openRun(newRun('run-2'));
    assert.deepEqual([opened.result, opened.run.runId], ['opened', 'run-2']);
    assert.equal(opened.result === 'opened' && opened.tookOver, 'run-1');
    const old = await world.store.findRun('run-1');
    assert.deepEqual([old?.status, old?.error, old?.stale], ['failed', 'abandoned, taken over by run-2', false]);
    const group = { documents: [mapped(1)], cursor: '1', range: EVERYTHING, tables: TABLES, dryRun: false };
    assert.deepEqual(await world.store.writeGroup(claim, group), { result: 'lost' });
    assert.equal(await world.store.findLog('1'), null);
  });

  test('a paused run is never stale', async (t) => {
    const { store } = await openWorld(engine, t, FORGETFUL);
    await store.openRun(newRun('run-1'));
    await store.requestStatus('run-1', 'paused');
    await sleep(1300);
    assert.equal((await store.liveRun())?.stale, false);
    assert.equal((await store.openRun(newRun('run-2'))).result, 'live');
    assert.equal((await store.requestStatus('run-1', 'running'))?.stale, false);
  });

  test('paused time is counted to whatever ends the pause', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    await store.requestStatus('run-1', 'paused');
    await sleep(60);
    const first = await store.requestStatus('run-1', 'running');
    const [pause] = first?.pauses ?? [];
    const paused = first?.stillSeconds ?? 0;
    assert.ok(paused >= 0.05 && paused < 30, `${paused}`);
    assert.ok(pause && Math.abs((pause[1] ?? 0) - pause[0] - paused) < 0.003, String(pause));
    await store.requestStatus('run-1', 'paused');
    await sleep(60);
    const again = await store.findRun('run-1');
    assert.equal(again?.stillSeconds, paused);
    assert.deepEqual(
      again.pauses.map(([, end, why]) => [end === null, why]),
      [
        [false, 'paused'],
        [true, 'paused'],
      ],
    );
    const { stillSeconds, pauses } = await store.finishRun('run-1', 'over');
    assert.ok(pauses.length === 2 && (pauses[1]?.[1] ?? 0) > (pauses[1]?.[0] ?? 0));
    assert.ok(stillSeconds >= paused + 0.05);
    await sleep(60);
    assert.equal((await store.findRun('run-1'))?.stillSeconds, stillSeconds);
  });

  /** A run with two instances that began an hour ago and was last heard of two minutes later. */
  async function leftAlone(t: TestContext) {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { instanceCount: 2 });
    await world.query(`UPDATE ${world.table('xmlfan_run')} SET started = ${ago(60)}`);
    await world.query(
      `UPDATE ${world.table('xmlfan_instance')} SET heartbeat = ${ago(58)}, lease_until = ${ago(56)} WHERE instance_id = 0`,
    );
    return { ...world, claim };
  }

  test('time in which nobody held a run is noted by whoever takes it up, or ends it', async (t) => {
    const { store } = await leftAlone(t);
    await store.claimInstance('run-1', 0, 'next');
    await store.claimInstance('run-1', 1, 'next');
    const run = await store.findRun('run-1');
    const [pause, ...others] = run?.pauses ?? [];
    assert.ok(pause !== undefined && pause[1] !== null);
    const [from, to, why] = pause;
    assert.deepEqual([Math.round(from), why, others], [120, 'silent', []]);
    assert.ok(Math.abs(to - 3600) < 30 && Math.abs(to - from - (run?.stillSeconds ?? 0)) < 0.01);

    const { store: ended } = await leftAlone(t);
    await ended.finishRun('run-1', 'given up');
    assert.equal(Math.round(((await ended.findRun('run-1'))?.stillSeconds ?? 0) / 60), 58);
  });

  test('a pause begins when the groups in flight have ended', async (t) => {
    const world = await leftAlone(t);
    const { store } = world;
    await store.requestStatus('run-1', 'paused');
    const many = '[1000,2000],'.repeat(400);
    await world.query(
      `UPDATE ${world.table('xmlfan_run')} SET paused_at = ${ago(59)}, pauses = '${many}', paused_ms = 0`,
    );
    const { pauses = [] } = (await store.requestStatus('run-1', 'running')) ?? {};
    const [from = 0, , why] = pauses.at(-1) ?? [];
    // A long list keeps the last ones.
    assert.deepEqual([Math.round(from), why, pauses.length], [120, 'paused', 400]);
  });

  test('signs of life keep a run from becoming stale', async (t) => {
    const { store } = await openWorld(engine, t, FORGETFUL);
    await store.openRun(newRun('run-1'));
    for (let i = 0; i < 3; i += 1) {
      await sleep(500);
      assert.equal(await store.keepAlive('run-1'), 'running');
    }
    assert.equal((await store.liveRun())?.stale, false);
  });

  test('a stale run is cancelled at once', async (t) => {
    const { store } = await openWorld(engine, t, FORGETFUL);
    await store.openRun(newRun('run-1'));
    await sleep(1300);
    const run = await store.requestStatus('run-1', 'cancelling');
    assert.equal(run?.status, 'cancelled');
    assert.notEqual(run?.ended, null);
  });

  test('an idempotency key gives the run it was first used for, or says that the request differs', async (t) => {
    const { store } = await openWorld(engine, t);
    const request = newRun('run-1', { idempotencyKey: 'key' });
    await store.openRun(request);
    const repeated = await store.openRun({ ...request, runId: 'run-2' });
    assert.deepEqual([repeated.result, repeated.run.runId], ['repeated', 'run-1']);
    const reused = await store.openRun({ ...request, runId: 'run-2', request: '{"limit":1}' });
    assert.deepEqual([reused.result, reused.run.runId], ['key_reused', 'run-1']);
    await store.finishRun('run-1', 'over');
    assert.equal((await store.openRun({ ...request, runId: 'run-2' })).result, 'repeated');
  });

  test('a skipped run is recorded as closed', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    await store.recordSkipped(newRun('run-2'), 'run-1');
    const run = await store.findRun('run-2');
    assert.deepEqual([run?.status, run?.error], ['skipped', 'run run-1 is live']);
    assert.notEqual(run?.ended, null);
    assert.equal((await store.liveRun())?.runId, 'run-1');
  });

  test('runs are listed newest first', async (t) => {
    const { store } = await openWorld(engine, t);
    for (const number of range(3)) {
      await store.openRun(newRun(`run-${number}`));
      await store.finishRun(`run-${number}`, 'over');
      await sleep(5);
    }
    const list = async (limit: number, offset: number): Promise<string[]> =>
      (await store.listRuns({ limit, offset })).map(({ runId }) => runId);
    assert.deepEqual(await list(2, 0), ['run-3', 'run-2']);
    assert.deepEqual(await list(2, 2), ['run-1']);
  });

  const STEPS: [('paused' | 'running' | 'cancelling')[], RunStatus][] = [
    [['paused'], 'paused'],
    [['paused', 'running'], 'running'],
    [['cancelling'], 'cancelling'],
    [['paused', 'cancelling'], 'cancelling'],
    [['cancelling', 'running'], 'cancelling'],
    [['cancelling', 'paused'], 'cancelling'],
  ];
  for (const [requests, status] of STEPS) {
    test(`a running run that is asked for ${requests.join(', then ')} is ${status}`, async (t) => {
      const { store } = await openWorld(engine, t);
      await store.openRun(newRun('run-1'));
      for (const to of requests) await store.requestStatus('run-1', to);
      assert.equal((await store.findRun('run-1'))?.status, status);
      assert.equal(await store.keepAlive('run-1'), status);
    });
  }

  test('a run that has ended stays as it ended', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    const ended = await store.finishRun('run-1', 'disk full');
    assert.deepEqual([ended.status, ended.error, ended.endedNow], ['failed', 'disk full', true]);
    const later = { ...ended, endedNow: false };
    for (const to of ['paused', 'running', 'cancelling'] as const)
      assert.deepEqual(await store.requestStatus('run-1', to), later);
    assert.equal(await store.keepAlive('run-1'), 'failed');
    assert.deepEqual(await store.finishRun('run-1'), later);
  });

  test('of several that end a run at once one is told that it did', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    const ends = await Promise.all(['a', 'b', 'c'].map(async (error) => store.finishRun('run-1', error)));
    assert.equal(ends.filter(({ endedNow }) => endedNow).length, 1);
  });

  test('a run nobody opened is null to look at and an error to work on', async (t) => {
    const { store } = await openWorld(engine, t);
    assert.equal(await store.findRun('none'), null);
    assert.equal(await store.requestStatus('none', 'paused'), null);
    assert.equal(await store.liveRun(), null);
    for (const work of [
      async () => store.keepAlive('none'),
      async () => store.savePlan('none', []),
      async () => store.finishRun('none'),
      async () => store.claimInstance('none', 0, 't'),
    ]) {
      await assert.rejects(work, (error) => error instanceof StoreError && !error.transient);
    }
  });

  test('a plan is saved once; a second one changes nothing', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, range(5));
    const { instances } = await start(world, { runId: 'abcdef-123', instanceCount: 2, by: 'range' });
    assert.deepEqual(
      instances.map(({ planned, status, cursor }) => [planned, status, cursor]),
      [
        [3, 'planned', null],
        [2, 'planned', null],
      ],
    );
    assert.deepEqual(instances[1]?.partition, {
      by: 'range',
      instanceId: 1,
      instanceCount: 2,
      bounds: { start: '4', end: null },
    });
    for (const [index, { sessionId }] of instances.entries())
      assert.match(sessionId, new RegExp(`^\\d{8}_\\d{6}_abcdef_${index}of2$`, 'u'));
    const again = await world.store.savePlan('abcdef-123', []);
    assert.deepEqual(
      again.map(({ planned, sessionId }) => [planned, sessionId]),
      instances.map(({ planned, sessionId }) => [planned, sessionId]),
    );
    assert.equal((await world.store.findRun('abcdef-123'))?.planned, 5);
  });

  test('a run ends completed when all its instances have', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, range(4));
    const { claim } = await start(world, { instanceCount: 2 });
    await write(world, claim, [mapped(2), mapped(4)]);
    await world.store.endInstance('run-1', 0, { status: 'completed', claim });
    assert.equal((await world.store.finishRun('run-1')).status, 'running');
    const other = await claimed(world, 'run-1', 1);
    await write(world, other, [mapped(1), rejected(3)]);
    await world.store.endInstance('run-1', 1, { status: 'completed', claim: other });
    const run = await world.store.finishRun('run-1');
    assert.deepEqual([run.status, run.error], ['completed', null]);
    assert.notEqual(run.ended, null);
    assert.equal(await world.store.liveRun(), null);
  });

  test('a run ends failed if an instance failed, and says why', async (t) => {
    const world = await openWorld(engine, t);
    await start(world, { instanceCount: 2 });
    await world.store.endInstance('run-1', 0, { status: 'completed', claim: await claimed(world, 'run-1', 0) });
    await world.store.endInstance('run-1', 1, { status: 'failed', error: 'no such table' });
    const run = await world.store.finishRun('run-1');
    assert.deepEqual([run.status, run.error], ['failed', 'instance 1: no such table']);
  });

  test('a run that is being cancelled ends when no instance is under lease', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { instanceCount: 2 });
    await world.store.requestStatus('run-1', 'cancelling');
    assert.equal((await world.store.finishRun('run-1')).status, 'cancelling');
    await world.store.releaseInstance(claim);
    assert.equal((await world.store.finishRun('run-1')).status, 'cancelled');
  });

  test('a run that was never planned is not finished without an error', async (t) => {
    const { store } = await openWorld(engine, t);
    await store.openRun(newRun('run-1'));
    assert.equal((await store.finishRun('run-1')).status, 'running');
  });

  test('a failure rate is judged from 200 documents on, over all instances, and ends the run failed', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { instanceCount: 2 });
    await write(
      world,
      claim,
      range(150).map((id) => (id > 60 ? mapped(id) : rejected(id))),
    );
    assert.equal(await world.store.enforceFailureLimits('run-1', { rate: 0.1, count: null }), 'running');
    await write(
      world,
      await claimed(world, 'run-1', 1),
      range(50).map((id) => mapped(1000 + id)),
    );
    assert.equal(await world.store.enforceFailureLimits('run-1', { rate: 0.3, count: 60 }), 'running');
    assert.equal(await world.store.enforceFailureLimits('run-1', { rate: 0.29, count: null }), 'cancelling');
    for (const { partition } of await world.store.listInstances('run-1')) {
      await world.store.endInstance('run-1', partition.instanceId, {
        status: 'completed',
        claim: await claimed(world, 'run-1', partition.instanceId),
      });
    }
    const run = await world.store.finishRun('run-1');
    assert.deepEqual(
      [run.status, run.error],
      ['failed', '60 of 200 documents failed, more than the allowed share of 0.29'],
    );
  });
}
