import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { temporaryFolder, xmlfan } from '../support/cli.ts';

/** What a contract calls its type, ten ids in the order of the database, and two that are none. */
const KINDS = [
  {
    type: 'nvarchar(12)',
    ids: ['001', '=1+1', 'A-1', 'A-10', 'A-2', 'B/1', 'b 2', 'b"3', 'ä', '中'].toSorted(),
    none: ['', '1234567890123'],
    words: 'texts of at most 12 characters',
  },
  {
    type: 'uniqueidentifier',
    ids: Array.from({ length: 10 }, (_, index) => `0${9 - index}9619ff-8b86-4011-b42d-00c04fc964ff`).toSorted(),
    none: ['7', '6f9619ff-8b86-d011-b42d'],
    words: 'GUIDs',
  },
] as const;

function contractOf(type: string): string {
  return `format: 2
product_line: orders
schema: dbo
source: { table: order_documents, column: body, id: order_key, id_type: ${type} }
document: { root: Order, id: "@no" }
key: order_key
tables:
  orders: { each: /Order, columns: { total: { from: Total, type: "decimal(9,2)", required: true } } }
`;
}

/** As CSV that no spreadsheet takes for a formula. */
const cell = (id: string): string => (/["\n,]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id.replace(/^=/, "'="));

const escaped = (id: string): string => id.replaceAll('"', '&quot;');

for (const { type, ids, none, words } of KINDS) {
  describe(`documents told apart by ${type}`, () => {
    const folder = temporaryFolder();
    const [contract, documents, file] = [join(folder, 'c.yaml'), join(folder, 'documents'), join(folder, 'x.db')];
    writeFileSync(contract, contractOf(type));
    mkdirSync(documents);
    for (const [index, id] of ids.entries())
      writeFileSync(
        join(documents, `${index}.xml`),
        `<Order no="${escaped(id)}">${index === 4 ? '' : '<Total>1.5</Total>'}</Order>`,
      );
    const on = (command: string, ...args: string[]) =>
      xmlfan([command, '--store', `sqlite:${file}`, '--contract', contract, ...args]);
    const query = (sql: string) => {
      const database = new DatabaseSync(file);
      const rows = database.prepare(sql).all();
      database.close();
      return rows.map((row) => Object.values(row));
    };

    test('are imported, listed in order, and converted by three instances, each once', async () => {
      assert.equal((await on('init', '--destination')).status, 0);
      assert.equal((await on('import', documents)).stdout, '10 documents added to order_documents.\n');
      assert.equal((await on('check')).status, 0);
      const pending = await on('status', '--pending', '--format', 'csv');
      assert.equal(pending.stdout, `app_id\n${ids.map(cell).join('\n')}\n`);
      for (const instance of ['0', '1', '2']) {
        const run = await on('run', '--instance-id', instance, '--instance-count', '3', '--workers', '0');
        assert.ok(run.status === 0 || run.status === 3, run.stderr);
      }
      assert.deepEqual(
        query('SELECT order_key FROM orders ORDER BY 1').flat(),
        ids.filter((_, index) => index !== 4),
      );
      assert.equal((await on('verify')).status, 0);
      assert.equal(query('SELECT count(DISTINCT session_id) FROM processing_log')[0]?.[0], 3);
    });

    test('failed ones are listed and redriven, others are done anew, by id', async () => {
      const [first = '', second = '', , , failed = ''] = ids;
      const failures = await on('status', '--failures', '--format', 'csv');
      assert.equal(failures.stdout.split('\n')[1]?.startsWith(`${cell(failed)},`), true);
      assert.match((await on('redrive', '--app-id', failed)).stdout, /^1 document of orders is pending again/);
      assert.match((await on('redo', '--app-id', first, second, '--yes')).stdout, /^2 documents/);
      assert.equal((await on('status', '--pending', '--format', 'csv')).stdout.split('\n').length, 5);
      const run = await on('run', '--instance-count', '2', '--partition-by', 'range', '--workers', '0');
      assert.match(run.stdout, /3 documents: 2 success, 1 failed/);
      assert.equal((await on('verify')).status, 0);
      assert.equal(query('SELECT count(*) FROM processing_log_history')[0]?.[0], 3);
    });

    test('documents that carry no id are given one, each once', async () => {
      const without = join(folder, 'without');
      mkdirSync(join(without, 'more'), { recursive: true });
      for (const name of ['New 1.xml', 'New 2.xml', join('more', 'new 1.xml'), 'far too long a name.xml'])
        writeFileSync(join(without, name), `<Order><Total>${name.length}</Total></Order>`);
      const isText = type !== 'uniqueidentifier';
      const { status, stdout, stderr } = await on('import', '--ids', 'sequence', without);
      assert.equal(status, isText ? 3 : 0);
      const given = query(`SELECT order_key FROM order_documents WHERE body NOT LIKE '%no=%' ORDER BY 1`).flat();
      if (isText) {
        assert.match(stdout, /\n2 documents without an id were given the names of their files\.\n$/);
        assert.match(
          stderr,
          /far too long a name\.xml: carries no id, and its name is none of texts of at most 12 characters: name document\.id in the contract/,
        );
        assert.match(stderr, /has the name of .*, which is its id/);
        assert.deepEqual(given, ['New 1', 'New 2']);
      } else {
        assert.match(stdout, /\n4 documents without an id were given GUIDs\.\n$/);
        assert.equal(new Set(given).size, 4);
      }
      for (const id of given) assert.equal((await on('redo', '--app-id', String(id))).status, 0);
      query(`DELETE FROM order_documents WHERE body NOT LIKE '%no=%'`);
    });

    test('what is no id is told, and a range is one of the database', async () => {
      for (const id of none) {
        const { status, stderr } = await on('redo', '--app-id', id);
        assert.equal(status, 2);
        assert.match(stderr, new RegExp(`Ids of documents are ${words}`));
      }
      const redo = await on('redo', '--app-id-start', ids[2] ?? '', '--app-id-end', ids[4] ?? '');
      assert.match(redo.stdout, /^3 documents of orders would be made anew/);
    });

    test('a contract that takes them for something else is refused by every command, by name', async () => {
      const other = join(folder, 'other.yaml');
      writeFileSync(other, contractOf('int'));
      for (const command of ['check', 'run', 'verify', 'redrive', 'status', 'import']) {
        const args = command === 'import' ? [documents] : command === 'redrive' ? ['--app-id', '1'] : [];
        const { status, stdout, stderr } = await xmlfan([
          command,
          '--store',
          `sqlite:${file}`,
          '--contract',
          other,
          ...args,
        ]);
        assert.equal(status, command === 'check' ? 1 : 2, `${command}: ${stdout}`);
        assert.match(
          stdout + stderr,
          /order_documents\.order_key: The column is text; by the contract documents are told apart by whole numbers \(`id_type: int`\)\.\n.*id_type/,
        );
      }
    });
  });
}

test('texts in a column with a collation of its own are paged in its own order, none lost or done twice', async () => {
  const folder = temporaryFolder();
  const [contract, file] = [join(folder, 'c.yaml'), join(folder, 'x.db')];
  writeFileSync(contract, contractOf('nvarchar(12)'));
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE order_documents (order_key TEXT NOT NULL COLLATE NOCASE PRIMARY KEY, body TEXT)');
  const letters = 'aBcDeFgH_[äÄZ'.split('');
  const ids = letters.flatMap((a) => letters.map((b) => `x${a}${b}`));
  const insert = db.prepare('INSERT OR IGNORE INTO order_documents VALUES (?, ?)');
  // To such a column ids that differ by case only are one, also where a document has it in another one.
  for (const id of ids) insert.run(id, `<Order no="${id.toUpperCase()}"><Total>1</Total></Order>`);
  const on = (command: string, ...args: string[]) =>
    xmlfan([command, '--store', `sqlite:${file}`, '--contract', contract, ...args]);
  assert.equal((await on('init', '--destination')).status, 0);
  for (const [by, limit] of [
    ['hash', '40'],
    ['range', '1000'],
  ] as const) {
    const { status, stdout, stderr } = await on(
      'run',
      '--instance-count',
      '3',
      '--partition-by',
      by,
      '--limit',
      limit,
      '--batch-size',
      '3',
      '--workers',
      '0',
      '--log-level',
      'error',
    );
    assert.equal(status, 0, stdout + stderr);
  }
  assert.deepEqual(
    db.prepare('SELECT order_key FROM orders ORDER BY 1').all(),
    db.prepare('SELECT order_key COLLATE BINARY AS order_key FROM order_documents ORDER BY 1').all(),
  );
  const counts = db.prepare('SELECT count(*) AS n, count(DISTINCT app_id) AS ids FROM processing_log').get();
  assert.equal(counts?.['n'], counts?.['ids']);
  assert.equal((await on('verify')).status, 0);
  assert.match((await on('explain', '--app-id', 'XAB')).stdout, /^app_id xaB: mapped/);
  const redone = await on('redo', '--app-id', 'XAB', '--yes');
  assert.match(redone.stdout, /^1 document of orders is made anew/);
  assert.doesNotMatch(redone.stdout + redone.stderr, /pending already/);
  assert.match(
    (await on('compare')).stdout,
    /^\d+ documents of orders compared: all rows are as they would be written now\./,
  );
  db.close();
});
