import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { compare } from '../../src/run/compare/compare.ts';
import type { Comparison, TableComparison } from '../../src/run/compare/report.ts';
import { runLocally } from '../../src/run/local.ts';
import { goodDocument, goodDocuments, openWorkload, type Workload } from './workload.ts';

const EVERYTHING = { range: { start: null, end: null }, sample: null };

async function converted(work: Workload): Promise<void> {
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 2 }) });
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

test('rows whose key another document holds are no difference', async (t) => {
  const shared = { ...goodDocument(30), xml: String(goodDocument(30).xml).replace('con_id="301"', 'con_id="11"') };
  const work = await openWorkload(t, [goodDocument(1), ...goodDocuments(40).slice(1, 25), shared]);
  await converted(work);
  const found = await compare(work.line, EVERYTHING);
  const { shared: count, missing } = tableOf(found, 'app_contact_base');
  assert.deepEqual([count, missing], [1, NONE]);
});
