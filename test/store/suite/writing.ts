import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../../../src/store/port.ts';
import {
  BASE,
  claimed,
  logged,
  mapped,
  openWorld,
  PLACES,
  rejected,
  rows,
  seed,
  start,
  TABLES,
  write,
} from './world.ts';
import type { Cells } from '../../support/rows.ts';
import type { GroupDocument } from '../../../src/store/port.ts';
import type { Engine } from './world.ts';

const NOTHING = {
  documents: 0,
  success: 0,
  failed: 0,
  alreadyPresent: 0,
  doneByAnother: 0,
  rows: 0,
  duplicateRows: 0,
  batches: 0,
};

function notes(appId: string, ...values: (string | null | undefined)[]): GroupDocument {
  const list = values.map((note): Cells => (note === undefined ? { app_id: appId } : { app_id: appId, note }));
  return mapped(appId, {}, { notes: list });
}

function contact(appId: string): GroupDocument {
  return mapped(appId, { title: 'new' }, { contact: [{ con_id: '5', app_id: appId }] });
}

function having(appId: number, digits: string): GroupDocument {
  return mapped(appId, {}, {}, TABLES, digits);
}

export function writingSuite(engine: Engine): void {
  test('what no document has had of what the contract looks for is noted, also across claims', async (t) => {
    const world = await openWorld(engine, t);
    const [element, first, second] = PLACES;
    const { claim } = await start(world);
    const noted = async () => (await world.store.listInstances('run-1'))[0]?.unmatched;
    assert.equal(await noted(), null);

    const written = await write(world, claim, [having(1, '100'), rejected(2), having(3, '110')]);
    assert.deepEqual(await noted(), { missed: [element, first], unasked: [second] });
    await world.store.releaseInstance(written.claim);
    const later = await claimed(world, 'run-1', 0, 'second');
    const last = await write(world, later, [having(4, '201')]);
    assert.deepEqual(await noted(), { missed: [first, second], unasked: [] });
    await write(world, last.claim, [rejected(5), having(6, '112'), having(7, '111')]);
    assert.deepEqual(await noted(), { missed: [first], unasked: [] });
  });

  test('rows, log rows, cursor and absolute totals are committed together', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1, 2, 3]);
    const { claim, instances } = await start(world);
    const first = await write(
      world,
      claim,
      [
        mapped(
          1,
          { title: 'one' },
          {
            notes: [
              { app_id: '1', note: 'a' },
              { app_id: '1', note: 'b' },
            ],
          },
        ),
        rejected(2),
      ],
      {
        range: { start: '1', end: '9' },
      },
    );
    assert.deepEqual(first.totals, { ...NOTHING, documents: 2, success: 1, failed: 1, rows: 3, batches: 1 });
    const second = await write(world, first.claim, [mapped(3)], { cursor: '5' });
    assert.deepEqual(second.totals, { ...NOTHING, documents: 3, success: 2, failed: 1, rows: 4, batches: 2 });
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title']), [
      ['1', 'one'],
      ['3', null],
    ]);
    assert.deepEqual(await rows(world, 'notes', ['app_id', 'note']), [
      ['1', 'a'],
      ['1', 'b'],
    ]);
    const session = instances[0]?.sessionId ?? '';
    assert.deepEqual(
      await rows(world, 'processing_log', [
        'app_id',
        'status',
        'failure_reason',
        'session_id',
        'app_id_start',
        'app_id_end',
      ]),
      [
        ['1', 'success', null, session, '1', '9'],
        ['2', 'failed', 'validation: bad', session, '1', '9'],
        ['3', 'success', null, session, null, null],
      ],
    );
    const [instance] = await world.store.listInstances('run-1');
    assert.deepEqual([instance?.totals, instance?.cursor], [second.totals, '5']);
  });

  test('getting groups ready changes nothing, however often; groups are written after it', async (t) => {
    const world = await openWorld(engine, t);
    await seed(world, [1]);
    const { claim } = await start(world);
    const instances = async () =>
      (await world.store.listInstances(claim.runId)).map((instance) => ({
        ...instance,
        heartbeatAge: null,
        leaseSeconds: null,
      }));
    const before = await instances();
    await world.store.prepareGroups('r', TABLES);
    await world.store.prepareGroups('r', TABLES);
    assert.deepEqual(await instances(), before);
    assert.equal(await world.store.findLog('1'), null);
    const { totals } = await write(world, claim, [mapped(1, { title: 'one' })]);
    assert.deepEqual(totals, { ...NOTHING, documents: 1, success: 1, rows: 1, batches: 1 });
  });

  test('a group without documents moves the cursor', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const { totals } = await write(world, claim, [], { cursor: '77' });
    assert.deepEqual(totals, { ...NOTHING, batches: 1 });
    assert.equal((await world.store.listInstances('run-1'))[0]?.cursor, '77');
  });

  test('empty text is written as NULL, blanks are not', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, { title: '', age: '', story: '  ' })]);
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title', 'age', 'story']), [['1', null, null, '  ']]);
  });

  test('a column without a value takes its default only if no row of that document and table has it', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(`DROP TABLE ${world.table('notes')}`);
    await world.query(
      `CREATE TABLE ${world.table('notes')} (app_id ${world.sqlIdType} NOT NULL, note varchar(20) DEFAULT 'standard')`,
    );
    const { claim } = await start(world);
    await write(world, claim, [
      notes('1', undefined, undefined),
      notes('2', 'own', undefined),
      notes('3', null),
      notes('4', ''),
    ]);
    assert.deepEqual(await rows(world, 'notes', ['app_id', 'note']), [
      ['1', 'standard'],
      ['1', 'standard'],
      ['2', 'own'],
      ['2', null],
      ['3', null],
      ['4', null],
    ]);
  });

  test('a document whose root row exists is logged a success, and none of its rows are written', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await world.query(`INSERT INTO ${world.table('app_base')} (app_id, title) VALUES (${world.sqlId(2)}, 'before')`);
    const { totals } = await write(world, claim, [contact('2'), contact('3')]);
    assert.deepEqual(totals, { ...NOTHING, documents: 2, success: 1, alreadyPresent: 1, rows: 2, batches: 1 });
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title']), [
      ['2', 'before'],
      ['3', 'new'],
    ]);
    assert.deepEqual(await rows(world, 'contact', ['con_id', 'app_id']), [['5', '3']]);
    assert.deepEqual(await logged(world, [2, 3]), ['success', 'success']);
  });

  test('a document that somebody else has logged leaves the group, counted and unharmed', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { instanceCount: 2 });
    await write(world, await claimed(world, 'run-1', 1), [mapped(1, { title: 'theirs' }), rejected(3)]);
    const { totals } = await write(world, claim, [mapped(1, { title: 'ours' }), mapped(2), mapped(3), rejected(1)]);
    assert.deepEqual(totals, { ...NOTHING, documents: 4, success: 1, doneByAnother: 3, rows: 1, batches: 1 });
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title']), [
      ['1', 'theirs'],
      ['2', null],
    ]);
    assert.deepEqual(await logged(world, [1, 2, 3]), ['success', 'success', 'failed']);
  });

  test('a document that is given twice is written once', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const { totals } = await write(world, claim, [mapped(1, { title: 'a' }), mapped(1, { title: 'b' })]);
    assert.deepEqual(totals, { ...NOTHING, documents: 2, success: 1, doneByAnother: 1, rows: 1, batches: 1 });
    assert.deepEqual(await rows(world, 'app_base', ['app_id', 'title']), [['1', 'a']]);
  });

  test('a bad document fails alone, with a reason that holds no value of it', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const ids = Array.from({ length: 13 }, (_, index) => index + 1);
    const { totals } = await write(
      world,
      claim,
      ids.map((id) => mapped(id, { title: id === 5 || id === 6 ? 'a secret that is far too long' : 'fine' })),
    );
    assert.deepEqual(totals, { ...NOTHING, documents: 13, success: 11, failed: 2, rows: 11, batches: 1 });
    const failures = await world.store.listFailures({ limit: 10 });
    assert.deepEqual(
      failures.map(({ appId }) => appId),
      ['5', '6'],
    );
    for (const { failureReason } of failures) {
      assert.match(failureReason ?? '', /^constraint_violation: ./u);
      assert.doesNotMatch(failureReason ?? '', /secret/u);
    }
    assert.equal((await rows(world, 'app_base', ['app_id'])).length, 11);
    assert.equal((await world.store.listInstances('run-1'))[0]?.cursor, '13');
  });

  test('a document that leaves out what must not be NULL, or repeats a key, fails', async (t) => {
    const world = await openWorld(engine, t);
    await world.query(
      `CREATE TABLE ${world.table('strict')} (id int NOT NULL, name varchar(5) NOT NULL, PRIMARY KEY (id))`,
    );
    const strict = {
      ...BASE,
      name: 'strict',
      role: 'other' as const,
      primaryKey: ['id'],
      columns: ['id', 'name'].map((name) => ({ name, type: { kind: 'text' as const, length: 5 }, nullable: true })),
    };
    const known = [...TABLES, strict];
    const { claim } = await start(world);
    const documents = [
      mapped(1, {}, { strict: [{ id: '1', name: 'a' }] }, known),
      mapped(2, {}, { strict: [{ id: '2' }] }, known),
      mapped(3, {}, { strict: [{ id: '1', name: 'b' }] }, known),
      mapped(4, {}, { strict: [{ id: '4', name: 'c' }] }),
    ];
    await write(world, claim, documents, { tables: known });
    assert.deepEqual(await logged(world, [1, 2, 3, 4]), ['success', 'failed', 'failed', 'success']);
    assert.deepEqual(await rows(world, 'strict', ['id', 'name']), [
      ['1', 'a'],
      ['4', 'c'],
    ]);
  });

  test('a good group after a bad one is written as if nothing had happened', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [mapped(1, { age: '256' })]);
    const { totals } = await write(world, claim, [mapped(2, { age: '255' })]);
    assert.deepEqual(totals, { ...NOTHING, documents: 2, success: 1, failed: 1, rows: 1, batches: 2 });
    assert.deepEqual(await logged(world, [1, 2]), ['failed', 'success']);
  });

  test('a missing table stops the writer and fails no document', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await world.query(`DROP TABLE ${world.table('notes')}`);
    const group = [mapped(1), mapped(2, {}, { notes: [{ app_id: '2', note: 'x' }] })];
    await assert.rejects(write(world, claim, group), (error) => error instanceof StoreError && !error.transient);
    assert.deepEqual(await logged(world, [1, 2]), ['none', 'none']);
    assert.deepEqual((await world.store.listInstances('run-1'))[0]?.totals, NOTHING);
    assert.equal((await write(world, claim, [mapped(1)])).totals.success, 1);
  });

  test('a long reason is cut to 500 characters', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    await write(world, claim, [rejected(1, `mapping: ${'x'.repeat(600)}`)]);
    assert.equal((await world.store.findLog('1'))?.failureReason, `mapping: ${'x'.repeat(491)}`);
  });

  test('a dry run moves the cursor and counts, and writes neither rows nor log', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world, { dryRun: true });
    const { totals } = await write(
      world,
      claim,
      [mapped(1, { age: '999' }, { notes: [{ app_id: '1', note: 'x' }] }), rejected(2)],
      { dryRun: true },
    );
    assert.deepEqual(totals, { ...NOTHING, documents: 2, success: 1, failed: 1, rows: 2, batches: 1 });
    assert.deepEqual(await rows(world, 'app_base', ['app_id']), []);
    assert.deepEqual(await logged(world, [1, 2]), ['none', 'none']);
    assert.equal((await world.store.listInstances('run-1'))[0]?.cursor, '2');
  });

  test('quality issues are totalled by kind and place, with the first 20 ids of each', async (t) => {
    const world = await openWorld(engine, t);
    const { claim } = await start(world);
    const missing = { kind: 'required_column_missing', table: 'app_base', column: 'title' };
    const none = { kind: 'no_valid_contact', table: null, column: null };
    const many = Array.from({ length: 25 }, (_, index) => ({ ...mapped(index + 1), issues: [missing, missing] }));
    const first = await write(world, claim, many);
    await write(world, first.claim, [
      { ...rejected(30), issues: [none] },
      { ...mapped(31, { age: '999' }), issues: [missing] },
    ]);
    const ids = Array.from({ length: 20 }, (_, index) => String(index + 1));
    const expected = [
      { ...missing, documents: 26, appIds: ids },
      { ...none, documents: 1, appIds: ['30'] },
    ];
    assert.deepEqual((await world.store.listInstances('run-1'))[0]?.issues, expected);
    await world.store.releaseInstance(claim);
    assert.deepEqual((await claimed(world, 'run-1', 0, 'next')).issues, expected);
  });
}
