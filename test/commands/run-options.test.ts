import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { CLAIMS, temporaryFolder, xmlfan, type Result } from '../support/cli.ts';

describe('the options of run', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.db');
  const on = ['--store', `sqlite:${file}`, '--contract', CLAIMS];
  const run = (...args: string[]): Promise<Result> => xmlfan(['run', ...on, ...args]);

  before(() => xmlfan(['init', '--destination', ...on]));

  const wrong: readonly (readonly [string, readonly string[], string])[] = [
    [
      'an instance beyond the last',
      ['--instance-id', '3', '--instance-count', '3'],
      'Invalid instance-id\n  --instance-id: 3 is not one of 0 to 2\n    Instances count from 0: with 3 of them the last is 2.\n',
    ],
    [
      'an instance of an unknown number',
      ['--instance-id', '0'],
      'The options of this run do not fit:\n  --instance-count: is missing, although --instance-id is given\n    Say how many instances share the work, the same number in every terminal, e.g. --instance-count 3.\n',
    ],
    [
      'a log file that cannot be written',
      ['--log-file', '/dev/null/x.log'],
      "The folder cannot be made:\n  --log-file: EEXIST: file already exists, mkdir '/dev/null'\n    Name a folder that is there, or can be made.\n",
    ],
    [
      'half a range',
      ['--app-id-start', '5'],
      'The options of this run do not fit:\n  --app-id-end: missing, although --app-id-start is given\n    Give both ends of the range or neither.\n',
    ],
    [
      'an alias that contradicts',
      ['--instance-count', '3', '--modulo-shard', '4'],
      'The options of this run do not fit:\n  --modulo-shard: 4 contradicts --instance-count 3\n    --modulo-shard is the same as --instance-count: give one of them.\n',
    ],
    [
      'an instance that is no number',
      ['--instance-id', '', '--instance-count', '2'],
      'The options of this run do not fit:\n  --instance-id: must be a whole number, not ""\n',
    ],
  ];
  for (const [what, args, message] of wrong) {
    test(`refuse ${what}`, async () => {
      assert.deepEqual(await run(...args), { status: 2, stdout: '', stderr: message });
    });
  }

  test('are refused all at once, under the names of the command line', async () => {
    const { status, stderr } = await run(
      '--instance-count',
      'four',
      '--batch-size',
      '0',
      '--partition-by',
      'colour',
      '--max-failure-rate',
      '7',
      '--workers',
      '257',
    );
    assert.equal(status, 2);
    const places = stderr
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0]);
    assert.deepEqual(places, ['--instance-count', '--partition-by', '--batch-size', '--max-failure-rate', '--workers']);
  });
});
