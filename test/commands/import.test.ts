import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ROOT, temporaryFolder, xmlfan, type Result } from '../support/cli.ts';

const ORDERS = `target_schema: shop\n${readFileSync(join(ROOT, 'test', 'contract', 'upgrade', 'orders.yaml'), 'utf8')}`;

describe('import', () => {
  const folder = temporaryFolder();
  let made = 0;
  let cwd = '';
  /** On the contract of `c.yaml` in a folder of each test's own. */
  const on = (command: string, ...args: string[]): Promise<Result> => withInput('', command, ...args);
  const withInput = (stdin: string | Uint8Array, command: string, ...args: string[]): Promise<Result> =>
    xmlfan([command, '--contract', 'c.yaml', ...args], {
      cwd,
      stdin,
      env: { XMLFAN_STORE: 'sqlite:a.db', WORKERS: '0' },
    });
  const write = (file: string, contents: string | Uint8Array): void => writeFileSync(join(cwd, file), contents);
  const query = (sql: string) => {
    using db = new DatabaseSync(join(cwd, 'a.db'));
    return db.prepare(sql).all();
  };
  const ids = () => query('SELECT app_id FROM "shop.order_documents" ORDER BY app_id').map(({ app_id: id }) => id);

  const stored = (id: number) => query(`SELECT xml FROM "shop.order_documents" WHERE app_id = ${id}`)[0]?.['xml'];

  beforeEach(async () => {
    made += 1;
    cwd = join(folder, String(made));
    mkdirSync(join(cwd, 'in', 'deep'), { recursive: true });
    write('c.yaml', ORDERS);
    await on('init', '--destination');
  });

  test('skips an id that is there unless it may replace it', async () => {
    write('in/a.xml', '<Order no="1"/>');
    write('in/b.xml', '<Order no="2"/>');
    assert.equal((await on('import', 'in')).stdout, '2 documents added to shop.order_documents.\n');
    write('in/b.xml', '<Order no="2"><Line/></Order>');
    assert.equal(
      (await on('import', 'in/b.xml')).stdout,
      '0 documents added to shop.order_documents, 1 skipped, since their ids are there already (--replace overwrites them).\n',
    );
    assert.equal(stored(2), '<Order no="2"/>');
    assert.equal(
      (await on('import', '--replace', 'in/b.xml')).stdout,
      '0 documents added to shop.order_documents, 1 replaced.\n',
    );
    assert.equal(stored(2), '<Order no="2"><Line/></Order>');
  });

  test('loads nothing into a source table whose ids are no whole numbers', async () => {
    query('DROP TABLE "shop.order_documents"');
    query('CREATE TABLE "shop.order_documents" (app_id TEXT PRIMARY KEY, xml TEXT)');
    query(`INSERT INTO "shop.order_documents" VALUES ('A-1', '<Order no="7"/>')`);
    write('in/a.xml', '<Order no="1"/>');
    const { status, stdout, stderr } = await on('import', 'in');
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^The database is not prepared:\n  .*shop\.order_documents\.app_id: The column is text;.*\n.*format 2/,
    );
    assert.deepEqual(ids(), ['A-1']);
  });

  test('leaves out what cannot be loaded, tells it with its file, and loads the rest', async () => {
    write('in/a.xml', '<Order no="1"/>');
    symlinkSync('nowhere', join(cwd, 'in', 'b.xml'));
    mkdirSync(join(cwd, 'in', 'target'));
    symlinkSync('target', join(cwd, 'in', 'c.xml'));
    write('in/d.xml.gz', 'no gzip');
    write('in/deep/e.xml', '<Order no="x1"/>');
    write('in/f.xml', '<Order/>');
    write('in/g.xml', '<?xml version="1.0" encoding="x-unknown"?><Order no="9"/>');
    write('in/h.xml', gzipSync('<Order no="8"/>').subarray(0, 20));
    write('in/i.xml.gz', gzipSync('<Order no="2"/>'));
    write('in/j.xml', '<Order no="99999999999999999999"/>');
    write('in/k.xml', '<Order no="1"><Line/></Order>');
    write('in/l.txt', '<Order no="3"/>');
    const { status, stdout, stderr } = await on('import', 'in');
    assert.equal(status, 3);
    assert.equal(stdout, '2 documents added to shop.order_documents.\n');
    assert.deepEqual(ids(), [1, 2]);
    const told = stderr.trimEnd().split('\n');
    assert.equal(told.at(-1), '9 files left out.');
    const expected = [
      'b.xml: there is no such file or folder',
      'c.xml: is a folder',
      'd.xml.gz: does not start with <',
      'deep/e.xml: Invalid app_id format: x1 (must be integer)',
      'f.xml: Missing app_id (/Order/@no)',
      'g.xml: the encoding x-unknown is not known',
      'h.xml: is gzipped, but cut short',
      'j.xml: id 99999999999999999999 is too large for a bigint',
      'k.xml: has the id 1 of in/a.xml, which was taken before',
    ];
    assert.equal(told.length, expected.length + 1);
    for (const [i, text] of expected.entries())
      if (!text.startsWith('d.')) assert.equal(told[i], `left out in/${text}`);
  });

  test('takes a document from standard input, packed or not', async () => {
    assert.equal(
      (await withInput('<Order no="5"/>', 'import', '-')).stdout,
      '1 document added to shop.order_documents.\n',
    );
    await withInput(gzipSync('<Order no="6"/>'), 'import', '-');
    assert.deepEqual(ids(), [5, 6]);
    const { stdout } = await withInput('<Order no="7"/>', 'map', '-');
    assert.deepEqual([JSON.parse(stdout).file, JSON.parse(stdout).app_id], ['-', '7']);
  });

  test('numbers documents without an id only where the contract lets them be converted', async () => {
    write('in/a.xml', '<Order/>');
    assert.deepEqual(await on('import', '--ids', 'sequence', 'in'), {
      status: 2,
      stdout: '',
      stderr:
        'Numbered documents could not be converted:\n' +
        '  --ids sequence: the contract of orders rejects documents without an id at /Order/@no\n' +
        '    Leave the option out, or set `application_id.optional: true` in the contract: the number given then counts as the id.\n',
    });
    assert.deepEqual(ids(), []);

    write('c.yaml', ORDERS.replace('attribute: no }', 'attribute: no, optional: true }'));
    write('in/b.xml', '<Order no="12"/>');
    write('in/c.xml', '<Order no="x"/>');
    write('in/d.xml', '<Order');
    const asked = await on('import', 'in/a.xml');
    assert.equal(asked.status, 3);
    assert.match(asked.stderr, /^left out in\/a\.xml: carries no id; --ids sequence gives it one$/m);
    const { status, stdout, stderr } = await on('import', '--ids', 'sequence', 'in');
    assert.equal(status, 3);
    assert.equal(stdout, '2 documents added to shop.order_documents.\n1 document without an id was numbered.\n');
    assert.match(stderr, /^left out in\/c\.xml: Invalid app_id format: x \(must be integer\)\nleft out in\/d\.xml: /);
    await withInput('<Order/>', 'import', '--ids', 'sequence', '-');
    assert.deepEqual(ids(), [12, 13, 14]);
    assert.equal((await on('run', '--log-level', 'error')).status, 0);
    assert.deepEqual(
      query('SELECT order_no FROM "shop.orders" ORDER BY order_no').map(({ order_no: no }) => no),
      [12, 13, 14],
    );
  });

  test('says so if a folder holds no document', async () => {
    assert.deepEqual(await on('import', 'in'), {
      status: 2,
      stdout: '',
      stderr: 'There is nothing to read:\n  in: the folder holds no *.xml or *.xml.gz file\n',
    });
  });
});
