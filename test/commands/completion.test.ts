import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { ROOT, spawnXmlfan, temporaryFolder, xmlfan } from '../support/cli.ts';

describe('completion', () => {
  const cases: readonly (readonly [line: string, values: readonly string[], directive: ':0' | ':4'])[] = [
    ['ru', ['run'], ':4'],
    ['--log-level debug che', ['check'], ':4'],
    ['--log-level ', ['debug', 'info', 'warn', 'error', 'silent'], ':4'],
    ['run --instance-', ['--instance-count', '--instance-id'], ':4'],
    ['run --partition-by ', ['modulo', 'hash', 'range'], ':4'],
    ['run --dry-run --log-l', ['--log-level'], ':4'],
    ['run --product-line ', ['insurance-claim', 'personal-loan'], ':4'],
    ['run --limit ', [], ':4'],
    ['run --store sq', ['sqlite:'], ':0'],
    ['run --contract ', [], ':0'],
    ['import --ids ', ['contract', 'sequence'], ':4'],
    ['import ', [], ':0'],
    ['completion z', ['zsh'], ':4'],
    ['pause ', [], ':4'],
  ];
  for (const [line, values, directive] of cases) {
    test(`of "${line}" is ${values.length === 0 ? (directive === ':0' ? 'a file' : 'nothing') : values.join(', ')}`, async () => {
      const { status, stdout } = await xmlfan(['complete', '--', ...line.split(' ')]);
      const lines = stdout.trimEnd().split('\n');
      assert.equal(status, 0);
      assert.deepEqual(
        lines.slice(0, -1).map((text) => text.split('\t')[0]),
        values,
      );
      assert.equal(lines.at(-1), directive);
    });
  }

  test('of the first word is any command, but none that is hidden', async () => {
    const { stdout } = await xmlfan(['complete', '--', '']);
    assert.match(stdout, /^run\tconvert what is pending$/m);
    assert.match(stdout, /^verify\t/m);
    assert.doesNotMatch(stdout, /^complete\t/m);
  });

  for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
    test(`has a script for ${shell}`, async () => {
      const { status, stdout } = await spawnXmlfan(['completion', shell]).ended;
      assert.equal(status, 0);
      assert.match(stdout, /xmlfan complete '?--/);
    });

  test('works in bash', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bin'));
    const command = join(folder, 'bin', 'xmlfan');
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${join(ROOT, 'src', 'cli.ts')} "$@"\n`);
    chmodSync(command, 0o755);
    const script =
      'source <(xmlfan completion bash); COMP_WORDS=(xmlfan ver); COMP_CWORD=1; COMP_LINE="xmlfan ver"; COMP_POINT=10; __xmlfan_complete; printf "%s" "${COMPREPLY[@]}"';
    const { stdout, stderr } = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` },
    });
    assert.match(stdout, /^verify/, stderr);
  });
});
