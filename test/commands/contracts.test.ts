import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { CLAIMS, GOLDEN, LEASE, LOANS, temporaryFolder, xmlfan } from '../support/cli.ts';

interface GoldenResult {
  readonly file: string;
  readonly app_id: string | null;
  readonly outcome: string;
  readonly stage?: string;
  readonly reason?: string;
  readonly tables: Readonly<Record<string, unknown>>;
  readonly quirk?: string;
}

describe('validate', () => {
  const folder = temporaryFolder();

  test('says what a valid contract holds', async () => {
    const { status, stdout } = await xmlfan(['validate', CLAIMS]);
    assert.equal(status, 0);
    assert.match(
      stdout,
      /insurance-claim\.yaml is valid, with 1 warning: product line insurance-claim, \d+ columns from claims\.claim_files into 8 tables\.\n$/,
    );
  });

  test('reports every fault of a contract at once', async () => {
    const file = join(folder, 'broken.json');
    const contract = JSON.parse(readFileSync(LOANS, 'utf8'));
    delete contract.source_column;
    contract.mappings[0].data_type = 7;
    writeFileSync(file, JSON.stringify(contract));
    const { status, stdout, stderr } = await xmlfan(['validate', file]);
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^The contract is not valid:\n/);
    assert.match(stderr, /^ {2}source_column \(line 1, column 1\): is missing$/m);
    assert.match(stderr, /^ {2}mappings\[0\]\.data_type \(line 1, column \d+\): /m);
  });

  test('prints faults for programs with --json', async () => {
    const file = join(folder, 'empty.json');
    writeFileSync(file, '{}');
    const { status, stdout, stderr } = await xmlfan(['validate', file, '--json']);
    assert.deepEqual([status, stderr], [2, '']);
    const result = JSON.parse(stdout);
    assert.equal(result.valid, false);
    assert.ok(result.faults.some((fault: { place: string }) => fault.place.startsWith('source_table ')));
    const valid = JSON.parse((await xmlfan(['validate', LOANS, '--json'])).stdout);
    assert.deepEqual([valid.valid, valid.product_line, valid.faults], [true, 'personal-loan', []]);
  });

  test('refuses a contract that is not there', async () => {
    const { status, stderr } = await xmlfan(['validate', 'nowhere.json']);
    assert.equal(status, 2);
    assert.match(stderr, /^The contract cannot be read:\n {2}nowhere\.json: /);
  });
});

describe('ddl', () => {
  test('prints statements that SQLite runs', async () => {
    const { status, stdout } = await xmlfan(['ddl', LOANS, '--dialect', 'sqlite']);
    assert.equal(status, 0);
    const db = new DatabaseSync(':memory:');
    db.exec(stdout);
    const names = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all()
      .map(({ name }) => name);
    assert.ok(names.includes('loans.app_base') && names.includes('loans.scores'));
    assert.equal(names.length, 13);
  });

  test('writes for SQL Server unless told otherwise', async () => {
    const { status, stdout } = await xmlfan(['ddl', LOANS]);
    assert.equal(status, 0);
    assert.match(stdout, /CREATE TABLE \[loans\]\.\[app_base\] \(/);
  });
});

describe('map', () => {
  const expected: { lease: { results: readonly GoldenResult[] } } = JSON.parse(
    readFileSync(join(GOLDEN, 'expected.json'), 'utf8'),
  );

  test('prints one line a document with rows in canonical form', async () => {
    const golden = expected.lease.results.filter(({ quirk }) => quirk === undefined);
    const files = golden.map(({ file }) => join(GOLDEN, 'lease', file));
    const { status, stdout, stderr } = await xmlfan(['map', '--contract', LEASE, ...files]);
    assert.deepEqual([status, stderr], [0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ file }) => file),
      files,
    );
    for (const [i, line] of lines.entries()) {
      const { file, outcome, stage, reason, tables } = golden[i]!;
      assert.equal(line.outcome, outcome, file);
      if (outcome === 'mapped') assert.deepEqual(line.tables, tables, file);
      else if (stage !== 'source') {
        // The original says of a malformed document only that it is.
        const words = line.reason.replace(/^(validation: \['Invalid XML structure or format): .*('\])$/, '$1$2');
        assert.deepEqual([line.stage, words, line.tables], [stage, reason, {}], file);
      }
    }
  });

  test('takes the *.xml files of a folder, in order', async () => {
    const { status, stdout } = await xmlfan([
      'map',
      '--contract',
      join(GOLDEN, 'contracts', 'craft.json'),
      join(GOLDEN, 'craft'),
    ]);
    assert.equal(status, 0);
    const files = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).file);
    const there = readdirSync(join(GOLDEN, 'craft'))
      .filter((name) => name.endsWith('.xml'))
      .toSorted();
    assert.deepEqual(
      files,
      there.map((name) => join(GOLDEN, 'craft', name)),
    );
  });

  test('lists all paths that are not there before it maps any', async () => {
    const there = join(GOLDEN, 'lease', '0001-ordinary.xml');
    const { status, stdout, stderr } = await xmlfan(['map', '--contract', LEASE, there, 'a.xml', 'b.xml']);
    assert.deepEqual([status, stdout], [2, '']);
    assert.equal(
      stderr,
      'Some paths cannot be read:\n  a.xml: there is no such file or folder\n  b.xml: there is no such file or folder\n',
    );
  });
});

describe('generate', () => {
  const folder = temporaryFolder();
  const out = (name: string) => join(folder, name);

  test('writes the same documents for the same seed', async () => {
    const args = ['generate', '--count', '30', '--contract', LOANS];
    const { status, stdout } = await xmlfan([...args, '--seed', '5', '--out', out('a')]);
    assert.equal(status, 0);
    assert.match(stdout, /^30 documents written to .+, \d+ of them broken on purpose\.\n$/);
    await xmlfan([...args, '--seed', '5', '--out', out('b')]);
    await xmlfan([...args, '--seed', '6', '--out', out('c')]);
    const read = (name: string) =>
      readdirSync(out(name)).map((file) => [file, readFileSync(join(out(name), file), 'utf8')]);
    assert.equal(read('a').length, 30);
    assert.deepEqual(read('a'), read('b'));
    assert.notDeepEqual(read('a'), read('c'));
  });

  test('refuses two places to write to', async () => {
    const { status, stderr } = await xmlfan([
      'generate',
      '--count',
      '1',
      '--contract',
      LOANS,
      '--out',
      out('d'),
      '--store',
      'sqlite:x.db',
    ]);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      'The documents can go to one place only:\n  --out: is given together with a store\n    Leave one of them out.\n',
    );
  });
});
