import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../src/log.ts';
import { describeRun } from '../../src/run/control.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { openApp, startLetters } from '../support/functions/app.ts';
import type { Workplace } from '../support/workplace.ts';
import { makeWorkplace } from '../support/workplace.ts';

// One orchestrator source, two machines that run it: what they leave behind must be the same.

const REQUESTS: readonly { readonly title: string; readonly request: object }[] = [
  { title: 'modulo partitions', request: { instance_count: 3 } },
  { title: 'more instances than lanes', request: { instance_count: 7, parallelism: 2, partition_by: 'hash' } },
  { title: 'ranges with a limit', request: { instance_count: 4, partition_by: 'range', limit: 33 } },
  { title: 'small pages of a range of ids', request: { batch_size: 3, app_id_start: 10, app_id_end: 40 } },
  { title: 'a dry run', request: { dry_run: true } },
  { title: 'nothing pending', request: { app_id_start: 900, app_id_end: 950 } },
];

for (const { title, request } of REQUESTS)
  test(`the local interpreter and the Durable replay give the same result: ${title}`, async () => {
    const [locally, durably] = [await makeWorkplace(), await makeWorkplace()];
    try {
      for (const workplace of [locally, durably]) await workplace.addDocuments('letters', 1, 50, (id) => id % 9 === 4);

      const left = await runInProcess(locally, request);
      const right = await runOnHub(durably, request);

      assert.deepEqual(right, left);
    } finally {
      await locally.remove();
      await durably.remove();
    }
  });

async function runInProcess(workplace: Workplace, request: object): Promise<object> {
  const contracts = [workplace.line('letters').contract];
  const lines = openLines({ database: workplace.database, contracts });
  const pool = openPool({ lines, workers: 0 });
  const { runId } = await runLocally({
    lines,
    pool,
    log: silentLog,
    maxPageBytes: 1024 * 1024,
    runRetentionDays: 365,
    request: parseRunRequest({ product_line: 'letters', ...request }),
  });
  return remains(workplace, await describeRun(lines, runId));
}

async function runOnHub(workplace: Workplace, request: object): Promise<object> {
  const app = await openApp({ workplace });
  try {
    const id = await startLetters(app, request);
    await app.drain();
    return await remains(workplace, (await app.http('getRun', `runs/${id}`)).json());
  } finally {
    await app.close();
  }
}

/** Everything that a run leaves behind, but for ids, times and what depends on them. */
async function remains(workplace: Workplace, view: object | null): Promise<object> {
  const run: unknown = JSON.parse(JSON.stringify(view), (key, value: unknown) =>
    VARYING.has(key) ? undefined : value,
  );
  return {
    run,
    letters: await workplace.query('SELECT * FROM "mail.letters" ORDER BY mail_id'),
    items: await workplace.query('SELECT * FROM "mail.letters_items" ORDER BY mail_id, item_no'),
    log: await workplace.query(
      `SELECT app_id, status, failure_reason, substr(session_id, 24) AS partition FROM "mail.letters_log" ORDER BY app_id`,
    ),
  };
}

const VARYING: ReadonlySet<string> = new Set([
  'run_id',
  'trigger',
  'started',
  'ended',
  'seconds',
  'worked_seconds',
  'eta_seconds',
  'samples',
  'first_at',
  'documents_per_minute',
  'heartbeat_age_seconds',
  'session_id',
]);
