import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '../../src/log.ts';
import { silentLog } from '../../src/log.ts';
import { createActivities } from '../../src/run/activities.ts';
import type { ActivityDeps } from '../../src/run/activities.ts';
import { describeRun, startRun } from '../../src/run/control.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { goodDocument, goodDocuments, openWorkload } from './workload.ts';
import type { Workload } from './workload.ts';

const TWO_A_PAGE = { instance_count: 1, batch_size: 2 };

test('a slice that loses its lease stops, and what it had committed stays', async (t) => {
  const work = await openWorkload(t, goodDocuments(10));
  const steal = (): void => void work.sql(`UPDATE "lease.xmlfan_instance" SET token = 'another' RETURNING 1`);
  const { of, activities } = await planned(work, { ...work.deps, onProgress: steal });
  assert.deepEqual(await activities.processSlice(of), { next: 'continue' });
  assert.equal(work.log().length, 2);
});

test('of the pages of a slice the first is told at info, those right after it at debug', async (t) => {
  const work = await openWorkload(t, goodDocuments(6));
  const lines: string[] = [];
  const note = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const log: Log = { ...silentLog, info: note('info'), debug: note('debug'), child: () => log };
  const { of, activities } = await planned(work, { ...work.deps, log });

  await activities.processSlice(of);

  assert.deepEqual(
    lines.filter((line) => line.includes('Page')),
    ['info Page 1: fetched 2 documents', 'debug Page 2: fetched 2 documents', 'debug Page 3: fetched 2 documents'],
  );
});

test('an instance that somebody holds is busy until the lease ends', async (t) => {
  const work = await openWorkload(t, goodDocuments(10));
  const { of, activities } = await planned(work, work.deps);
  await work.line.store.claimInstance(of.runId, 0, 'another');
  const busy = await activities.processSlice(of);
  assert.ok('next' in busy && busy.next === 'busy' && busy.waitSeconds > 0 && busy.waitSeconds <= 1);
  assert.equal(work.log().length, 0);
});

test('a slice gives its lease back when the database fails it, and fails no document', async (t) => {
  const work = await openWorkload(t, goodDocuments(10));
  work.sql(
    `CREATE TRIGGER full BEFORE INSERT ON "lease.processing_log" WHEN NEW.app_id = 5 BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
  );
  const { of, activities } = await planned(work, work.deps);
  const failed = await activities.processSlice(of);
  assert.ok('error' in failed);
  assert.match(failed.error, /disk full/);
  const [instance] = await work.line.store.listInstances(of.runId);
  assert.deepEqual([instance?.leased, instance?.status, instance?.totals.failed], [false, 'running', 0]);
  assert.equal(work.log().length, 4);
});

test('a slice tells the end of a run instead of working on it', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  const { of, activities } = await planned(work, work.deps);
  await work.line.store.finishRun(of.runId, 'given up');
  assert.deepEqual(await activities.processSlice(of), { next: 'stopped' });
  assert.deepEqual(await activities.nextInstance({ ...of, lane: 0 }), { instanceId: null });
});

test('instances with most documents are taken first, so that no lane is left over with a large one', async (t) => {
  const ids = [8, 16, 24, 32, 40, 5, 13, 2];
  const work = await openWorkload(t, ids.map(goodDocument));
  const { of, activities } = await planned(work, work.deps, { instance_count: 8, parallelism: 2 });
  const plan = await activities.planRun(of);
  assert.ok('todo' in plan);
  // Those without documents have ended.
  assert.deepEqual(plan.todo, [0, 5, 2]);
  await activities.processSlice({ ...of, instanceId: 0 });
  const next = await Promise.all([0, 1].map((lane) => activities.nextInstance({ ...of, lane })));
  assert.deepEqual(next, [{ instanceId: 5 }, { instanceId: 2 }]);
});

test('a run does not go on with another contract than it was planned with', async (t) => {
  const work = await openWorkload(t, goodDocuments(3));
  const { of } = await planned(work, work.deps);
  const contracts = [{ ...work.line.contract, hash: 'another' }];
  const lines = openLines({ database: work.lines.database, contracts });
  assert.deepEqual(await createActivities({ ...work.deps, lines }).processSlice(of), {
    error: 'the contract of lease has changed since the run was opened; cancel it and start another',
  });
});

test('quality issues of all groups add up, each with the first 20 ids', async (t) => {
  const documents = goodDocuments(50).map(({ appId, xml }) => ({
    appId,
    xml: Number(appId) % 2 === 0 ? xml : String(xml).replace(' outcome_code="HOLD"', ''),
  }));
  const work = await openWorkload(t, documents);
  const run = await runLocally({ ...work.deps, request: work.request(TWO_A_PAGE) });
  const view = await describeRun(work.lines, run.runId);
  const missing = view?.quality_issues.filter(({ kind }) => kind === 'required_column_missing');
  assert.deepEqual(missing, [
    {
      kind: 'required_column_missing',
      table: 'app_base',
      column: 'decision_enum',
      documents: 25,
      app_ids: Array.from({ length: 20 }, (_, index) => String(index * 2 + 1)),
    },
  ]);
});

test('the end of a run is checked against the log: what is missing there is told', async (t) => {
  const work = await openWorkload(t, goodDocuments(10));
  const { log, warnings } = warningLog();
  const { of, activities } = await planned(work, { ...work.deps, log });
  await activities.processSlice(of);
  work.sql('DELETE FROM "lease.processing_log" WHERE app_id = 7 RETURNING 1');
  const end = await activities.finishRun(of);
  assert.ok('status' in end && end.status === 'completed');
  assert.deepEqual(warnings, [
    [
      'The log does not hold what the run counted; `verify` shows where',
      { run_id: of.runId, counted: { success: 10, failed: 0 }, logged: { success: 9, failed: 0 } },
    ],
  ]);
});

test('blank documents are logged failed, documents under another id rejected, NULL left alone', async (t) => {
  const documents = [goodDocument(1), { appId: '2', xml: ' \n ' }, { ...goodDocument(3), appId: '4' }, goodDocument(5)];
  const work = await openWorkload(t, documents);
  work.sql('UPDATE "lease.lease_xml_queue" SET doc_xml = NULL WHERE app_id = 5 RETURNING 1');
  await runLocally({ ...work.deps, request: work.request(TWO_A_PAGE) });
  assert.deepEqual(work.log(), [
    { app_id: 1, status: 'success', failure_reason: null },
    { app_id: 2, status: 'failed', failure_reason: 'source: blank document' },
    { app_id: 4, status: 'failed', failure_reason: 'validation: app_id mismatch' },
  ]);
});

test('a document that a lost session has written is not written again', async (t) => {
  const work = await openWorkload(t, goodDocuments(4));
  await runLocally({ ...work.deps, request: work.request() });
  const before = work.rows();
  // As if a log row had been deleted to have the document converted once more, but not its rows.
  work.sql('DELETE FROM "lease.processing_log" WHERE app_id = 2 RETURNING 1');
  const { log, warnings } = warningLog();
  await runLocally({ ...work.deps, log, request: work.request({ dry_run: true }) });
  const run = await runLocally({ ...work.deps, log, request: work.request() });
  const [totals] = (await work.line.store.listInstances(run.runId))
    .filter(({ planned: count }) => count > 0)
    .map((instance) => instance.totals);
  assert.deepEqual([totals?.success, totals?.alreadyPresent, totals?.rows], [0, 1, 0]);
  assert.deepEqual(work.rows(), before);
  // It is logged as a success; a dry run logs nothing, of which nothing is to be told.
  assert.deepEqual(warnings, []);
});

function warningLog(): { readonly log: Log; readonly warnings: readonly unknown[] } {
  const warnings: unknown[] = [];
  const log: Log = {
    ...silentLog,
    warn: (message, fields) => void warnings.push([message, fields]),
    child: () => log,
  };
  return { log, warnings };
}

/** Opens and plans a run of one instance, two documents a page. */
async function planned(
  work: Workload,
  deps: ActivityDeps,
  request: Parameters<Workload['request']>[0] = TWO_A_PAGE,
): Promise<{
  of: { runId: string; productLine: string; instanceId: number };
  activities: ReturnType<typeof createActivities>;
}> {
  const { run } = await startRun(work.lines, work.request(request), {
    trigger: 'http',
    start: async () => undefined,
  });
  const activities = createActivities(deps);
  const of = { runId: run.runId, productLine: 'lease', instanceId: 0 };
  await activities.planRun(of);
  return { of, activities };
}
