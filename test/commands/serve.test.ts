import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runView, startedRun } from '../../src/api/views.ts';
import { makeWorkplace } from '../support/workplace.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const workplace = await makeWorkplace();
after(async () => workplace.remove());

test(
  'serve answers like the Functions app, carries its runs out, and ends with Ctrl-C',
  { timeout: 60_000 },
  async () => {
    await workplace.addDocuments('letters', 1, 20);
    const env = { ...process.env, CONTRACTS_DIR: workplace.contractsDir };
    const server = spawn(process.execPath, [CLI, 'serve', '--store', workplace.store, '--port', '0'], { env });
    const exited = once(server, 'exit');
    const url = await readUrl(server.stderr);

    const started = await fetch(`${url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"product_line":"letters"}',
    });
    const { run_id: id } = startedRun.parse(await started.json());
    const show = async () => runView.parse(await (await fetch(`${url}/api/runs/${id}`)).json());
    let run = await show();
    while (run.status === 'running') run = await show();
    server.kill('SIGINT');

    assert.equal(started.status, 202);
    assert.deepEqual([run.status, run.totals.success], ['completed', 20]);
    assert.deepEqual(await exited, [130, null]);
  },
);

test('serve refuses to be open to other machines without a key', () => {
  const options = ['serve', '--store', workplace.store, '--host', '0.0.0.0'];
  const { status, stderr } = spawnSync(process.execPath, [CLI, ...options], { encoding: 'utf8' });

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
  const { status, stderr } = spawnSync(process.execPath, [CLI, ...options], { encoding: 'utf8' });

  assert.equal(status, 2);
  assert.equal(
    stderr,
    `The address cannot be served:
  --port: ${address.port} is taken
    Give another one; 0 takes any that is free.
`,
  );
});

async function readUrl(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const url = /^Serving (http:\/\/\S+?)\/api\/health/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the server ended before it served');
}
