import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectGroups, GROUP_LIMITS, groupDocuments } from '../../src/run/collect-groups.ts';
import type { GroupSource } from '../../src/run/collect-groups.ts';
import type { GroupDocument } from '../../src/store/port.ts';

function mapped(appId: number, rows: Record<string, number>): GroupDocument {
  const tables = Object.entries(rows).map(([table, count]) => ({
    table,
    rows: Array.from({ length: count }, () => [String(appId)]),
  }));
  return {
    appId: String(appId),
    sourceHash: null,
    outcome: 'mapped',
    issues: [],
    tables,
    matches: { places: [], digits: '' },
  };
}

function sizes(documents: readonly GroupDocument[]): number[] {
  return groupDocuments(documents, GROUP_LIMITS).map((group) => group.length);
}

test('a group holds at most 100 documents', () => {
  assert.deepEqual(sizes(Array.from({ length: 250 }, (_, id) => mapped(id, { base: 1 }))), [100, 100, 50]);
});

test('a group holds at most 2,000 rows of any one table', () => {
  assert.deepEqual(sizes(Array.from({ length: 6 }, (_, id) => mapped(id, { base: 1, items: 800 }))), [2, 2, 2]);
  assert.deepEqual(
    sizes(Array.from({ length: 4 }, (_, id) => mapped(id, { [`table${id}`]: 2000 }))),
    [4],
    'other tables do not add up',
  );
});

test('a document that is too large by itself is a group of its own', () => {
  assert.deepEqual(sizes([mapped(1, { items: 1 }), mapped(2, { items: 5000 }), mapped(3, { items: 1 })]), [1, 1, 1]);
});

test('rejected documents count as documents and keep their place', () => {
  const rejected: GroupDocument = {
    appId: '2',
    sourceHash: null,
    outcome: 'rejected',
    reason: 'validation: []',
    issues: [],
  };
  const documents = [mapped(1, { base: 1 }), rejected, mapped(3, { base: 1 })];
  assert.deepEqual(groupDocuments(documents, GROUP_LIMITS), [documents]);
  assert.deepEqual(groupDocuments([], GROUP_LIMITS), []);
});

test('a group collects documents over pages until it is full, and what is left at the end is one more', async () => {
  const { pages, released } = pagesOf(40, 8);
  assert.deepEqual(await collected(pages, () => false), [30, 10]);
  assert.deepEqual(released, [1, 2, 3, 4, 5]);
});

test('a group that is full does not wait for the next page', async () => {
  const { pages, released } = pagesOf(60, 30);
  const groups = collectGroups(pages, () => false, { documents: 30, rows: 2000 });
  assert.equal((await groups.next()).value?.length, 30);
  assert.deepEqual(released, [1]);
});

test('a group and the tables of its documents are emptied when the next is asked for', async () => {
  const groups = collectGroups(pagesOf(60, 30).pages, () => false, { documents: 30, rows: 2000 });
  const { value: first } = await groups.next();
  const [document] = first ?? [];
  assert.ok(document?.outcome === 'mapped');
  assert.deepEqual(document.tables, [{ table: 'base', rows: [['1']] }]);
  await groups.next();
  assert.deepEqual(first, []);
  assert.deepEqual(document.tables, [{ table: 'base', rows: [] }]);
});

test('a group that is due does not wait for the next page', async () => {
  const { pages } = pagesOf(40, 8);
  let asked = 0;
  assert.deepEqual(await collected(pages, () => (asked += 1) === 2), [16, 24]);
});

test('a page keeps its memory until its full groups are written, also if writing stops', async () => {
  const { pages, released } = pagesOf(200, 70);
  for await (const group of collectGroups(pages, () => false, { documents: 30, rows: 2000 })) {
    assert.equal(group.length, 30);
    assert.deepEqual(released, []);
    break;
  }
  assert.deepEqual(released, [1]);
});

async function collected(pages: AsyncIterable<GroupSource>, isDue: () => boolean): Promise<number[]> {
  const groups: (readonly GroupDocument[])[] = [];
  for await (const group of collectGroups(pages, isDue, { documents: 30, rows: 2000 })) groups.push([...group]);
  const ids = groups.flat().map(({ appId }) => Number(appId));
  assert.deepEqual(
    ids,
    ids.map((_, index) => index + 1),
    'in order, each once',
  );
  return groups.map((group) => group.length);
}

/** Documents 1 to `count` in pages, and the numbers of those that were released. */
function pagesOf(count: number, size: number): { pages: AsyncIterable<GroupSource>; released: number[] } {
  const released: number[] = [];
  async function* pages(): AsyncGenerator<GroupSource> {
    for (let page = 0; page * size < count; page += 1) {
      const length = Math.min(size, count - page * size);
      const documents = Array.from({ length }, (_, index) => mapped(page * size + index + 1, { base: 1 }));
      yield { documents, release: () => void released.push(page + 1) };
    }
  }
  return { pages: pages(), released };
}
