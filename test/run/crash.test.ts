import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRun } from '../../src/run/control.ts';
import { runLocally } from '../../src/run/local.ts';
import { startChild } from './child.ts';
import { mixedDocuments, openWorkload, temporaryPath } from './workload.ts';

const REQUEST = { instance_count: 2, batch_size: 4 };

test('a process that is killed again and again loses nothing and does nothing twice', async (t) => {
  const documents = mixedDocuments(120);
  const whole = await openWorkload(t, documents);
  await runLocally({ ...whole.deps, request: whole.request(REQUEST) });

  const work = await openWorkload(t, documents, { path: temporaryPath(t) });
  for (const groups of [1, 3, 6]) {
    const child = startChild(work.path, REQUEST);
    await child.groups(groups);
    child.kill('SIGKILL');
    assert.equal(await child.exit, null, 'it was at work');
  }
  const between = work.log().length;
  assert.ok(between > 0 && between < 120, `${between} were done when it was killed last`);

  const last = startChild(work.path, REQUEST);
  assert.equal(await last.exit, 0);
  assert.match(last.lines.at(-1) ?? '', /^end completed /);
  assert.deepEqual(work.rows(), whole.rows());
  assert.deepEqual(work.log(), whole.log());
  assert.deepEqual(
    (await work.line.store.verify()).filter(({ passed }) => !passed),
    [],
  );
});

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
