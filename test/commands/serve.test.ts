import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runList, runView, startedRun } from '../../src/api/views.ts';
import { spawnSources, startXmlfan, temporaryFolder, xmlfan } from '../support/cli.ts';
import { makeWorkplace } from '../support/workplace.ts';

const workplace = await makeWorkplace();
after(async () => workplace.remove());

test(
  'serve answers like the Functions app, carries its runs out, and ends with Ctrl-C',
  { timeout: 60_000 },
  async () => {
    await workplace.addDocuments('letters', 1, 20);
    const env = { CONTRACTS_DIR: workplace.contractsDir };
    const server = startXmlfan(['serve', '--store', workplace.store, '--port', '0'], { env });
    const [, url] = /^Serving (http:\/\/\S+?)\/api\/health/m.exec(await server.stderrHas('/api/health')) ?? [];

    const started = await fetch(`${url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"product_line":"letters"}',
    });
    const { run_id: id } = startedRun.parse(await started.json());
    const show = async () => runView.parse(await (await fetch(`${url}/api/runs/${id}`)).json());
    let run = await show();
    while (run.status === 'running') {
      await sleep(50);
      run = await show();
    }
    server.interrupt();

    assert.equal(started.status, 202);
    assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
    assert.equal((await server.ended).status, 130);
  },
);

test('serve refuses to be open to other machines without a key', async () => {
  const options = ['serve', '--store', workplace.store, '--host', '0.0.0.0'];
  const { status, stderr } = await xmlfan(options);

  assert.equal(status, 2);
  assert.equal(
    stderr,
    `Serving other machines needs a key:
  XMLFAN_API_KEY: is missing, although 0.0.0.0 can be reached from other machines
    Set it to 16 characters or more, which callers send as x-functions-key; or serve 127.0.0.1.
`,
  );
});

test('serve says which port is taken', async (t) => {
  const other = createServer();
  t.after(() => other.close());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  assert.ok(typeof address === 'object' && address !== null);

  const options = ['serve', '--store', workplace.store, '--port', String(address.port)];
  const { status, stderr } = await xmlfan(options);

  assert.equal(status, 2);
  assert.equal(
    stderr,
    `The address cannot be served:
  --port: ${address.port} is taken
    Give another one; 0 takes any that is free.
`,
  );
});

test(
  'run --page serves the page while the run lasts, and until who looks has seen its end',
  { timeout: 60_000 },
  async () => {
    await workplace.addDocuments('parcels', 1, 2500);
    const options = [
      'run',
      '--workers',
      '0',
      '--store',
      workplace.store,
      '--product-line',
      'parcels',
      '--batch-size',
      '25',
      '--page',
      '0',
    ];
    const run = startXmlfan(options, { env: { CONTRACTS_DIR: workplace.contractsDir } });
    const [, url = ''] =
      /^The page is at (http:\/\/localhost:\d+)\/$/m.exec(await run.stderrHas('The page is at')) ?? [];

    const page = await fetch(`${url}/`);
    assert.match(await page.text(), /<div id="app">/);
    let seen = '';
    while (seen !== 'completed') {
      const { runs } = runList.parse(await (await fetch(`${url}/api/runs`)).json());
      seen = runs[0]?.status ?? '';
      await sleep(200);
    }
    const another = await fetch(`${url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"product_line":"parcels"}',
    }).catch(() => null);

    assert.equal((await run.ended).status, 0);
    assert.ok(another === null || another.status === 409);
    await assert.rejects(fetch(url));
  },
);

test(
  'serve --open starts a browser with the page',
  { timeout: 60_000, skip: process.platform !== 'linux' },
  async () => {
    const folder = temporaryFolder();
    const [browser, asked] = [join(folder, 'browser'), join(folder, 'asked')];
    writeFileSync(browser, `#!/bin/sh\necho "$1" > ${asked}\n`);
    chmodSync(browser, 0o755);
    const env = { CONTRACTS_DIR: workplace.contractsDir, BROWSER: browser };
    // The library that opens it has a file beside its module.
    const server = spawnSources(['serve', '--store', workplace.store, '--port', '0', '--open'], { env });
    const [, url] = /^The page is at (\S+)$/m.exec(await server.stderrHas('Serving')) ?? [];
    while (!existsSync(asked) || readFileSync(asked, 'utf8') === '') await sleep(100);
    server.interrupt();

    assert.equal(readFileSync(asked, 'utf8').trim(), url);
    await server.ended;
  },
);
