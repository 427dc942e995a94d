import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimed, EVERYTHING, mapped, openWorld, seed, start, TABLES, write } from './world.ts';
import type { Group } from '../../../src/store/port.ts';
import type { Engine } from './world.ts';

/** Seconds of a lease that is waited for; what is asked of one that was renewed has to be answered within it, which takes a busy server longer. */
const secondsOf = ({ name }: Engine): number => (name.startsWith('SQL Server') ? 5 : 1);

const group = (appId: number): Group => ({
  documents: [mapped(appId)],
  cursor: String(appId),
  range: EVERYTHING,
  tables: TABLES,
  dryRun: false,
});

export function leaseSuite(engine: Engine): void {
  const seconds = secondsOf(engine);
  const brief = { leaseSeconds: seconds, aliveSeconds: 60 };
  const expired = () => sleep(seconds * 1000 + 200);

  test('a claim tells what the instance is and marks it running', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2]);
    const { claim, instances } = await start(world);
    assert.deepEqual(claim, {
      runId: 'run-1',
      instanceId: 0,
      token: 'token-0',
      sessionId: instances[0]?.sessionId,
      contractHash: 'hash',
      issues: [],
      samples: [],
      unmatched: null,
      latest: null,
    });
    const [instance] = await world.store.listInstances('run-1');
    assert.deepEqual([instance?.status, instance?.leased, instance?.planned], ['running', true, 2]);
    assert.ok((instance?.heartbeatAge ?? 99) < 30);
  });

  test('a held lease is never stolen; who asks is told how long to wait', async (t) => {
    const world = await openWorld(engine, t);
    await start(world);
    const second = await world.store.claimInstance('run-1', 0, 'thief');
    assert.equal(second.result, 'busy');
    assert.ok(second.result === 'busy' && second.waitSeconds > 30 && second.waitSeconds <= 60);
    assert.match(second.result === 'busy' ? second.until : '', /^\d{4}-\d\d-\d\dT/u);
  });

  test('of claims made at the same moment one wins', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await world.store.releaseInstance(claim);
    const results = await Promise.all(
      ['a', 'b', 'c', 'd'].map((token) => world.store.claimInstance('run-1', 0, token)),
    );
    assert.deepEqual(results.map(({ result }) => result).toSorted(), ['busy', 'busy', 'busy', 'claimed']);
  });

  test('an expired lease can be taken, and its old holder writes nothing more', async (t) => {
    const world = await openWorld(engine, t, brief);
    const { claim } = await start(world);
    await expired();
    const taken = await claimed(world, 'run-1', 0, 'second');
    await world.store.releaseInstance(claim);
    await world.store.endInstance('run-1', 0, { status: 'failed', error: 'late', claim });
    const [instance] = await world.store.listInstances('run-1');
    assert.deepEqual([instance?.status, instance?.leased, instance?.cursor], ['running', true, null]);
    assert.deepEqual(await world.store.writeGroup(claim, group(1)), { result: 'lost' });
    assert.equal(await world.store.findLog('1'), null);
    assert.equal((await world.store.writeGroup(taken, group(1))).result, 'written');
  });

  test('an expired lease that nobody took still belongs to its holder', async (t) => {
    const world = await openWorld(engine, t, brief);
    const { claim } = await start(world);
    await expired();
    await write(world, claim, [mapped(1)]);
    assert.equal((await world.store.claimInstance('run-1', 0, 'thief')).result, 'busy');
  });

  test('every group renews the lease', async (t) => {
    const world = await openWorld(engine, t, brief);
    const { claim } = await start(world);
    for (const appId of [1, 2, 3]) {
      await sleep(seconds * 600);
      await write(world, claim, [mapped(appId)]);
    }
    assert.equal((await world.store.claimInstance('run-1', 0, 'thief')).result, 'busy');
  });

  test('how far an instance is is noted with its groups', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2, 3]);
    const { claim } = await start(world);
    await expired();
    const first = await write(world, claim, [mapped(1)]);
    await world.store.releaseInstance(claim);
    await expired();
    const again = await claimed(world, 'run-1', 0, 'again');
    assert.deepEqual(again.samples, []);
    const second = await write(world, first.claim.latest === null ? again : { ...again, latest: first.claim.latest }, [
      mapped(2),
    ]);
    const [instance] = await world.store.listInstances('run-1');
    assert.deepEqual(instance?.samples, [first.claim.latest]);
    assert.deepEqual(first.claim.latest?.slice(1), [1, 0]);
    assert.ok((first.claim.latest?.[0] ?? 0) >= 1);
    assert.deepEqual(second.claim.samples, instance?.samples);
  });

  test('a released lease is free at once', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await world.store.releaseInstance(claim);
    assert.equal((await world.store.listInstances('run-1'))[0]?.leased, false);
    await claimed(world, 'run-1', 0, 'second');
  });

  test('an instance that ended, or whose run did, can no longer be claimed', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { instanceCount: 2 });
    await world.store.endInstance('run-1', 0, { status: 'completed', claim });
    const ended = await world.store.claimInstance('run-1', 0, 'again');
    assert.deepEqual([ended.result, ended.result === 'ended' && ended.instance.status], ['ended', 'completed']);
    await world.store.finishRun('run-1', 'stop');
    const closed = await world.store.claimInstance('run-1', 1, 'other');
    assert.deepEqual([closed.result, closed.result === 'ended' && closed.status], ['ended', 'failed']);
  });

  test('without a claim an instance is ended only if nobody holds its lease', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await world.store.endInstance('run-1', 0, { status: 'completed' });
    assert.equal((await world.store.listInstances('run-1'))[0]?.status, 'running');
    await world.store.releaseInstance(claim);
    await world.store.endInstance('run-1', 0, { status: 'failed', error: 'given up' });
    const [instance] = await world.store.listInstances('run-1');
    assert.deepEqual([instance?.status, instance?.error], ['failed', 'given up']);
  });

  test('a group is told whether its run is paused or being cancelled', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const statuses = [(await write(world, claim, [mapped(1)])).status];
    await world.store.requestStatus('run-1', 'paused');
    statuses.push((await write(world, claim, [mapped(2)])).status);
    await world.store.requestStatus('run-1', 'cancelling');
    statuses.push((await write(world, claim, [mapped(3)])).status);
    assert.deepEqual(statuses, ['running', 'paused', 'cancelling']);
  });
}
