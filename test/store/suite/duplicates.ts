import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logged, mapped, openWorld, rows, start, write } from './world.ts';
import type { GroupDocument, Totals } from '../../../src/store/port.ts';
import type { Cells } from '../../support/rows.ts';
import type { Engine, World } from './world.ts';

const contacts = (appId: number, ...ids: string[]): GroupDocument =>
  mapped(appId, {}, { contact: ids.map((con_id) => ({ con_id, app_id: String(appId), surname: `of ${appId}` })) });
const addresses = (appId: number, ...list: Cells[]): GroupDocument => mapped(appId, {}, { address: list });
const upserts = (table: string, appId: number, ...list: Cells[]): GroupDocument => mapped(appId, {}, { [table]: list });

export function duplicateSuite(engine: Engine): void {
  test('of rows with one key the first is written, also across documents, and the others are counted', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const { totals } = await write(world, claim, [
      contacts(1, '10', '11', '10'),
      contacts(2, '11', '12'),
      contacts(3, '10'),
    ]);
    assert.deepEqual([totals.success, totals.rows, totals.duplicateRows], [3, 6, 3]);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'app_id']), [
      ['10', '1'],
      ['11', '1'],
      ['12', '2'],
    ]);
  });

  test('a key that an earlier group wrote stays with its owner', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [contacts(1, '10')]);
    const { totals } = await write(world, claim, [contacts(2, '10', '12')]);
    assert.equal(totals.duplicateRows, 1);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'surname']), [
      ['10', 'of 1'],
      ['12', 'of 2'],
    ]);
  });

  test('a key is compared as its column holds it', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const { totals } = await write(world, claim, [contacts(1, '7'), contacts(2, '07')]);
    assert.deepEqual([totals.success, totals.duplicateRows], [2, 1]);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'app_id']), [['7', '1']]);
  });

  test('if the first owner of a key is a bad document, the key goes to the next', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const bad = mapped(1, { age: '999' }, { contact: [{ con_id: '10', app_id: '1', surname: 'of 1' }] });
    const { totals } = await write(world, claim, [bad, contacts(2, '10'), contacts(3, '10')]);
    assert.deepEqual([totals.success, totals.failed, totals.duplicateRows], [2, 1, 1]);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'surname']), [['10', 'of 2']]);
  });

  test('a document whose only fault is a duplicate row does not fail', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [contacts(1, '10', '10')]);
    assert.deepEqual(await logged(world, [1]), ['success']);
  });

  test('incomplete keys are compared within their document only, NULL being equal to NULL', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const list: Cells[] = [
      { con_id: '1', kind: 'HOME', city: 'a' },
      { con_id: '1', city: 'b' },
      { con_id: '1', kind: '', city: 'c' },
      { kind: 'HOME', city: 'd' },
    ];
    const { totals } = await write(world, claim, [
      addresses(1, ...list),
      addresses(2, { con_id: '2', kind: 'HOME', city: 'e' }, { con_id: '1', city: 'f' }),
    ]);
    assert.equal(totals.duplicateRows, 1);
    assert.deepEqual((await rows(world, 'address', ['city'])).flat(), ['a', 'b', 'd', 'e', 'f']);
  });

  test('where no row of a document has a complete key, none is left out', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const { totals } = await write(world, claim, [
      addresses(1, { con_id: '1', city: 'a' }, { con_id: '1', city: 'b' }, { con_id: '1', city: 'c' }),
    ]);
    assert.equal(totals.duplicateRows, 0);
    assert.deepEqual((await rows(world, 'address', ['city'])).flat(), ['a', 'b', 'c']);
  });

  for (const table of ['scores', 'marks']) {
    test(`a repeated key in ${table} updates the value and nothing else; the last row wins`, async (t) => {
      const world = await openWorld(engine, t);
      const { claim } = await start(world);
      const first = await write(world, claim, [
        upserts(
          table,
          1,
          { grp: '1', code: 'x', score: '1', source: 'first' },
          { grp: '1', code: 'x', score: '2', source: 'second' },
        ),
        upserts(
          table,
          2,
          { grp: '1', code: 'x', score: '3', source: 'third' },
          { grp: '2', code: 'x', score: '9', source: 'other' },
        ),
      ]);
      assert.deepEqual([first.totals.rows, first.totals.duplicateRows], [6, 0]);
      assert.deepEqual(await rows(world, table, ['grp', 'code', 'score', 'source']), [
        ['1', 'x', '3', 'first'],
        ['2', 'x', '9', 'other'],
      ]);
      await write(world, first.claim, [upserts(table, 3, { grp: '1', code: 'x', source: 'fourth' })]);
      assert.deepEqual(await rows(world, table, ['grp', 'score', 'source']), [
        ['1', null, 'first'],
        ['2', '9', 'other'],
      ]);
    });
  }

  test('a group is written as if its documents came one by one', async (t) => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const documents = randomDocuments(seed, 24);
      const whole = await openWorld(engine, t);
      const single = await openWorld(engine, t);
      const { claim } = await start(whole);
      const { totals } = await write(whole, claim, documents);
      const other = await start(single);
      let last: Totals | null = null;
      for (const document of documents) last = (await write(single, other.claim, [document])).totals;
      assert.deepEqual(await contents(whole), await contents(single));
      assert.deepEqual({ ...totals, batches: 24 }, last);
    }
  });
}

async function contents(world: World): Promise<unknown> {
  return {
    base: await rows(world, 'app_base', ['app_id', 'age']),
    contact: await rows(world, 'contact', ['con_id', 'app_id']),
    address: await rows(world, 'address', ['con_id', 'kind', 'city']),
    scores: await rows(world, 'scores', ['grp', 'code', 'score', 'source']),
    marks: await rows(world, 'marks', ['grp', 'code', 'score', 'source']),
    log: await rows(world, 'processing_log', ['app_id', 'status']),
  };
}

/** Documents with many keys in common, some of them bad. */
function randomDocuments(seed: number, count: number): GroupDocument[] {
  let state = seed * 7919;
  const below = (limit: number): number => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const maybe = <T>(value: T): T | null => (below(4) === 0 ? null : value);
  return Array.from({ length: count }, (_, index) => {
    const appId = String(index + 1);
    const list = <T>(make: () => T): T[] => Array.from({ length: below(4) }, make);
    return mapped(
      appId,
      { age: below(6) === 0 ? '256' : '30' },
      {
        contact: list(() => ({ con_id: String(below(9)), app_id: appId })),
        address: list(() => ({
          con_id: maybe(String(below(4))),
          kind: maybe(['HOME', 'WORK'][below(2)] ?? ''),
          city: `${appId}.${below(3)}`,
        })),
        scores: list(() => ({
          grp: String(below(2)),
          code: String(below(2)),
          score: below(12) === 0 ? '9999999999' : String(below(99)),
          source: appId,
        })),
        marks: list(() => ({
          grp: maybe(String(below(2))),
          code: maybe(String(below(2))),
          score: String(below(99)),
          source: appId,
        })),
      },
    );
  });
}
