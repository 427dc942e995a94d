import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchRows, type Wanted } from '../../src/run/compare/match.ts';
import { openSharedRows } from '../../src/run/compare/shared.ts';
import type { DestinationTable } from '../../src/store/destination.ts';
import type { Held } from '../../src/store/held.ts';

const TABLE: DestinationTable = {
  name: 'notes',
  role: 'other',
  columns: ['app_id', 'note', 'at'].map((name) => ({ name, type: { kind: 'text', length: 20 }, nullable: true })),
  primaryKey: [],
  uniqueKey: null,
  onDuplicate: 'fail',
  updateColumns: [],
  owner: { of: 'document', column: 'app_id' },
};

const wanted = (appId: string, note: string | undefined, at: string, more: Partial<Wanted> = {}): Wanted => ({
  appId,
  row: [appId, note, at],
  isOfNow: [false, false, false],
  isUnset: [false, note === undefined, false],
  ...more,
});

function held(rows: readonly (readonly [string, string | null, string | null])[], isFilled = false): Held {
  const column = { type: { kind: 'nvarchar', length: 20 }, isFilled } as const;
  return { columns: [column, column, column], rows: rows.map((values) => ({ appId: values[0], values })) };
}

test('rows are paired whatever their order, each once', () => {
  const rows = [wanted('1', 'a', 'x'), wanted('1', 'a', 'x'), wanted('1', 'b', 'x'), wanted('2', 'a', 'x')];
  const now = held([
    ['2', 'a', 'x'],
    ['1', 'b ', 'x'],
    ['1', 'a', 'x'],
    ['1', 'a', 'x'],
  ]);
  assert.deepEqual(matchRows(TABLE, rows, now), { equal: 4, different: [], missing: [], extra: [] });
  assert.equal(matchRows(TABLE, rows.slice(1), now).extra[0]?.isDouble, true);
  assert.deepEqual(matchRows(TABLE, rows, { ...now, rows: now.rows.slice(0, 3) }).missing, [rows[1]]);
});

test('a row of the same document that differs least is its partner; what differs more is missing and extra', () => {
  const { different, missing, extra } = matchRows(
    TABLE,
    [wanted('1', 'a', 'x'), wanted('2', 'a', 'x')],
    held([
      ['1', 'a', 'y'],
      ['2', 'b', 'y'],
    ]),
  );
  assert.partialDeepStrictEqual(different, [{ appId: '1', differences: [{ column: 'at', wanted: 'x', held: 'y' }] }]);
  assert.deepEqual(
    missing.map(({ appId }) => appId),
    ['2'],
  );
  assert.deepEqual(extra, [{ appId: '2', values: ['2', 'b', 'y'], isDouble: false }]);
});

test('values of the moment, and those that the database fills, are left out', () => {
  const ofNow = wanted('1', 'a', 'x', { isOfNow: [false, false, true] });
  assert.equal(matchRows(TABLE, [ofNow], held([['1', 'a', 'y']])).equal, 1);
  const unset = wanted('1', undefined, 'x');
  assert.equal(matchRows(TABLE, [unset], held([['1', 'default', 'x']], true)).equal, 1);
  // Without a default it is NULL.
  assert.equal(matchRows(TABLE, [unset], held([['1', 'other', 'x']])).different.length, 1);
  assert.equal(matchRows(TABLE, [unset], held([['1', null, 'x']])).equal, 1);
});

test('rows with a key are paired by it, and empty text is NULL', () => {
  const keyed = { ...TABLE, uniqueKey: ['app_id'] };
  const { different } = matchRows(keyed, [wanted('1', 'a', '')], held([['1', 'b', 'y']]));
  assert.deepEqual(different[0]?.differences, [
    { column: 'note', wanted: 'a', held: 'b' },
    { column: 'at', wanted: null, held: 'y' },
  ]);
});

/** What becomes of rows that two documents write, each compared alone, in either order. */
function settle(table: DestinationTable, parts: readonly (readonly [readonly Wanted[], Held, boolean])[]) {
  return [parts, parts.toReversed()].map((ordered) => {
    const rows = openSharedRows(table);
    for (const [own, now, isShared] of ordered) rows.take(matchRows(table, own, now), now.columns, () => isShared);
    const settled = [...rows.settle()].map(({ is }) => is);
    rows.close();
    return settled;
  });
}

const HANGING = { ...TABLE, owner: { of: 'row', table: 'contacts', columns: [] } } as const;

test('rows without a key are each looked for among those that other documents have too many', () => {
  const [mine, theirs] = [wanted('1', 'a', 'x'), wanted('2', 'b', 'x')];
  const all: [string, string, string] = ['1', 'a', 'x'];
  const their: [string, string, string] = ['2', 'b', 'x'];
  assert.deepEqual(
    settle(HANGING, [
      [[mine], held([all, their]), false],
      [[theirs], held([]), false],
    ]),
    [[], []],
  );
  const gone = settle(HANGING, [
    [[mine], held([all]), false],
    [[theirs], held([]), false],
  ]);
  assert.deepEqual(gone, [['missing'], ['missing']]);
  const more = settle(HANGING, [
    [[mine], held([all, their, their]), false],
    [[theirs], held([]), false],
  ]);
  assert.deepEqual(more, [['extra'], ['extra']]);
});

test('a value that the last document updates is right if any of them has it', () => {
  const table = { ...HANGING, uniqueKey: ['note'], onDuplicate: 'update', updateColumns: ['at'] } as const;
  const [mine, theirs] = [wanted('1', 'a', 'x'), wanted('2', 'a', 'y')];
  const now = (at: string) =>
    [
      [[mine], held([['1', 'a', at]]), false],
      [[theirs], held([]), true],
    ] as const;
  assert.deepEqual(settle(table, now('y')), [['shared'], ['shared']]);
  assert.deepEqual(settle(table, now('x')), [[], []]);
  assert.deepEqual(settle(table, now('z')), [['different'], ['different']]);
});
