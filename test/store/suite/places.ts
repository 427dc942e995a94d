import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf } from './ids.ts';
import { BASE, logged, mapped, openWorld, seed, start, write } from './world.ts';
import type { DestinationTable } from '../../../src/store/destination.ts';
import type { Engine } from './world.ts';

/** Two tables of one name, one of them in another schema. */
export function placeSuite(engine: Engine): void {
  test('a table may be in another schema than the log: it is made, checked, written, and emptied there', async (t) => {
    const world = await openWorld(engine, t);
    const table = `base_${world.schema}`;
    const far: DestinationTable = {
      ...BASE,
      name: `dbo.${table}`,
      at: { schema: 'dbo', table },
      role: 'other',
      columns: BASE.columns.slice(0, 2),
      parent: { table: 'app_base', columns: ['app_id'] },
    };
    const name = world.database.tableName('dbo', table);
    const tables = [BASE, far];
    const { store } = world;
    const missing = (await store.check(tables)).map(({ place, severity }) => [place, severity]);
    assert.deepEqual(missing, [[name, 'error']]);
    assert.deepEqual(await store.createDestination(tables), [name]);
    try {
      assert.deepEqual(await store.check(tables), []);
      await seed(world, [1, 2]);
      const { claim } = await start(world);
      const documents = [1, 2].map((id) =>
        mapped(id, { title: 'near' }, { [far.name]: [{ app_id: String(id), title: 'far' }] }, tables),
      );
      const { totals } = await write(world, claim, documents, { tables });
      assert.equal(totals.rows, 4);
      const rows = await world.query(`SELECT CAST(app_id AS nvarchar(200)) AS id, title FROM ${name} ORDER BY app_id`);
      assert.deepEqual(
        rows.map(({ id, title }) => [numberOf(String(id)), title]),
        [
          ['1', 'far'],
          ['2', 'far'],
        ],
      );
      const held = await store.readHeld(far, tables, { appIds: ['1'] });
      assert.deepEqual(
        held.rows.map(({ appId, values }) => [appId, values[1]]),
        [['1', 'far']],
      );
      const redone = await store.redo(['1'], tables, { dryRun: false });
      assert.deepEqual(redone !== 'referred_to' && redone.rows, [
        { table: far.name, rows: 1 },
        { table: 'app_base', rows: 1 },
      ]);
      assert.deepEqual(await logged(world, [1, 2]), ['none', 'success']);
    } finally {
      await world.query(`DROP TABLE ${name}`);
    }
  });
}
