import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createProgram } from '../../src/commands/program.ts';
import { LOANS, ROOT, spawnSources, xmlfan } from '../support/cli.ts';

/** Options that are documented; each command's help must list them. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  run:
    '--store --product-line --contract --instance-count --instance-id --parallelism --partition-by --workers --batch-size ' +
    '--limit --app-id-start --app-id-end --slice-seconds --max-failure-rate --max-failures --dry-run --log-file --report --json --log-level ' +
    '--modulo-shard --modulo-instance --disable-metrics --enable-instrumentation --server --database --username --password ' +
    '--connection-timeout --min-pool-size --max-pool-size --enable-pooling --enable-mars --disable-mars',
  serve: '--store --host --port',
  status: '[run] --store --product-line --contract --limit --watch --failures --pending --format --json',
  pause: '<run> --store --json',
  resume: '<run> --store --json',
  cancel: '<run> --store --json',
  init: '--store --product-line --contract --destination',
  check: '--store --product-line --contract --json',
  import: '<path...> --store --contract --ids --replace',
  verify: '--store --product-line --contract --json',
  redrive: '--store --contract --reason --app-id --json',
  redo: '--store --contract --app-id --app-id-start --app-id-end --reason --changed --all --yes --json',
  validate: '<contract> --json',
  ddl: '<contract> --dialect',
  map: '[xml...] --contract --app-id --store --out --format --overwrite',
  compare: '--store --product-line --contract --app-id-start --app-id-end --sample --json',
  explain: '[xml...] --contract --app-id --table --column --row --left --json --store',
  draft: '<sample...> --rows --tables --xsd --store',
  upgrade: '--contract',
  try: '<xml...> --contract --watch',
  completion: '<shell>',
  generate: '--count --seed --start-id --out --store --product-line --contract',
};

describe('the command line', () => {
  test('lists every command in its help', async () => {
    const { status, stdout, stderr } = await xmlfan(['--help']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const command of Object.keys(DOCUMENTED)) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  });

  test('has a command for each that is documented here, and no other', () => {
    const program = createProgram();
    const names = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name());
    assert.deepEqual(Object.keys(DOCUMENTED).toSorted(), names.filter((name) => name !== 'help').toSorted());
  });

  for (const [command, options] of Object.entries(DOCUMENTED)) {
    test(`documents the options of ${command}, with examples`, async () => {
      const { status, stdout } = await xmlfan([command, '--help']);
      assert.equal(status, 0);
      for (const option of options.split(' '))
        assert.ok(stdout.includes(option), `${option} is not in the help of ${command}`);
      assert.match(stdout, new RegExp(`^Examples:\n  # .+\n  \\$ xmlfan ${command} `, 'm'));
    });
  }

  test('prints help and exits 2 without a command', async () => {
    const { status, stdout, stderr } = await xmlfan([]);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^Usage: xmlfan/);
  });

  const refusals: readonly (readonly [args: readonly string[], start: string])[] = [
    [
      ['generate', '--count', '1', '--contract', LOANS],
      'The documents need a place to go to:\n  --out: is missing\n    Give ',
    ],
    [['serve', '--store', 'sqlite:nowhere.db'], 'The database cannot be used:\n  --store: there is no file '],
    [
      ['map', '--contract', LOANS, 'README.md', '--out', join(ROOT, 'README.md'), '--format', 'csv'],
      'The folder cannot be made:\n  --out: EEXIST',
    ],
  ];
  for (const [args, start] of refusals)
    test(`refuses ${args[0]} with a place and a remedy where nothing could come of it`, async () => {
      const { status, stderr } = await xmlfan(args);
      assert.deepEqual([status, stderr.slice(0, start.length)], [2, start]);
      assert.match(stderr, /\n {4}[A-Z]/);
    });

  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)"],
    [
      'an unknown option',
      ['run', '--instance-cont', '3'],
      "error: unknown option '--instance-cont'\n(Did you mean --instance-count?)",
    ],
    ['a command that help does not know', ['help', 'rnu'], "error: unknown command 'rnu'"],
    ['a missing argument', ['validate'], "error: missing required argument 'contract'"],
    ['a missing option', ['generate'], "error: required option '--count <n>' not specified"],
    [
      'a wrong choice',
      ['ddl', 'x.json', '--dialect', 'oracle'],
      "error: option '--dialect <dialect>' argument 'oracle' is invalid. Allowed choices are sqlite, mssql.",
    ],
    [
      'a wrong number',
      ['generate', '--count', 'many'],
      "error: option '--count <n>' argument 'many' is invalid. Expected a whole number from 1 to 10000000.",
    ],
    [
      'a wrong log level',
      ['run', '--log-level', 'loud'],
      "error: option '--log-level <level>' argument 'loud' is invalid. Allowed choices are debug, info, warn, error, silent.",
    ],
    [
      'a contract and a product line together',
      ['verify', '--contract', 'x.json', '--product-line', 'x'],
      "error: option '--contract <file>' cannot be used with option '--product-line <name>'",
    ],
  ];
  for (const [what, args, message] of mistakes) {
    test(`refuses ${what} with exit status 2`, async () => {
      const { status, stdout, stderr } = await xmlfan(args);
      assert.deepEqual([status, stdout], [2, '']);
      assert.equal(stderr, `${message}\n(add --help to see what it takes)\n`);
    });
  }

  test(
    'says so where its results cannot be written',
    { skip: !existsSync('/dev/full') && 'there is no /dev/full' },
    () => {
      const full = openSync('/dev/full', 'w');
      const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'src', 'cli.ts'), 'ddl', LOANS], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      closeSync(full);
      assert.equal(status, 1);
      assert.match(stderr, /^The results could not be written: ENOSPC: .+\n$/);
    },
  );

  test('prints help without loading a driver, a contract, zod or telemetry', async () => {
    const loaded = await loadedBy(['--help']);
    assert.ok(loaded.some((line) => line.endsWith('/src/commands/program.ts')));
    const heavy = loaded.filter(
      (line) =>
        (line.includes('/node_modules/') && !line.includes('/node_modules/commander/')) ||
        /\/src\/(contract|mapping|store|run|api|functions|generate)\/|\/src\/settings/.test(line),
    );
    assert.deepEqual(heavy, []);
  });

  test('validates a contract without loading a driver, the mapper, threads or telemetry', async () => {
    const loaded = await loadedBy(['validate', join(ROOT, 'contracts', 'personal-loan.json')]);
    assert.ok(loaded.some((line) => line.endsWith('/src/contract/load.ts')));
    const heavy =
      /node_modules\/(mssql|tedious|applicationinsights|@opentelemetry|fast-xml-parser|piscina|cli-progress)\/|\/src\/(mapping|store\/(mssql|sqlite)|api|functions|generate)\//;
    assert.deepEqual(
      loaded.filter((line) => heavy.test(line)),
      [],
    );
  });
});

/** The files that a command loads. */
async function loadedBy(args: readonly string[]): Promise<readonly string[]> {
  const preload = join(ROOT, 'test', 'support', 'list-imports.ts');
  const { stderr } = await spawnSources(args, { env: { NODE_OPTIONS: `--import ${preload}` } }).ended;
  return stderr.split('\n').filter((line) => line.startsWith('loaded file:'));
}
