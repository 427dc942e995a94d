import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupDocuments } from '../../src/run/groups.ts';
import type { GroupDocument } from '../../src/store/port.ts';

function mapped(appId: number, rows: Record<string, number>): GroupDocument {
  const tables = Object.entries(rows).map(([table, count]) => ({
    table,
    rows: Array.from({ length: count }, () => ({ app_id: String(appId) })),
  }));
  return { appId: String(appId), outcome: 'mapped', issues: [], tables };
}

function sizes(documents: readonly GroupDocument[]): number[] {
  return groupDocuments(documents).map((group) => group.length);
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
  const rejected: GroupDocument = { appId: '2', outcome: 'rejected', reason: 'validation: []', issues: [] };
  const documents = [mapped(1, { base: 1 }), rejected, mapped(3, { base: 1 })];
  assert.deepEqual(groupDocuments(documents), [documents]);
  assert.deepEqual(groupDocuments([]), []);
});
