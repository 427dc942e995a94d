import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSource } from '../../../src/store/origin.ts';
import { EVERYTHING, logged, mapped, openWorld, rejected, rows, seed, start, TABLES, write } from './world.ts';
import type { GroupDocument } from '../../../src/store/port.ts';
import type { Made } from '../../../src/store/redo.ts';
import type { Engine, World } from './world.ts';

const contact = (con: number, app: number) => ({ con_id: String(con), app_id: String(app), surname: `of ${app}` });
const address = (con: number, kind: string) => ({ con_id: String(con), kind, city: 'x' });

/** Documents 1 to 4: 1 owns contact 7, which 2 has too, and contact 8; 2 owns 9; 4 has failed. */
async function convert(world: World): Promise<void> {
  await seed(world, [1, 2, 3, 4]);
  const { claim } = await start(world);
  const documents: GroupDocument[] = [
    mapped(1, {}, { contact: [contact(7, 1), contact(8, 1)], address: [address(7, 'home'), address(8, 'home')] }),
    mapped(2, {}, { contact: [contact(7, 2), contact(9, 2)], address: [address(9, 'home')], notes: [{ app_id: '2' }] }),
    mapped(3, {}, { marks: [{ grp: '1', code: 'a', score: '5' }] }),
    rejected(4, 'validation: bad'),
  ];
  await write(
    world,
    claim,
    documents.map((document) => ({ ...document, sourceHash: hashSource({ xml: `<d id="${document.appId}"/>` }) })),
  );
  await world.store.endInstance('run-1', 0, { status: 'completed', claim });
  await world.store.finishRun('run-1');
}

const none = { bounds: EVERYTHING, afterAppId: null, limit: 10 };

export function redoSuite(engine: Engine): void {
  test('redo deletes the rows of a document and of the contacts it owns, and leaves it to the next run', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    assert.deepEqual(await world.store.redo(['1'], TABLES, { dryRun: false }), {
      documents: 1,
      rows: [
        { table: 'address', rows: 2 },
        { table: 'contact', rows: 2 },
        { table: 'app_base', rows: 1 },
      ],
      withoutSource: [],
    });
    assert.deepEqual(await rows(world, 'app_base', ['app_id']), [['2'], ['3']]);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'app_id']), [['9', '2']]);
    assert.deepEqual(await rows(world, 'address', ['con_id']), [['9']]);
    assert.deepEqual(await logged(world, [1, 2, 3, 4]), ['none', 'success', 'success', 'failed']);
    const survey = await world.store.survey({ by: 'modulo', instanceCount: 1, bounds: EVERYTHING, limit: null });
    assert.equal(survey.pending, 1);
    assert.deepEqual(await rows(world, 'processing_log_history', ['app_id', 'status', 'moved_by']), [
      ['1', 'success', 'redo'],
    ]);
    assert.deepEqual(
      (await world.store.verify()).filter(({ passed }) => !passed),
      [],
    );
  });

  test('a dry redo counts the same and changes nothing', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const counted = await world.store.redo(['1', '2', '3'], TABLES, { dryRun: true });
    assert.deepEqual(await logged(world, [1, 2, 3]), ['success', 'success', 'success']);
    assert.equal((await rows(world, 'address', ['con_id'])).length, 3);
    assert.deepEqual(await world.store.redo(['1', '2', '3'], TABLES, { dryRun: false }), counted);
  });

  test('rows that do not tell whose they are stay', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    assert.deepEqual(await world.store.redo(['3'], TABLES, { dryRun: false }), {
      documents: 1,
      rows: [{ table: 'app_base', rows: 1 }],
      withoutSource: [],
    });
    assert.deepEqual(await rows(world, 'marks', ['grp', 'code', 'score']), [['1', 'a', '5']]);
  });

  test('a document whose rows others refer to is left alone', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    await world.query(
      `CREATE TABLE ${world.table('letters')} (app_id ${world.sqlIdType} NOT NULL REFERENCES ${world.table('app_base')} (app_id))`,
    );
    await world.query(`INSERT INTO ${world.table('letters')} (app_id) VALUES (${world.sqlId(2)})`);
    assert.equal(await world.store.redo(['1', '2'], TABLES, { dryRun: false }), 'referred_to');
    assert.deepEqual(await logged(world, [1, 2]), ['success', 'success']);
    assert.equal((await rows(world, 'address', ['con_id'])).length, 3);
  });

  test('a document without a source, or that is not logged, is left alone', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    await world.query(`DELETE FROM ${world.table('app_xml')} WHERE app_id = ${world.sqlId(1)}`);
    await world.query(`UPDATE ${world.table('app_xml')} SET document = NULL WHERE app_id = ${world.sqlId(2)}`);
    const result = await world.store.redo(['1', '2', '9'], TABLES, { dryRun: false });
    assert.deepEqual(result, { documents: 0, rows: [], withoutSource: ['1', '2'] });
    assert.deepEqual(await logged(world, [1, 2]), ['success', 'success']);
    assert.equal((await rows(world, 'app_base', ['app_id'])).length, 3);
  });

  test('the log tells of each document what it was made of, until it is done anew', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const made = await world.store.listMade(none);
    const expected = [1, 2, 3, 4].map((appId): Made => ({
      appId: String(appId),
      status: appId === 4 ? 'failed' : 'success',
      sourceHash: hashSource({ xml: `<d id="${appId}"/>` }),
      contractMark: 'hash',
    }));
    assert.deepEqual(made, expected);
    const sources = await world.store.readDocuments(['4', '2', '77', 'x']);
    assert.deepEqual(
      sources.map((source) => [source.appId, hashSource(source)]),
      [made[1]!, made[3]!].map(({ appId, sourceHash }) => [appId, sourceHash]),
    );
    await world.store.redo(['1'], TABLES, { dryRun: false });
    assert.deepEqual(
      (await world.store.listMade(none)).map(({ appId }) => appId),
      ['2', '3', '4'],
    );
  });

  test('logged documents are listed by range, place and reason', async (t) => {
    const world = await openWorld(engine, t);
    await convert(world);
    const list = async (more: object): Promise<string[]> =>
      (await world.store.listMade({ ...none, ...more })).map(({ appId }) => appId);
    assert.deepEqual(await list({ bounds: { start: '2', end: '3' } }), ['2', '3']);
    assert.deepEqual(await list({ afterAppId: '2', limit: 1 }), ['3']);
    assert.deepEqual(await list({ reason: 'validation' }), ['4']);
    assert.deepEqual(await list({ reason: 'bad' }), []);
    const ranges = [none.bounds, { start: '2', end: '4' }, { start: '4', end: null }];
    assert.deepEqual(await Promise.all(ranges.map((range) => world.store.countConverted(range))), [3, 2, 0]);
  });
}
