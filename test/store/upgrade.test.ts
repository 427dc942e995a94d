import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { EVERYTHING, LONG, newRun } from './suite/world.ts';
import type { DestinationTable, WorkSet } from '../../src/store/destination.ts';
import type { Store } from '../../src/store/port.ts';

const WORK_SET: WorkSet = {
  schema: 'dbo',
  sourceTable: 'order_documents',
  sourceColumn: 'xml',
  application: null,
  logTable: 'processing_log',
};

/** A copy of a file that xmlfan 0.1.0 made: two orders, converted in one run of two instances. */
async function openOldFile(t: TestContext): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  const path = join(folder, 'old.db');
  await copyFile(new URL('files/version-0.1.0.db', import.meta.url), path);
  const database = await openSqlite(path, LONG);
  t.after(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  return database.store(WORK_SET);
}

const older = (table: string, columns: string) => ({
  place: `dbo.${table}`,
  message: `An older version of xmlfan made the table: it lacks ${columns}.`,
  advice: 'Run `xmlfan init`, which adds what is missing.',
  severity: 'error',
});

test('a file that version 0.1.0 made is told to be older, and how it is upgraded', async (t) => {
  const store = await openOldFile(t);
  assert.deepEqual(await store.check([]), [
    older('processing_log_history', 'moved_by'),
    {
      place: 'dbo.processing_log_origin',
      message: 'The table is missing.',
      advice: 'Run `xmlfan init`.',
      severity: 'error',
    },
    older('xmlfan_run', 'paused_at, paused_ms, pauses'),
    older('xmlfan_instance', 'samples, unmatched, id_start, id_end, id_before, id_cursor'),
    { place: 'dbo.xmlfan_log', message: 'The table is missing.', advice: 'Run `xmlfan init`.', severity: 'error' },
  ]);
});

test('such a file is used as it is: its tables keep their names, its decimals stay text', async (t) => {
  const store = await openOldFile(t);
  await store.init();
  const { pending } = await store.survey({ by: 'modulo', instanceCount: 1, bounds: EVERYTHING, limit: null });
  assert.equal(pending, 0);
  const lines: DestinationTable = {
    name: 'order_lines',
    role: 'other',
    columns: [
      { name: 'order_no', type: { kind: 'int' }, nullable: false },
      { name: 'price', type: { kind: 'decimal', precision: 18, scale: 2 }, nullable: true },
    ],
    primaryKey: [],
    uniqueKey: null,
    onDuplicate: 'fail',
    updateColumns: [],
    owner: { of: 'document', column: 'order_no' },
  };
  await store.importDocuments([{ appId: '3', xml: '<Order no="3"/>' }], { replace: false });
  await store.openRun(newRun('run-3'));
  const survey = await store.survey({ by: 'modulo', instanceCount: 1, bounds: EVERYTHING, limit: null });
  await store.savePlan('run-3', survey.instances);
  const claimed = await store.claimInstance('run-3', 0, 't');
  assert.ok(claimed.result === 'claimed');
  const row = ['3', '0.05'];
  const document = {
    appId: '3',
    sourceHash: null,
    issues: [],
    outcome: 'mapped',
    tables: [{ table: 'order_lines', rows: [row] }],
    matches: { places: [], digits: '' },
  } as const;
  const group = { documents: [document], cursor: '3', range: EVERYTHING, tables: [lines], dryRun: false };
  assert.equal((await store.writeGroup(claimed.claim, group)).result, 'written');
  assert.equal((await store.findLog('3'))?.status, 'success');
  assert.deepEqual(await store.redo(['1', '3'], [lines], { dryRun: false }), {
    documents: 2,
    rows: [{ table: 'order_lines', rows: 3 }],
    withoutSource: [],
  });
});

test('init upgrades such a file, once, and what it held is there', async (t) => {
  const store = await openOldFile(t);
  assert.deepEqual(await store.init(), {
    created: [
      'dbo.processing_log_origin',
      'dbo.xmlfan_log',
      'dbo.processing_log_history: column moved_by',
      'dbo.xmlfan_run: column paused_at',
      'dbo.xmlfan_run: column paused_ms',
      'dbo.xmlfan_run: column pauses',
      'dbo.xmlfan_instance: column samples',
      'dbo.xmlfan_instance: column unmatched',
      'dbo.xmlfan_instance: column id_start',
      'dbo.xmlfan_instance: column id_end',
      'dbo.xmlfan_instance: column id_before',
      'dbo.xmlfan_instance: column id_cursor',
    ],
    duplicateLogRows: [],
  });
  assert.deepEqual(await store.check([]), []);
  assert.deepEqual(await store.init(), { created: [], duplicateLogRows: [] });
  const [run] = await store.listRuns({ limit: 9, offset: 0 });
  assert.deepEqual([run?.status, run?.planned, run?.stillSeconds, run?.pauses], ['completed', 2, 0, []]);
  const instances = await store.listInstances(run?.runId ?? '');
  assert.deepEqual(
    instances.map(({ totals, samples, cursor, partition: { bounds } }) => [totals.success, samples, cursor, bounds]),
    [
      [1, [], '2', { start: null, end: null }],
      [1, [], '1', { start: null, end: null }],
    ],
  );
  const made = await store.listMade({ bounds: EVERYTHING, afterAppId: null, limit: 9 });
  assert.deepEqual(
    made.map(({ appId, sourceHash }) => [appId, sourceHash]),
    [
      ['1', null],
      ['2', null],
    ],
  );
});
