import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { redo } from '../../src/run/redo.ts';
import type { RedoRequest } from '../../src/run/redo.ts';
import { goodDocument, goodDocuments, mixedDocuments, openWorkload } from './workload.ts';
import type { Workload } from './workload.ts';

const FOR_REAL = { dryRun: false };

async function converted(work: Workload): Promise<void> {
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 2 }) });
  assert.equal(run.status, 'completed');
}

async function counted(work: Workload, request: RedoRequest): Promise<number> {
  return (await redo(work.line, request, { dryRun: true })).documents;
}

test('documents that were redone are made anew by the next run, with the rows they would have had', async (t) => {
  const work = await openWorkload(t, goodDocuments(5));
  await converted(work);
  const before = work.rows();
  await work.line.store.importDocuments(
    [{ ...goodDocument(2), xml: String(goodDocument(2).xml).replace('grade="84"', 'grade="85"') }],
    {
      replace: true,
    },
  );
  const report = await redo(work.line, { appIds: ['2', '3'] }, FOR_REAL);
  assert.deepEqual([report.documents, report.dry_run], [2, false]);
  assert.ok(report.rows.some(({ table, rows }) => table === 'app_base' && rows === 2));
  await converted(work);
  const after = work.rows();
  assert.notDeepEqual(after, before);
  await work.line.store.importDocuments([goodDocument(2)], { replace: true });
  await redo(work.line, { appIds: ['2'] }, FOR_REAL);
  await converted(work);
  assert.deepEqual(work.rows(), before);
  assert.deepEqual(
    (await work.line.store.verify()).filter(({ passed }) => !passed),
    [],
  );
});

test('documents are chosen by ids, range, reason or all, and all conditions must hold', async (t) => {
  const work = await openWorkload(t, mixedDocuments(20));
  await converted(work);
  assert.equal(await counted(work, { all: true }), 20);
  assert.equal(await counted(work, { appIds: ['1', '7', '99'] }), 2);
  assert.equal(await counted(work, { range: { start: '5', end: '8' } }), 4);
  assert.equal(await counted(work, { range: { start: '15', end: null } }), 6);
  assert.equal(await counted(work, { reason: 'constraint_violation' }), 1);
  assert.equal(await counted(work, { reason: 'constraint_violation', appIds: ['1'] }), 0);
  await assert.rejects(redo(work.line, {}, FOR_REAL), InputError);
  assert.equal(
    (await work.line.store.listMade({ bounds: { start: null, end: null }, afterAppId: null, limit: 99 })).length,
    20,
  );
});

test('changed documents are those whose source or contract is another than the one they were made of', async (t) => {
  const work = await openWorkload(t, goodDocuments(30));
  await converted(work);
  assert.equal(await counted(work, { changed: true }), 0);
  const changed = goodDocument(29);
  await work.line.store.importDocuments([{ ...changed, xml: `${String(changed.xml)}<!-- mended -->` }], {
    replace: true,
  });
  const report = await redo(work.line, { changed: true }, FOR_REAL);
  assert.deepEqual([report.documents, report.unknown_origin], [1, 0]);
  await converted(work);
  assert.equal(await counted(work, { changed: true }), 0);

  const contracts = [{ ...work.line.contract, hash: 'another' }];
  const mended = openLines({ database: work.lines.database, contracts }).find('lease');
  assert.equal((await redo(mended, { changed: true }, { dryRun: true })).documents, 30);
  work.sql('DELETE FROM "lease.processing_log_origin" WHERE app_id = 4 RETURNING 1');
  const unknown = await redo(mended, { changed: true }, { dryRun: true });
  assert.deepEqual([unknown.documents, unknown.unknown_origin], [29, 1]);
});

test('what stays is told, and documents that cannot be made anew are left alone', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  await converted(work);
  work.sql('DELETE FROM "lease.lease_xml_queue" WHERE app_id = 2 RETURNING 1');
  work.sql('CREATE TABLE letters (app_id BIGINT REFERENCES "lease.app_base" (app_id))');
  work.sql('INSERT INTO letters VALUES (3) RETURNING 1');
  const report = await redo(work.line, { all: true }, FOR_REAL);
  assert.deepEqual(report.without_source, { documents: 1, app_ids: ['2'] });
  assert.deepEqual(report.referred_to, { documents: 1, app_ids: ['3'] });
  assert.equal(report.documents, 1);
  const contacts = report.stays.find(({ table }) => table === 'app_contact_base');
  assert.match(
    contacts?.meaning ?? '',
    /another document wrote first stay; the next run leaves out rows with their keys/,
  );
});
