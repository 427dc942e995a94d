import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
