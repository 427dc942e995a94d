import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { bundle } from '../support/bundle.ts';
import { ROOT, temporaryFolder, xmlfan } from '../support/cli.ts';

describe('completion', () => {
  const cases: readonly (readonly [line: string, values: readonly string[], directive: string])[] = [
    ['ru', ['run'], ':4'],
    ['--log-level debug che', ['check'], ':4'],
    ['--log-level ', ['debug', 'info', 'warn', 'error', 'silent'], ':4'],
    ['run --instance-', ['--instance-count', '--instance-id'], ':4'],
    ['run --partition-by ', ['modulo', 'hash', 'range'], ':4'],
    ['run --dry-run --log-l', ['--log-level'], ':4'],
    ['run --product-line ', ['insurance-claim', 'personal-loan'], ':4'],
    ['run --limit ', [], ':4'],
    ['run --product-line=p', ['personal-loan'], ':4'],
    ['run --product-line = p', ['personal-loan'], ':4'],
    ['run --product-line =', ['insurance-claim', 'personal-loan'], ':4'],
    ['run --product-line = personal-loan --partition-by ra', ['range'], ':4'],
    ['run --he', ['--help'], ':4'],
    ['run --store sq', ['sqlite:'], ':6'],
    ['run --store=sqlite:contracts/p', ['sqlite:contracts/personal-loan.json'], ':6'],
    ['run --store sqlite : con', ['sqlite:contracts/'], ':6'],
    ['run --store sqlite:nowhere/', [], ':6'],
    ['run --contract=', [], ':0'],
    ['run --contract ', [], ':0'],
    ['import --ids ', ['contract', 'sequence'], ':4'],
    ['import ', [], ':0'],
    ['draft ', [], ':0'],
    ['validate ', [], ':0'],
    ['help comp', ['compare', 'completion'], ':4'],
    ['help run ', [], ':4'],
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

  test('is given the last word apart by shells that drop an empty one', async () => {
    const { stdout } = await xmlfan(['complete', '--last=', '--', 'completion']);
    assert.equal(stdout, 'bash\nzsh\nfish\npowershell\n:4\n');
  });

  for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
    test(`has a script for ${shell}`, async () => {
      const { status, stdout } = await xmlfan(['completion', shell]);
      assert.equal(status, 0);
      assert.match(stdout, /xmlfan complete .*-- /);
    });

  test('works in bash, whose script may be read twice and which splits words at = and :', async () => {
    const folder = temporaryFolder();
    const command = join(folder, 'xmlfan');
    writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${await bundle('src/cli.ts')} "$@"\n`);
    chmodSync(command, 0o755);
    writeFileSync(join(folder, 'script'), (await xmlfan(['completion', 'bash'])).stdout);
    const script = `source ./script; source ./script; COMP_WORDBREAKS=$' =:'
      tab() { COMP_LINE=$1; COMP_POINT=\${#1}; COMP_WORDS=("\${@:2}"); COMP_CWORD=$(($# - 2)); __xmlfan_complete; printf '%s ' "\${COMPREPLY[@]}"; }
      tab 'xmlfan run --product-line=p' xmlfan run --product-line = p
      COMP_WORDBREAKS=' '; tab 'xmlfan run --product-line=p' xmlfan run --product-line=p`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      cwd: folder,
      env: {
        PATH: `${folder}${delimiter}${process.env['PATH']}`,
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        CONTRACTS_DIR: join(ROOT, 'contracts'),
      },
    });
    assert.equal(stderr, '');
    assert.equal(stdout, 'personal-loan --product-line=personal-loan ');
  });
});
