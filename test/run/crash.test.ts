import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import { mixedDocuments, openWorkload } from './workload.ts';

test('rows and log rows are committed together: a crash between the two leaves neither', async (t) => {
  const work = await openWorkload(t, mixedDocuments(9));
  // The log refuses document 7, which comes after others of its group: as if the process had died before its log row.
  work.sql(
    `CREATE TRIGGER crash BEFORE INSERT ON "lease.processing_log" WHEN NEW.app_id = 7 BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
  );
  const failed = await runLocally({ ...work.deps, request: work.request({ instance_count: 1 }) });
  assert.equal(failed.status, 'failed');
  assert.deepEqual(
    work.sql('SELECT app_id FROM "lease.app_base" WHERE app_id NOT IN (SELECT app_id FROM "lease.processing_log")'),
    [],
  );
  assert.deepEqual(work.sql('SELECT app_id FROM "lease.processing_log" WHERE app_id = 7'), []);

  work.sql('DROP TRIGGER crash');
  const run = await runLocally({ ...work.deps, request: work.request({ instance_count: 1 }) });
  const view = await describeRun(work.lines, run.runId);
  assert.equal(run.status, 'completed');
  assert.equal(work.log().length, 9);
  assert.equal(view?.totals.failed, 0);
});
