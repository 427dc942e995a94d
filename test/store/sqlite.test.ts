import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { StoreError } from '../../src/store/port.ts';
import { connect } from '../../src/store/sqlite/connection.ts';
import { databaseOn, openSqlite } from '../../src/store/sqlite/open.ts';
import { storeSuite } from './suite.ts';
import { memory, SCHEMA, table } from './suite/memory.ts';
import {
  claimed,
  EVERYTHING,
  LONG,
  logged,
  mapped,
  newRun,
  openWorld,
  rows,
  seed,
  start,
  TABLES,
  write,
} from './suite/world.ts';
import type { GroupDocument, Leases } from '../../src/store/port.ts';
import type { Opened } from './suite/world.ts';

storeSuite({ name: 'SQLite in a file', open: openFile });

async function openFile(leases: Leases): Promise<Opened & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  const path = join(folder, 'store.db');
  const database = await openSqlite(path, leases);
  const probe = new DatabaseSync(path, { timeout: 5000 });
  return {
    path,
    database,
    schema: SCHEMA,
    table,
    query: async (sql) => probe.prepare(sql).all(),
    close: async () => {
      probe.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe('SQLite only', () => {
  test('documents stored as bytes are read as bytes', async (t) => {
    const world = await openWorld(memory, t);
    const xml = new Uint8Array([0x3c, 0x61, 0xe9, 0x2f, 0x3e]);
    await world.store.importDocuments([{ appId: '1', xml }], { replace: false });
    const { instances } = await start(world);
    const page = await world.store.readPage({
      partition: instances[0]!.partition,
      cursor: null,
      maxDocuments: 9,
      maxBytes: 9,
    });
    assert.deepEqual(page.documents, [{ appId: '1', xml, encoding: undefined }]);
    assert.deepEqual((await world.store.readDocument('1'))?.xml, xml);
  });

  test('documents stored as text are read as bytes of a known encoding, whatever they declare', async (t) => {
    const world = await openWorld(memory, t);
    const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>';
    await world.store.importDocuments([{ appId: '1', xml }], { replace: false });
    const { instances } = await start(world);
    const { partition } = instances[0]!;
    const page = await world.store.readPage({ partition, cursor: null, maxDocuments: 9, maxBytes: 9 });
    assert.deepEqual(page.documents, [{ appId: '1', xml: new Uint8Array(Buffer.from(xml)), encoding: 'utf-8' }]);
    assert.equal((await world.store.readDocument('1'))?.xml, xml);
  });

  test('a page is no more than a group', async (t) => {
    const world = await openWorld(memory, t);
    await seed(world, [...Array(101).keys()]);
    const { instances } = await start(world);
    const page = { partition: instances[0]!.partition, maxDocuments: 500, maxBytes: 1_000_000 };
    const { documents, last } = await world.store.readPage({ ...page, cursor: null });
    assert.deepEqual([documents.length, documents.at(-1)?.appId, last], [100, '99', false]);
    const rest = await world.store.readPage({ ...page, cursor: '99' });
    assert.deepEqual([rest.documents.map(({ appId }) => appId), rest.last], [['100'], true]);
  });

  test('an id that cannot be one is not found', async (t) => {
    const world = await openWorld(memory, t);
    await seed(world, [0]);
    for (const appId of ['', 'x', '1.5', '99999999999999999999', '9223372036854775808']) {
      assert.equal(await world.store.findLog(appId), null);
      assert.equal(await world.store.readDocument(appId), null);
    }
  });

  test('reasons name the constraint', async (t) => {
    const world = await openWorld(memory, t);
    await world.query(`DROP TABLE ${table('notes')}`);
    await world.query(
      `CREATE TABLE ${table('notes')} (app_id BIGINT NOT NULL, note TEXT NOT NULL UNIQUE REFERENCES ${table('words')} (word) DEFERRABLE INITIALLY DEFERRED)`,
    );
    await world.query(`CREATE TABLE ${table('words')} (word TEXT PRIMARY KEY)`);
    await world.query(`INSERT INTO ${table('words')} VALUES ('known')`);
    const { claim } = await start(world);
    await write(world, claim, [
      note('1', 'known'),
      note('2'),
      note('3', 'known'),
      note('4', 'unknown'),
      mapped(5, { price: '1234567' }),
    ]);
    const failures = await world.store.listFailures({ limit: 9 });
    assert.deepEqual(
      failures.map(({ appId, failureReason }) => `${appId} ${failureReason}`),
      [
        '2 constraint_violation: migration.notes.note must not be NULL',
        '3 constraint_violation: duplicate key in migration.notes.note',
        '4 constraint_violation: a row that a foreign key refers to is missing',
        '5 constraint_violation: migration.app_base.price does not fit decimal(6,2)',
      ],
    );
  });

  test('what others check or do counts from the moment that it is there', async (t) => {
    const world = await openWorld(memory, t);
    const { claim } = await start(world);
    const base = table('app_base');
    await write(world, claim, [mapped(1, { age: '150' })]);
    await world.query(`ALTER TABLE ${base} ADD COLUMN own INT CHECK (age < 100)`);
    await write(world, claim, [mapped(2, { age: '150' }), mapped(3, { age: '50' })]);
    await world.query(`ALTER TABLE ${base} DROP COLUMN own`);
    await write(world, claim, [mapped(4, { age: '150' })]);
    await world.query(`CREATE TABLE ages (age INT CHECK (age < 100))`);
    await world.query(`CREATE TRIGGER aged AFTER INSERT ON ${base} BEGIN INSERT INTO ages VALUES (new.age); END`);
    await write(world, claim, [mapped(5, { age: '150' }), mapped(6, { age: '50' })]);
    assert.deepEqual(await logged(world, [1, 2, 3, 4, 5, 6]), [
      'success',
      'failed',
      'success',
      'success',
      'failed',
      'success',
    ]);
    await world.query(`DROP TRIGGER aged`);
    await write(world, claim, [mapped(7, { age: '150' })]);
    await world.query(
      `ALTER TABLE ${table(world.workSet.sourceTable)} ADD COLUMN own INT NOT NULL DEFAULT 1 CHECK (own = 1 AND app_id < 100)`,
    );
    await assert.rejects(
      world.store.importDocuments([{ appId: '100', xml: '<a/>' }], { replace: false }),
      /CHECK constraint failed/,
    );
  });

  test('a column that the database makes of others cannot be written', async (t) => {
    const world = await openWorld(memory, t);
    await world.query(`DROP TABLE ${table('notes')}`);
    await world.query(
      `CREATE TABLE ${table('notes')} (app_id BIGINT NOT NULL, note TEXT GENERATED ALWAYS AS ('n' || app_id) STORED NOT NULL, twice INT NOT NULL AS (app_id * 2))`,
    );
    assert.deepEqual(await world.store.check(TABLES), [
      {
        place: 'migration.notes.note',
        message: 'The server fills the column itself; it cannot be written.',
        advice: 'Take it out of the contract.',
        severity: 'error',
      },
    ]);
  });

  test('a column that refuses NULL but that not every document fills is a warning', async (t) => {
    const world = await openWorld(memory, t);
    await world.query(`DROP TABLE ${table('notes')}`);
    await world.query(`CREATE TABLE ${table('notes')} (app_id BIGINT NOT NULL, note TEXT NOT NULL)`);
    assert.deepEqual(await world.store.check(TABLES), [
      {
        place: 'migration.notes.note',
        message:
          'The column is NOT NULL and has no default, but not every document fills it; those that do not will fail.',
        advice: 'Give its mapping a `default_value`, or the column a default.',
        severity: 'warning',
      },
    ]);
  });

  test('names of columns are compared as SQLite does, in any case', async (t) => {
    const world = await openWorld(memory, t);
    await world.query(`DROP TABLE ${table('notes')}`);
    await world.query(`CREATE TABLE ${table('notes')} (APP_ID BIGINT NOT NULL, Note TEXT DEFAULT 'standard')`);
    assert.deepEqual(await world.store.check(TABLES), []);
    const { claim } = await start(world);
    await write(world, claim, [note('1'), note('2', 'own')]);
    assert.deepEqual(await rows(world, 'notes', ['app_id', 'note']), [
      ['1', 'standard'],
      ['2', 'own'],
    ]);
  });

  test('decimals are compared as numbers, and longer ones than a float holds are exact', async (t) => {
    const world = await openWorld(memory, t);
    const { claim } = await start(world);
    const values = ['9.95', '2500', '100.50', '-3', '1234567890123456789012345678.0123456789'];
    await write(
      world,
      claim,
      values.map((amount, index) => mapped(index + 1, index < 4 ? { amount, price: amount } : { amount })),
    );
    const ask = async (what: string): Promise<unknown> =>
      Object.values((await world.query(`SELECT ${what} FROM ${table('app_base')}`))[0] ?? {});
    assert.deepEqual(await ask('max(price), min(price), sum(price > 1000)'), [2500, -3, 1]);
    assert.deepEqual(await ask('min(amount), sum(amount > 1000), sum(amount = 100.5)'), [-3, 2, 1]);
    assert.deepEqual(await ask('max(amount)'), [values[4]]);
  });

  test('decimals fit by their digits: one too many on either side is refused', async (t) => {
    const world = await openWorld(memory, t);
    const { claim } = await start(world);
    const prices = ['9999.99', '10000', '0.01', '0.001', '-9999.99', '-10000', '1e3', '007.10'];
    await write(
      world,
      claim,
      prices.map((price, index) => mapped(index + 1, { price })),
    );
    assert.deepEqual(
      (
        await logged(
          world,
          prices.map((_, index) => index + 1),
        )
      ).map((status, index) => `${prices[index]} ${status}`),
      [
        '9999.99 success',
        '10000 failed',
        '0.01 success',
        '0.001 failed',
        '-9999.99 success',
        '-10000 failed',
        '1e3 success',
        '007.10 success',
      ],
    );
  });

  const IDS: readonly (readonly [declaration: string, values: string, message: string | null])[] = [
    ['INTEGER PRIMARY KEY', `(1)`, null],
    ['BIGINT', `(1)`, null],
    ['TEXT', `('1')`, 'The column is text; documents are told apart by whole numbers.'],
    ['uniqueidentifier', `('x')`, 'The column is uniqueidentifier; documents are told apart by whole numbers.'],
    ['INT', `(1), ('a')`, 'The column holds values that are text; documents are told apart by whole numbers.'],
    ['', `(1), (1.5)`, 'The column holds values that are real; documents are told apart by whole numbers.'],
  ];
  for (const [declaration, values, message] of IDS) {
    test(`ids of the type ${declaration || 'none'} are ${message === null ? 'taken' : 'refused by its name'}`, async (t) => {
      const world = await openWorld(memory, t);
      await world.query(`DROP TABLE ${table('app_xml')}`);
      await world.query(`CREATE TABLE ${table('app_xml')} (app_id ${declaration}, document TEXT)`);
      await world.query(`INSERT INTO ${table('app_xml')} (app_id) VALUES ${values}`);
      const errors = (await world.store.check([])).map((found) => `${found.place}: ${found.message}`);
      assert.deepEqual(errors, message === null ? [] : [`migration.app_xml.app_id: ${message}`]);
    });
  }

  test('tables of the schema dbo are called without it', async (t) => {
    const connection = await connect(':memory:');
    const database = await databaseOn(connection, LONG);
    t.after(() => database.close());
    const workSet = { schema: 'dbo', sourceTable: 'docs', sourceColumn: 'xml', application: null, logTable: 'log' };
    await database.store(workSet).init();
    await database.store(workSet).createSource();
    await database.store(workSet).createDestination(TABLES);
    const sql = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%.%'`;
    assert.deepEqual(connection.all(z.object({ name: z.string() }), sql), []);
    assert.equal(connection.exists('SELECT count(*) FROM app_base JOIN docs JOIN log'), true);
    assert.deepEqual(await database.store(workSet).check(TABLES), []);
  });

  test('a folder that is not there is named', async () => {
    const path = join(tmpdir(), 'xmlfan-not-there', 'store.db');
    await assert.rejects(openSqlite(path, LONG), (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(
        error.message,
        `Cannot open the SQLite database ${path}: is its folder there, and may it be written?`,
      );
      return true;
    });
  });

  test('a writer waits while another connection holds the database', async (t) => {
    const opened = await openFile(LONG);
    t.after(() => opened.close());
    const store = opened.database.store({
      schema: SCHEMA,
      sourceTable: 'x',
      sourceColumn: 'd',
      application: null,
      logTable: 'log',
    });
    await store.init();
    await opened.query('BEGIN IMMEDIATE');
    const opening = store.openRun(newRun('run-1'));
    // The wait is asynchronous, so this thread can go on and let go of the database.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await opened.query('COMMIT');
    assert.equal((await opening).result, 'opened');
  });

  test('three processes on one file convert every document once, each its own partition', async (t) => {
    const world = await openWorld({ name: 'file', open: openFile }, t);
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    await seed(world, ids);
    await world.store.openRun(newRun('run-1'));
    const { instances } = await world.store.survey({ by: 'modulo', instanceCount: 3, bounds: EVERYTHING, limit: null });
    await world.store.savePlan('run-1', instances);
    const [{ file } = { file: '' }] = z
      .array(z.object({ file: z.string() }))
      .parse(await world.query(`SELECT file FROM pragma_database_list WHERE name = 'main'`));
    const codes = await Promise.all([0, 1, 2].map((instanceId) => runWriter(file, instanceId)));
    assert.deepEqual(codes, [0, 0, 0]);
    assert.equal((await world.store.finishRun('run-1')).status, 'completed');
    assert.deepEqual(
      (await world.store.verify()).filter(({ passed }) => !passed),
      [],
    );
    assert.equal((await rows(world, 'app_base', ['app_id'])).length, 300);
    const totals = (await world.store.listInstances('run-1')).map((instance) => [
      instance.totals.success,
      instance.totals.duplicateRows,
    ]);
    assert.deepEqual(
      totals.map(([success]) => success),
      [100, 100, 100],
    );
    // Every document has the one contact of all.
    assert.equal(
      totals.reduce((sum, [, duplicates = 0]) => sum + duplicates, 0),
      299,
    );
  });

  test('of two connections that take over a stale run at the same moment one wins', async (t) => {
    const opened = await openFile({ leaseSeconds: 1, aliveSeconds: 0 });
    const second = await openSqlite(opened.path, LONG);
    t.after(async () => {
      await second.close();
      await opened.close();
    });
    const workSet = { schema: SCHEMA, sourceTable: 'x', sourceColumn: 'd', application: null, logTable: 'log' };
    const [one, two] = [opened.database.store(workSet), second.store(workSet)];
    await one.init();
    await one.openRun(newRun('run-1'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const results = await Promise.all([two.openRun(newRun('run-2')), two.openRun(newRun('run-3'))]);
    assert.deepEqual(results.map(({ result }) => result).toSorted(), ['live', 'opened']);
  });

  test('a claim made through one connection is respected by another', async (t) => {
    const opened = await openFile(LONG);
    const world = await openWorld({ name: 'file', open: async () => opened }, t);
    const second = await openSqlite(opened.path, LONG);
    t.after(() => second.close());
    await start(world);
    assert.equal((await second.store(world.workSet).claimInstance('run-1', 0, 'thief')).result, 'busy');
    await assert.rejects(claimed({ ...world, store: second.store(world.workSet) }, 'run-1', 0, 'thief'));
    assert.deepEqual(await logged(world, [1]), ['none']);
  });
});

function note(appId: string, ...values: string[]): GroupDocument {
  const row = { app_id: appId, ...(values[0] === undefined ? {} : { note: values[0] }) };
  return mapped(appId, {}, { notes: [row] });
}

async function runWriter(path: string, instanceId: number): Promise<number> {
  const script = new URL('suite/writer-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, path, String(instanceId)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = z.tuple([z.int(), z.unknown()]).parse(await once(child, 'exit'));
  return code;
}
