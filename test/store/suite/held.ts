import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparableAs, type Held } from '../../../src/store/held.ts';
import { ADDRESS, BASE, CONTACT, mapped, NOTES, openWorld, rows, SCORES, start, TABLES, write } from './world.ts';
import type { DestinationTable } from '../../../src/store/destination.ts';
import type { Cells } from '../../support/rows.ts';
import type { Engine } from './world.ts';

/** Values as a column of any database compares them with those written. */
const WRITTEN: Cells = {
  title: 'Zoë 漢字',
  age: '255',
  small: '-32768',
  whole: '2147483647',
  large: '-9223372036854775808',
  flag: '1',
  amount: '1234567890123456789012345678.0123456789',
  price: '1.5',
  ratio: '0.1',
  born: '2024-02-29',
  seen: '2024-01-31T10:20:30.123456',
  called: '2024-01-31T10:20:00',
  story: 'x'.repeat(150),
};

function cellsOf({ columns }: DestinationTable, { columns: held, rows: found }: Held): (string | null)[][] {
  const prints = columns.map((_, at) => comparableAs(held[at]?.type ?? null));
  return found.map(({ values }) => values.map((value, at) => (value === null ? null : (prints[at]?.(value) ?? null))));
}

const own = (app: number, con: number) => ({
  contact: [{ con_id: String(con), app_id: String(app), surname: 'x' }],
  address: [{ con_id: String(con), kind: 'home', city: `of ${app}` }],
});

export function heldSuite(engine: Engine): void {
  test('rows are read as they compare with what was written', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, WRITTEN), mapped(2)]);
    const held = await world.store.readHeld(BASE, TABLES, { appIds: ['1', '7'] });
    assert.deepEqual(
      held.rows.map(({ appId }) => appId),
      ['1'],
    );
    const prints = BASE.columns.map(({ name }, at) => {
      const value = name === 'app_id' ? '1' : (WRITTEN[name] ?? null);
      return value === null ? null : comparableAs(held.columns[at]?.type ?? null)(value);
    });
    assert.deepEqual(cellsOf(BASE, held), [prints]);
    assert.equal(
      (await world.store.readHeld(BASE, TABLES, { appIds: ['2'] })).rows[0]?.values.filter((value) => value !== null)
        .length,
      1,
    );
  });

  test('rows of documents that are not converted, or whose contact is not there, are found', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, {}, own(1, 10)), mapped(2, {}, own(2, 20)), mapped(3, {}, own(3, 30))]);
    const find = (table: DestinationTable, from: string | null = null) =>
      world.store.orphans(table, TABLES, { start: from, end: null });
    assert.deepEqual(await find(CONTACT), [{ kind: 'unlogged', rows: 0, ids: [] }]);
    assert.deepEqual(await find(ADDRESS), [{ kind: 'parentless', rows: 0, ids: [] }]);
    await world.query(`DELETE FROM ${world.table('processing_log')} WHERE app_id = ${world.sqlId(1)}`);
    await world.query(`UPDATE ${world.table('processing_log')} SET status = 'failed' WHERE app_id = ${world.sqlId(3)}`);
    await world.query(`UPDATE ${world.table('address')} SET con_id = 99 WHERE con_id = 20`);
    assert.deepEqual(await find(CONTACT), [{ kind: 'unlogged', rows: 2, ids: ['1', '3'] }]);
    assert.deepEqual(await find(CONTACT, '2'), [{ kind: 'unlogged', rows: 1, ids: ['3'] }]);
    assert.deepEqual(await find(ADDRESS), [{ kind: 'parentless', rows: 1, ids: ['99'] }]);
    assert.deepEqual(await find(ADDRESS, '2'), []);
  });

  test('rows of contacts are those of the documents that own these', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, {}, own(1, 10)), mapped(2, {}, own(2, 20)), mapped(3, {}, own(3, 30))]);
    const addresses = await world.store.readHeld(ADDRESS, TABLES, { appIds: ['1', '3'] });
    assert.deepEqual(
      addresses.rows.map(({ appId, values }) => [appId, ...values].join()).toSorted((a, b) => (a < b ? -1 : 1)),
      ['1,10,home,of 1', '3,30,home,of 3'],
    );
    const contacts = await world.store.readHeld(CONTACT, TABLES, { keys: [['20'], ['x'], [null], ['99']] });
    assert.deepEqual(contacts.rows, [{ appId: '2', values: ['20', '2', 'x'] }]);
    const byTwo = await world.store.readHeld(ADDRESS, TABLES, {
      keys: [
        ['20', 'home'],
        ['30', 'work'],
      ],
    });
    assert.deepEqual(
      byTwo.rows.map(({ values }) => values),
      [['20', 'home', 'of 2']],
    );
  });

  test('tables whose rows tell no document have none, and columns that are not there are told', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [
      mapped(1, {}, { scores: [{ grp: '1', code: 'a', score: '5' }], notes: [{ app_id: '1' }] }),
    ]);
    assert.deepEqual((await world.store.readHeld(SCORES, TABLES, { appIds: ['1'] })).rows, []);
    const other = {
      ...NOTES,
      columns: [...NOTES.columns, { name: 'absent', type: { kind: 'int' }, nullable: true }],
    } as const;
    const { columns, rows: found } = await world.store.readHeld(other, TABLES, { appIds: ['1'] });
    assert.deepEqual(
      columns.map((column) => column === null),
      [false, false, true],
    );
    assert.deepEqual(found, [{ appId: '1', values: ['1', null, null] }]);
    assert.deepEqual(await rows(world, 'notes', ['app_id']), [['1']]);
  });
}
