import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING, mapped, openWorld, rejected, seed, start, testOfNumbers, write } from './world.ts';
import type { SourceDocument, Store } from '../../../src/store/port.ts';
import type { Partition, PartitionBy } from '../../../src/store/partition.ts';
import type { Bounds } from '../../../src/store/ids.ts';
import type { Engine } from './world.ts';

const PAGE = { maxDocuments: 100, maxBytes: 1_000_000 };
const ONE: Partition = { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: EVERYTHING };

async function idsOf(store: Store, partition: Partition): Promise<string[]> {
  return (await store.readPage({ partition, cursor: null, ...PAGE })).documents.map(({ appId }) => appId);
}

/** Whether text or bytes are handed out is the store's choice. */
function textOf({ appId, xml }: SourceDocument): string {
  return `${appId} ${typeof xml === 'string' ? xml : Buffer.from(xml).toString()}`;
}

/** The ids that each partition of a survey reads. */
async function idsByInstance(
  store: Store,
  by: PartitionBy,
  instanceCount: number,
  bounds: Bounds = EVERYTHING,
): Promise<string[][]> {
  const { instances } = await store.survey({ by, instanceCount, bounds, limit: null });
  const ids = await Promise.all(instances.map(({ partition }) => idsOf(store, partition)));
  assert.deepEqual(
    instances.map(({ planned }) => planned),
    ids.map(({ length }) => length),
  );
  return ids;
}

export function readingSuite(engine: Engine): void {
  test('a page is ordered by id, bounded by count, and says whether it is the last', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [30, 4, 100, 20]);
    const first = await world.store.readPage({ partition: ONE, cursor: null, maxDocuments: 3, maxBytes: 1e6 });
    assert.deepEqual(
      first.documents.map(({ appId }) => appId),
      ['4', '20', '30'],
    );
    assert.equal(first.last, false);
    const second = await world.store.readPage({ partition: ONE, cursor: '30', maxDocuments: 1, maxBytes: 1e6 });
    assert.deepEqual(second.documents.map(textOf), ['100 <d id="100"/>']);
    assert.equal(second.last, true);
    const third = await world.store.readPage({ partition: ONE, cursor: '100', ...PAGE });
    assert.deepEqual(third, { documents: [], last: true });
  });

  test('a page is bounded by bytes, but holds at least one document', async (t) => {
    const world = await openWorld(engine, t);
    const documents = [1, 2, 3].map((id) => ({ appId: String(id), xml: `<d>${'é'.repeat(500)}</d>` }));
    await world.store.importDocuments(documents, { replace: false });
    const lengths = [];
    for (const maxBytes of [1, 2100, 1e6]) {
      const page = await world.store.readPage({ partition: ONE, cursor: null, maxDocuments: 10, maxBytes });
      lengths.push([page.documents.length, page.last]);
    }
    assert.deepEqual(lengths, [
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  test('a blank document is pending, a NULL one is counted apart', async (t) => {
    const world = await openWorld(engine, t);
    await world.store.importDocuments(
      [
        { appId: '1', xml: ' ' },
        { appId: '2', xml: '<d/>' },
        { appId: '3', xml: '<d/>' },
      ],
      { replace: false },
    );
    await world.query(`UPDATE ${world.table('app_xml')} SET document = NULL WHERE app_id = ${world.sqlId(2)}`);
    const survey = await world.store.survey({ by: 'modulo', instanceCount: 1, bounds: EVERYTHING, limit: null });
    assert.deepEqual([survey.pending, survey.nullDocuments], [2, 1]);
    assert.deepEqual(await idsOf(world.store, ONE), ['1', '3']);
    assert.equal(await world.store.readDocument('2'), null);
  });

  test('a document without a row in the application table is not pending', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2]);
    await world.query(`DELETE FROM ${world.table('application')} WHERE app_id = ${world.sqlId(1)}`);
    assert.deepEqual(await idsOf(world.store, ONE), ['2']);
  });

  test('a logged document of any status is not pending', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2, 3]);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1), rejected(2)]);
    assert.deepEqual(await idsOf(world.store, ONE), ['3']);
  });

  for (const by of ['modulo', 'hash', 'range'] as const) {
    test(`${by} partitions hold every pending document exactly once, ids below zero included`, async (t) => {
      const world = await openWorld(engine, t);
      const below = engine.ids === undefined ? ['-9223372036854775808', '-7', '-1', '9223372036854775807'] : [];
      const ids = [...below, '0', '1', '2', '3', '4000000000'];
      await seed(world, ids);
      for (const instanceCount of [1, 2, 3, 12]) {
        const read = await idsByInstance(world.store, by, instanceCount);
        assert.equal(read.length, instanceCount);
        assert.deepEqual(read.flat().toSorted(), ids.toSorted());
      }
    });
  }

  testOfNumbers(engine, 'a modulo partition holds the ids that leave its number', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [-2, -1, 0, 1, 2, 3, 4, 5]);
    assert.deepEqual(await idsByInstance(world.store, 'modulo', 3), [
      ['0', '3'],
      ['-2', '1', '4'],
      ['-1', '2', '5'],
    ]);
  });

  test('hash partitions are even for ids that are all multiples of 1,000', async (t) => {
    const world = await openWorld(engine, t);
    await seed(
      world,
      Array.from({ length: 300 }, (_, index) => (index + 1) * 1000),
    );
    const { instances } = await world.store.survey({ by: 'hash', instanceCount: 4, bounds: EVERYTHING, limit: null });
    for (const { planned } of instances) assert.ok(planned > 55 && planned < 95, `${planned} of 300`);
  });

  test('range partitions hold equal numbers of pending documents', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2, 3, 4, 1000, 2000, 3000]);
    assert.deepEqual(await idsByInstance(world.store, 'range', 3), [
      ['1', '2', '3'],
      ['4', '1000'],
      ['2000', '3000'],
    ]);
  });

  for (const by of ['modulo', 'hash', 'range'] as const) {
    test(`bounds hold with ${by}, both ends included`, async (t) => {
      const world = await openWorld(engine, t);
      await seed(world, [1, 2, 3, 4, 5, 6]);
      const read = await idsByInstance(world.store, by, 2, { start: '2', end: '5' });
      assert.deepEqual(read.flat().toSorted(), ['2', '3', '4', '5']);
      assert.deepEqual((await idsByInstance(world.store, by, 2, { start: '3', end: '3' })).flat(), ['3']);
    });

    test(`a limit is an exact upper bound with ${by}`, async (t) => {
      const world = await openWorld(engine, t);
      await seed(world, [1, 5, 6, 8, 9, 12]);
      const survey = await world.store.survey({ by, instanceCount: 2, bounds: { start: '5', end: null }, limit: 3 });
      assert.equal(survey.pending, 3);
      const read = await Promise.all(survey.instances.map(({ partition }) => idsOf(world.store, partition)));
      assert.deepEqual(read.flat().toSorted(), ['5', '6', '8']);
    });
  }

  test('an imported document that exists is skipped, or replaced if asked', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1]);
    const again = [
      { appId: '1', xml: '<new/>' },
      { appId: '2', xml: '<two/>' },
    ];
    assert.deepEqual(await world.store.importDocuments(again, { replace: false }), {
      added: 1,
      skipped: 1,
      replaced: 0,
      logged: [],
    });
    assert.equal((await world.store.readDocument('1'))?.xml, '<d id="1"/>');
    const { claim } = await start(world);
    await write(world, claim, [mapped(2)]);
    assert.deepEqual(await world.store.importDocuments(again, { replace: true }), {
      added: 0,
      skipped: 0,
      replaced: 2,
      logged: ['2'],
    });
    assert.deepEqual(await world.store.readDocument('1'), { appId: '1', xml: '<new/>' });
    assert.equal(await world.store.readDocument('3'), null);
  });

  testOfNumbers(engine, 'the last document id is exact, and null in an empty table', async (t) => {
    const world = await openWorld(engine, t);
    assert.equal(await world.store.lastDocumentId(), null);
    await seed(world, ['9007199254740993', 5]);
    assert.equal(await world.store.lastDocumentId(), '9007199254740993');
  });
}
