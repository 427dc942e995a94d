import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/cli.ts';

/** What would be left out of the package, as `azd` and git read the file: a pattern without a slash in front matches at any depth. */
function leftOut(paths: readonly string[]): readonly string[] {
  const folder = temporaryFolder();
  execFileSync('git', ['init', '--quiet', folder]);
  copyFileSync(join(ROOT, '.funcignore'), join(folder, '.gitignore'));
  // Its exit status is 1 where nothing is ignored.
  const { stdout, status } = spawnSync('git', ['-C', folder, 'check-ignore', '--no-index', '--stdin'], {
    input: paths.join('\n'),
    encoding: 'utf8',
  });
  assert.ok(status === 0 || status === 1);
  return stdout.split('\n').filter((line) => line !== '');
}

test('the package has what the app needs, also in folders of libraries that are called like ours', () => {
  const needed = [
    'host.json',
    'package.json',
    'dist/functions/http.js',
    'contracts/personal-loan.json',
    'node_modules/durable-functions/lib/src/index.js',
    'node_modules/azurite/scripts/any.js',
    'node_modules/some/docs/index.js',
    'node_modules/some/test/index.js',
  ];
  assert.deepEqual(leftOut(needed), []);
});

test('the package has no sources, tests, papers or local settings', () => {
  const others = [
    'src/cli.ts',
    'test/settings.test.ts',
    'docs/contract.md',
    'infra/main.bicep',
    'findings/a.sh',
    'scripts/demo.ts',
    'README.md',
    'local.settings.json',
    '.github/workflows/ci.yml',
  ];
  assert.deepEqual(leftOut(others), others);
});
