import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../src/errors.ts';
import { BASE, openEmpty, openWorld, TABLES } from './world.ts';
import type { Engine, World } from './world.ts';

const OWN = [
  'processing_log',
  'processing_log_history',
  'processing_log_origin',
  'xmlfan_run',
  'xmlfan_instance',
  'xmlfan_log',
];

// As the original made it, but for the identity.
function originalLog(world: World): string {
  return `CREATE TABLE ${world.table('processing_log')} (log_id int NULL, app_id ${world.sqlIdType} NOT NULL, status varchar(20) NOT NULL, failure_reason varchar(500) NULL,
    processing_time datetime2 NOT NULL, session_id varchar(50) NULL, app_id_start ${world.sqlIdType} NULL, app_id_end ${world.sqlIdType} NULL)`;
}

function logRow(world: World, appId: number): string {
  return `INSERT INTO ${world.table('processing_log')} (app_id, status, processing_time, session_id) VALUES (${world.sqlId(appId)}, 'success', '2024-01-01 10:20:30', '20240101_000000')`;
}

export function setUpSuite(engine: Engine): void {
  test('init makes the tables xmlfan owns, once', async (t) => {
    const world = await openEmpty(engine, t);
    const first = await world.store.init();
    assert.deepEqual(first, { created: OWN.map((name) => `${world.schema}.${name}`), duplicateLogRows: [] });
    assert.deepEqual(await world.store.init(), { created: [], duplicateLogRows: [] });
  });

  test('init keeps the rows of an existing log and makes its app_id unique', async (t) => {
    const world = await openEmpty(engine, t);
    await world.query(originalLog(world));
    await world.query(logRow(world, 7));
    const { created } = await world.store.init();
    assert.equal(created[0], `${world.schema}.processing_log: unique index on app_id`);
    assert.equal((await world.store.findLog('7'))?.status, 'success');
    await assert.rejects(world.query(logRow(world, 7)));
  });

  test('init stops at documents logged twice, lists them and makes nothing', async (t) => {
    const world = await openEmpty(engine, t);
    await world.query(originalLog(world));
    for (const appId of [7, 8, 8, 9, 9, 9]) await world.query(logRow(world, appId));
    const duplicateLogRows = [
      { appId: '8', rows: 2 },
      { appId: '9', rows: 3 },
    ];
    assert.deepEqual(await world.store.init(), { created: [], duplicateLogRows });
    await assert.rejects(world.query(`SELECT * FROM ${world.table('xmlfan_run')}`));
  });

  test('a log belongs to the source it was made for: another contract is refused by init and by check', async (t) => {
    const world = await openWorld(engine, t);
    const other = world.database.store({ ...world.workSet, sourceTable: 'returns_xml' });
    await other.createSource();
    await assert.rejects(other.init(), (error) => {
      assert.ok(error instanceof InputError);
      const [fault] = error.faults;
      assert.match(fault?.message ?? '', /shares the log table .*processing_log with .*app_xml\.document/);
      assert.match(fault?.advice ?? '', /log_table/);
      return true;
    });
    const [mismatch, ...others] = (await other.check([])).filter(({ severity }) => severity === 'error');
    assert.equal(mismatch?.place, `${world.schema}.returns_xml`);
    assert.deepEqual(others, []);
    const apart = world.database.store({ ...world.workSet, sourceTable: 'returns_xml', logTable: 'returns_log' });
    await apart.init();
    assert.deepEqual(
      (await apart.check([])).filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual(
      (await world.store.check([])).filter(({ severity }) => severity === 'error'),
      [],
    );
  });

  test('source and destination tables are made where they are missing', async (t) => {
    const world = await openEmpty(engine, t);
    assert.deepEqual(await world.store.createDestination([BASE]), [`${world.schema}.app_base`]);
    const others = TABLES.slice(1).map(({ name }) => `${world.schema}.${name}`);
    assert.deepEqual(await world.store.createDestination(TABLES), others);
    assert.deepEqual(await world.store.createSource(), [`${world.schema}.app_xml`, `${world.schema}.application`]);
    assert.deepEqual(await world.store.createSource(), []);
  });

  test('check finds nothing in a database that fits the contract', async (t) => {
    const world = await openWorld(engine, t);
    const errors = (await world.store.check(TABLES)).filter(({ severity }) => severity === 'error');
    assert.deepEqual(errors, []);
  });

  test('check lists every table that is missing', async (t) => {
    const world = await openEmpty(engine, t);
    const places = (await world.store.check([BASE]))
      .filter(({ severity }) => severity === 'error')
      .map(({ place }) => place);
    const expected = ['app_xml', 'application', ...OWN, 'app_base'].map((name) => `${world.schema}.${name}`);
    assert.deepEqual(places.toSorted(), expected.toSorted());
  });

  test('check names a missing column, and one that must be filled but is not', async (t) => {
    const world = await openEmpty(engine, t);
    await world.store.init();
    await world.store.createSource();
    await world.query(
      `CREATE TABLE ${world.table('notes')} (app_id bigint NOT NULL, extra int NOT NULL, spare int DEFAULT 1 NOT NULL)`,
    );
    const notes = TABLES.filter(({ name }) => name === 'notes');
    const errors = (await world.store.check(notes)).filter(({ severity }) => severity === 'error');
    assert.deepEqual(
      errors.map(({ place, message }) => `${place}: ${message}`),
      [
        `${world.schema}.notes.note: The column is missing.`,
        `${world.schema}.notes.extra: The column is NOT NULL and has no default, but no mapping fills it.`,
      ],
    );
  });
}
