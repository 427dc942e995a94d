import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { healthView, runView, startedRun } from '../../src/api/views.ts';
import type { Workplace } from '../support/workplace.ts';
import { makeWorkplace } from '../support/workplace.ts';

// The real host with the real Durable extension, on this machine. XMLFAN_E2E_STORE takes another database than SQLite; its schema `mail` must exist.

const PORT = 7171;
const API = `http://127.0.0.1:${PORT}/api`;
const hasFunc = spawnSync('func', ['--version']).status === 0;
const skip = hasFunc ? false : 'there is no `func` on the PATH';
/** Ids that no earlier run on the same database has used. */
const FIRST_ID = Math.floor(Date.now() / 1000);

let workplace: Workplace;
let host: ChildProcess | undefined;

before(async () => {
  if (!hasFunc) return;
  workplace = await makeWorkplace(process.env['XMLFAN_E2E_STORE']);
  await workplace.addDocuments('letters', FIRST_ID, 400, (id) => id % 100 === 7);
  const script = fileURLToPath(new URL('../../scripts/functions-host.ts', import.meta.url));
  host = spawn(process.execPath, [script, '--port', String(PORT)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      XMLFAN_STORE: workplace.store,
      CONTRACTS_DIR: workplace.contractsDir,
      RUN_SCHEDULE: '0 0 4 1 1 *',
      SLICE_SECONDS: '1',
      // Runs of another database that this emulator holds are none of this host's business.
      TASKHUB_NAME: `e2e${FIRST_ID}`,
    },
  });
  await waitFor('the host', async () => (await fetch(`${API}/health`).catch(() => null))?.ok ?? false);
});

after(async () => {
  if (host?.exitCode === null) {
    host.kill('SIGTERM');
    await once(host, 'exit');
  }
  await workplace?.remove();
});

test('health is good on the real host', { skip }, async () => {
  const health = healthView.parse(await (await fetch(`${API}/health`)).json());

  assert.equal(health.status, 'ok');
});

test('a run on the real host can be paused and resumed, and converts every document once', { skip }, async () => {
  const key = { 'idempotency-key': `e2e-${FIRST_ID}` };
  const request = { product_line: 'letters', instance_count: 3, batch_size: 10 };
  const started = await post('runs', request, key);
  const { run_id: id } = startedRun.parse(await started.clone().json());
  const again = startedRun.parse(await (await post('runs', request, key)).json());
  const second = await post('runs', { product_line: 'letters' });

  assert.equal(started.status, 202, await started.text());
  assert.equal(again.run_id, id);
  assert.equal(second.status, 409);
  assert.doesNotMatch(JSON.stringify([...started.headers, again]), /durabletask|code=/);

  if ((await post(`runs/${id}/pause`)).status === 202) {
    await sleep(3000);
    assert.equal((await show(id)).status, 'paused');
    assert.equal((await post(`runs/${id}/resume`)).status, 202);
  }
  await waitFor('the end of the run', async () => !['running', 'paused'].includes((await show(id)).status));

  const run = await show(id);
  assert.deepEqual([run.status, run.totals.success, run.totals.failed], ['completed', 396, 4]);
  assert.ok((await workplace.line('letters').store.verify()).every(({ passed }) => passed));
});

test('a run on the real host can be cancelled', { skip }, async () => {
  await workplace.addDocuments('letters', FIRST_ID + 1000, 2000);
  const started = await post('runs', { product_line: 'letters', batch_size: 1 });
  const { run_id: id } = startedRun.parse(await started.json());

  const cancelled = await post(`runs/${id}/cancel`);
  await waitFor('the end of the run', async () => (await show(id)).ended !== null);

  assert.equal(cancelled.status, 202);
  assert.equal((await show(id)).status, 'cancelled');
});

async function post(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
  return body === undefined
    ? fetch(`${API}/${path}`, { method: 'POST' })
    : fetch(`${API}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
}

async function show(id: string) {
  return runView.parse(await (await fetch(`${API}/runs/${id}`)).json());
}

async function waitFor(what: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < 180; second++) {
    if (await isThere()) return;
    await sleep(1000);
  }
  throw new Error(`${what} did not come within three minutes`);
}
