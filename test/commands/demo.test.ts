import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { demo, temporaryFolder, xmlfan } from '../support/cli.ts';

const FEW = ['--documents=200'];

describe('npm start', () => {
  const cwd = temporaryFolder();

  test('starts over only when asked, and then converts as many documents as it is told of both product lines once', async () => {
    mkdirSync(join(cwd, '.data'));
    writeFileSync(join(cwd, '.data', 'demo.db'), 'what an earlier start left');
    assert.equal((await demo(FEW, { cwd })).status, 2);

    const first = await demo(['--fresh', ...FEW], { cwd });
    assert.equal(first.status, 0);
    for (const line of ['insurance-claim', 'personal-loan']) {
      assert.match(
        first.stdout,
        new RegExp(`^ {2}${line}: 100 documents, \\d+ of them broken on purpose, made in `, 'm'),
      );
      assert.match(first.stdout, new RegExp(`^Run \\S+ of ${line}: completed in .+\\n {2}100 documents: `, 'm'));
      assert.match(first.stdout, new RegExp(`^Checks of ${line}\\n {2}pass `, 'm'));
    }
    assert.doesNotMatch(first.stdout, /FAIL/);
    assert.match(first.stdout, /What to try next\n/);

    const second = await demo(FEW, { cwd });
    assert.equal(second.status, 0);
    assert.match(
      second.stdout,
      /^Nothing is pending: every document of personal-loan has been converted or has failed before\.$/m,
    );
    assert.match(second.stdout, /^Nothing is pending: every document of insurance-claim has/m);

    const runs = await xmlfan(['status', '--json', '--store', 'sqlite:.data/demo.db'], { cwd });
    assert.equal(JSON.parse(runs.stdout).length, 4);
  });

  test('knows no other option', async () => {
    assert.deepEqual(await demo(['--frsh'], { cwd }), {
      status: 2,
      stdout: '',
      stderr: 'Unknown options:\n  --frsh: is not known\n    There are --fresh and --documents=NUMBER.\n',
    });
  });
});
