import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('without the Core Tools `npm run functions` says how to get them, and what serves the API otherwise', () => {
  const script = fileURLToPath(new URL('../../scripts/functions-host.ts', import.meta.url));

  const { status, stderr } = spawnSync(process.execPath, [script], { env: { PATH: '' }, encoding: 'utf8' });

  assert.equal(status, 2);
  assert.equal(
    stderr,
    [
      'The Azure Functions Core Tools are missing: there is no `func` on the PATH.',
      '  Get them with one of',
      '    npm install --global azure-functions-core-tools@4 --unsafe-perm true',
      '    brew tap azure/functions && brew install azure-functions-core-tools@4',
      '    winget install Microsoft.Azure.FunctionsCoreTools',
      '  or serve the same HTTP API without them: npm run xmlfan -- serve --store sqlite:.data/demo.db',
      '',
    ].join('\n'),
  );
});

test('the host gets a task hub of its own, and its end by a signal is told by the exit status', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'scripts'));
  await cp(
    fileURLToPath(new URL('../../scripts/functions-host.ts', import.meta.url)),
    join(folder, 'scripts', 'functions-host.ts'),
  );
  const emulator =
    'export const startEmulator = async () => null;\nexport const stopEmulator = async () => undefined;\n';
  await writeFile(join(folder, 'scripts', 'storage-emulator.ts'), emulator);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { build: 'true' } }));
  await writeFile(join(folder, 'local.settings.example.json'), JSON.stringify({ Values: { TASKHUB_NAME: 'xmlfan' } }));
  await mkdir(join(folder, 'bin'));
  const func = '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "hub $TASKHUB_NAME"\nkill -9 $$\n';
  await writeFile(join(folder, 'bin', 'func'), func, { mode: 0o755 });
  const start = () =>
    spawnSync(process.execPath, [join(folder, 'scripts', 'functions-host.ts')], {
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
      encoding: 'utf8',
    });

  const first = start();
  const second = start();

  assert.equal(first.status, 128 + 9, first.stderr);
  const { Values } = JSON.parse(await readFile(join(folder, 'local.settings.json'), 'utf8'));
  assert.match(Values['TASKHUB_NAME'], /^xmlfan[0-9a-f]{8}$/);
  assert.match(first.stdout, new RegExp(`^hub ${Values['TASKHUB_NAME']}$`, 'm'));
  assert.match(second.stdout, new RegExp(`^hub ${Values['TASKHUB_NAME']}$`, 'm'));
});
