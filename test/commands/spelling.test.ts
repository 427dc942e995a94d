import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgram } from '../../src/commands/program.ts';
import { openSpelling } from '../../src/commands/spelling.ts';
import { xmlfan } from '../support/cli.ts';

const PROGRAM = createProgram();

test('commands in messages can be copied: they are called as the program was, on the same database and contract', () => {
  const cases: readonly (readonly [args: string, script: string, text: string, spelled: string])[] = [
    ['status', 'xmlfan', 'See `xmlfan status`.', 'See `npm run -s xmlfan -- status`.'],
    ['status', 'test', 'See `xmlfan status`.', 'See `xmlfan status`.'],
    [
      'run --store=sqlite:a.db --contract c.yaml',
      'start',
      'Run `xmlfan init --destination`, or `xmlfan validate FILE`.',
      'Run `npm run -s xmlfan -- init --store sqlite:a.db --contract c.yaml --destination`, or `npm run -s xmlfan -- validate FILE`.',
    ],
    [
      'run --contract c.yaml',
      '',
      '`xmlfan redo --product-line a --app-id 1`, `xmlfan ddl CONTRACT`',
      '`xmlfan redo --contract c.yaml --app-id 1`, `xmlfan ddl c.yaml`',
    ],
    [
      'run --product-line a',
      '',
      '`xmlfan init --product-line LINE --destination`',
      '`xmlfan init --product-line a --destination`',
    ],
    ['run --store mssql://sa:secret@db/a', '', '`xmlfan status`', '`xmlfan status`'],
    ['run --store', '', '`xmlfan status`, xmlfan itself', '`xmlfan status`, xmlfan itself'],
  ];
  for (const [args, script, text, spelled] of cases)
    assert.equal(openSpelling(PROGRAM, args.split(' '), { npm_lifecycle_event: script })(text), spelled);
});

test('help shows examples as they are called', async () => {
  const { stdout } = await xmlfan(['status', '--help'], { env: { npm_lifecycle_event: 'xmlfan' } });
  assert.match(stdout, /^ {2}\$ npm run -s xmlfan -- status --store sqlite:my\.db$/m);
  assert.doesNotMatch(stdout, /\$ xmlfan/);
});
