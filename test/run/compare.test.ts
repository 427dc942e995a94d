import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { compare } from '../../src/run/compare/compare.ts';
import type { Comparison, TableComparison } from '../../src/run/compare/report.ts';
import { runLocally } from '../../src/run/local.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import { brokenDocument, goodDocument, goodDocuments, openWorkload, type Workload } from './workload.ts';

const EVERYTHING = { range: { start: null, end: null }, sample: null };

async function converted(work: Workload, instances = 2): Promise<void> {
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: instances }) });
  assert.equal(run.status, 'completed');
}

function tableOf({ tables }: Comparison, name: string): Partial<TableComparison> {
  const { table: _, ...counts } = tables.find(({ table }) => table === name) ?? assert.fail(name);
  return counts;
}

const NAMES = z.array(z.object({ name: z.string() }));
const INDEXES = `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'lease.app_contact_address'`;
const NONE = { rows: 0, app_ids: [] };

test('what a run has written is equal, and comparing changes nothing', async (t) => {
  const work = await openWorkload(t, goodDocuments(45));
  await converted(work);
  const before = [work.rows(), work.log()];
  const found = await compare(work.line, EVERYTHING);
  assert.equal(found.is_equal, true);
  assert.equal(found.documents, 45);
  assert.deepEqual(found.columns, []);
  assert.ok(found.tables.length > 5);
  for (const { wanted, held, equal } of found.tables) assert.deepEqual([held, equal], [wanted, wanted]);
  assert.deepEqual([work.rows(), work.log()], before);
});

test('rows that were changed, deleted, doubled and added are told apart, with ids and values', async (t) => {
  const work = await openWorkload(t, goodDocuments(25));
  await converted(work);
  work.sql('PRAGMA foreign_keys = off');
  work.sql(`UPDATE "lease.app_contact_base" SET first_name = 'Other' WHERE app_id IN (3, 17)`);
  work.sql('DELETE FROM "lease.lease_terms" WHERE app_id = 5');
  for (const { name } of NAMES.parse(work.sql(INDEXES))) work.sql(`DROP INDEX "${name}"`);
  work.sql(
    `INSERT INTO "lease.app_contact_address" SELECT * FROM "lease.app_contact_address" WHERE con_id = 71 LIMIT 1`,
  );
  work.sql(`INSERT INTO "lease.scores" (app_id, score_identifier) VALUES (9, 'ADDED')`);
  const found = await compare(work.line, EVERYTHING);
  assert.equal(found.is_equal, false);
  const contacts = tableOf(found, 'app_contact_base');
  assert.deepEqual([contacts.different, contacts.missing, contacts.extra], [2, NONE, NONE]);
  assert.deepEqual(found.columns, [
    {
      table: 'app_contact_base',
      column: 'first_name',
      rows: 2,
      first: ['3', '17'].map((id) => ({ app_id: id, wanted: found.columns[0]?.first[0]?.wanted, held: 'Other' })),
    },
  ]);
  assert.notEqual(found.columns[0]?.first[0]?.wanted, 'Other');
  assert.deepEqual(tableOf(found, 'lease_terms').missing, { rows: 1, app_ids: ['5'] });
  assert.deepEqual(tableOf(found, 'app_contact_address').doubled, { rows: 1, app_ids: ['7'] });
  assert.deepEqual(tableOf(found, 'scores').extra, { rows: 1, app_ids: ['9'] });
});

test('a range and a sample are compared alone', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  await converted(work);
  work.sql(`UPDATE "lease.app_contact_base" SET first_name = 'Other' WHERE app_id = 3`);
  const range = { start: '10', end: '19' };
  assert.deepEqual(pick(await compare(work.line, { range, sample: null })), [10, true]);
  assert.deepEqual(pick(await compare(work.line, { ...EVERYTHING, range: { start: null, end: '9' } })), [9, false]);
  assert.deepEqual(pick(await compare(work.line, { ...EVERYTHING, sample: 7 })), [7, true]);
  assert.equal((await compare(work.line, { range, sample: 100 })).documents, 10);
});

function pick({ documents, is_equal: isEqual }: Comparison): readonly unknown[] {
  return [documents, isEqual];
}

test('documents whose source is gone, or that are rejected now, are told', async (t) => {
  const work = await openWorkload(t, goodDocuments(4));
  await converted(work);
  await work.line.store.importDocuments([{ appId: '2', xml: '<Provenir' }], { replace: true });
  work.sql('PRAGMA foreign_keys = off');
  work.sql(`DELETE FROM "lease.${work.line.workSet.sourceTable}" WHERE app_id = 4`);
  const found = await compare(work.line, EVERYTHING);
  assert.deepEqual(found.without_source, { documents: 1, app_ids: ['4'] });
  assert.deepEqual([found.rejected.documents, found.rejected.app_ids], [1, ['2']]);
  assert.match(found.rejected.reasons[0] ?? '', /Invalid XML structure/);
  assert.deepEqual(tableOf(found, 'app_base').extra, { rows: 1, app_ids: ['2'] });
  assert.equal(found.is_equal, false);
});

/** Document 1 and one in another batch, before or after it, that name the contact 11; the later one has an address more. */
function sharing(other: number): SourceDocument[] {
  const [own, ...rest] = goodDocuments(40).map((document) => ({ ...document, xml: String(document.xml) }));
  const guest = goodDocument(other);
  const address = '<contact_address addr_kind="MAIL" street_name="GUEST"/>';
  const xml = String(guest.xml)
    .replace(`con_id="${other}1"`, 'con_id="11"')
    .replace('<contact_address ', `${address}<contact_address `);
  return [...(own ? [own] : []), ...rest.filter(({ appId }) => appId !== String(other)), { ...guest, xml }];
}

test('rows of a contact that documents of different batches share are no difference', async (t) => {
  const work = await openWorkload(t, sharing(30));
  await converted(work, 1);
  const found = await compare(work.line, EVERYTHING);
  const { shared: count, missing } = tableOf(found, 'app_contact_base');
  assert.deepEqual([count, missing, found.is_equal], [1, NONE, true]);
  const { wanted, held, equal, shared, extra, undecided } = tableOf(found, 'app_contact_address');
  assert.deepEqual([wanted, held, equal, shared], [41, 40, 39, 2]);
  assert.deepEqual([extra, undecided], [NONE, NONE]);
});

test('which of the documents that share a contact came first is no matter', async (t) => {
  const work = await openWorkload(t, sharing(30));
  const some = work.request({ app_id_start: 30, app_id_end: 30 });
  await runLocally({ ...work.deps, request: some });
  await converted(work, 1);
  work.sql(`UPDATE "lease.app_contact_address" SET street_name = 'Other' WHERE street_name = 'GUEST'`);
  const found = await compare(work.line, EVERYTHING);
  assert.deepEqual([tableOf(found, 'app_contact_base').shared, tableOf(found, 'app_contact_address').shared], [1, 1]);
  assert.deepEqual(
    found.columns.map(({ table, column, rows, first }) => [table, column, rows, first[0]?.app_id]),
    [['app_contact_address', 'street_name', 1, '30']],
  );
});

test('a row of a shared contact that differs, or that no document has, is a difference', async (t) => {
  const work = await openWorkload(t, sharing(30));
  await converted(work, 1);
  work.sql('PRAGMA foreign_keys = off');
  work.sql(`UPDATE "lease.app_contact_address" SET street_name = 'Other' WHERE street_name = 'GUEST'`);
  work.sql(
    `INSERT INTO "lease.app_contact_address" (con_id, address_type_enum, street_name) SELECT 21, address_type_enum, 'More' FROM "lease.app_contact_address" WHERE street_name = 'Other'`,
  );
  const found = await compare(work.line, EVERYTHING);
  assert.deepEqual(tableOf(found, 'app_contact_address').extra, { rows: 1, app_ids: ['2'] });
  assert.deepEqual(
    found.columns.map(({ column, first }) => [column, first]),
    [['street_name', [{ app_id: '30', wanted: 'GUEST', held: 'Other' }]]],
  );
  const some = await compare(work.line, { ...EVERYTHING, range: { start: '1', end: '9' } });
  assert.deepEqual(tableOf(some, 'app_contact_address').undecided, { rows: 2, app_ids: ['1', '2'] });
  assert.deepEqual([some.is_equal, some.columns], [true, []]);
});

test('rows of documents that were never converted, and of contacts that there are not, are told', async (t) => {
  const work = await openWorkload(t, [...goodDocuments(3), brokenDocument(4)]);
  await converted(work);
  work.sql('PRAGMA foreign_keys = off');
  work.sql(`INSERT INTO "lease.scores" (app_id, score_identifier) VALUES (4, 'A'), (4, 'B'), (99, 'A')`);
  work.sql('UPDATE "lease.app_contact_address" SET con_id = 777 WHERE con_id = 21');
  const found = await compare(work.line, EVERYTHING);
  assert.deepEqual(found.orphans, [
    { table: 'app_contact_address', kind: 'parentless', rows: 1, ids: ['777'] },
    { table: 'scores', kind: 'unlogged', rows: 3, ids: ['4', '99'] },
  ]);
  assert.equal(found.is_equal, false);
  const some = await compare(work.line, { ...EVERYTHING, range: { start: '4', end: '50' } });
  assert.deepEqual(some.orphans, [{ table: 'scores', kind: 'unlogged', rows: 2, ids: ['4'] }]);
  assert.equal((await compare(work.line, { ...EVERYTHING, sample: 2 })).orphans, null);
});

test('documents that another log has as converted are no orphans', async (t) => {
  const work = await openWorkload(t, goodDocuments(2));
  await converted(work);
  const { database } = work.lines;
  const other = database.store({ ...work.line.workSet, logTable: 'other_log', sourceTable: 'other_source' });
  await other.createSource();
  await other.init();
  work.sql('UPDATE "lease.processing_log" SET app_id = 5 WHERE app_id = 2');
  const rowsOf2 = async () => (await compare(work.line, EVERYTHING)).orphans?.length ?? 0;
  assert.ok((await rowsOf2()) > 5);
  work.sql(`INSERT INTO "lease.other_log" (app_id, status) VALUES (2, 'success')`);
  assert.equal(await rowsOf2(), 0);
});

/** The line of a workload that does something before it reads what is held. */
function lineWith(work: Workload, before: { readonly readHeld: () => Promise<void> }): Workload['line'] {
  const { line } = work;
  const { store } = line;
  return {
    ...line,
    store: {
      ...store,
      async readHeld(...given) {
        await before.readHeld();
        return store.readHeld(...given);
      },
    },
  };
}

test('what is taken back while it is compared is no difference', async (t) => {
  const work = await openWorkload(t, goodDocuments(30));
  await converted(work);
  const { store, tables } = work.line;
  let number = 0;
  const readHeld = async (): Promise<void> => {
    number += 1;
    if (number === 2) await store.redo(['3', '5'], tables, { dryRun: false });
  };
  const found = await compare(lineWith(work, { readHeld }), EVERYTHING);
  assert.deepEqual(found.taken_back, { documents: 2, app_ids: ['3', '5'] });
  assert.deepEqual([found.is_equal, found.columns, found.converted_meanwhile], [true, [], 0]);
});

test('what a run converts meanwhile, of documents passed already, is counted and leaves shared contacts open', async (t) => {
  const work = await openWorkload(t, sharing(3));
  for (const [first, last] of [
    [1, 2],
    [4, 40],
  ] as const)
    await runLocally({ ...work.deps, request: work.request({ app_id_start: first, app_id_end: last }) });
  let number = 0;
  const readHeld = async (): Promise<void> => {
    number += 1;
    if (number === 1) await converted(work, 1);
  };
  const found = await compare(lineWith(work, { readHeld }), EVERYTHING);
  assert.deepEqual([found.documents, found.converted_meanwhile, found.is_equal], [39, 1, true]);
  assert.deepEqual(tableOf(found, 'app_contact_address').undecided, { rows: 1, app_ids: ['1'] });
  assert.deepEqual(found.orphans, []);
});

test('a value that is held as empty text is shown as such', async (t) => {
  const work = await openWorkload(t, goodDocuments(2));
  await converted(work);
  work.sql(`UPDATE "lease.app_contact_base" SET first_name = '' WHERE app_id = 1`);
  const [column] = (await compare(work.line, EVERYTHING)).columns;
  assert.deepEqual([column?.column, column?.first[0]?.held], ['first_name', '']);
});

test('how far it is, is told after each batch', async (t) => {
  const work = await openWorkload(t, goodDocuments(25));
  await converted(work);
  const told: (readonly [number, number])[] = [];
  await compare(work.line, EVERYTHING, { onProgress: (documents, all) => told.push([documents, all]) });
  await compare(
    work.line,
    { ...EVERYTHING, sample: 3 },
    { onProgress: (documents, all) => told.push([documents, all]) },
  );
  assert.deepEqual(told, [
    [20, 25],
    [25, 25],
    [3, 3],
  ]);
});

test('a signal of the process is heard between two batches', async (t) => {
  const work = await openWorkload(t, goodDocuments(60));
  await converted(work);
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  const found = await compare(work.line, EVERYTHING, { signal: stop.signal });
  assert.ok(found.documents < 60);
  assert.equal(found.orphans, null);
});
