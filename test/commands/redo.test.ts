import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, test } from 'node:test';
import { ROOT, temporaryFolder, xmlfan, type Result } from '../support/cli.ts';

const ORDERS = `target_schema: shop\n${readFileSync(join(ROOT, 'test', 'contract', 'upgrade', 'orders.yaml'), 'utf8')}`;

describe('redo', () => {
  const cwd = temporaryFolder();
  let made = 0;
  const on = (command: string, ...args: string[]): Promise<Result> =>
    xmlfan([command, '--contract', 'c.yaml', ...args], {
      cwd,
      env: { XMLFAN_STORE: `sqlite:${made}.db`, WORKERS: '0', LOG_LEVEL: 'error' },
    });
  const write = (file: string, text: string): void => writeFileSync(join(cwd, file), text);
  const query = (sql: string) => {
    using db = new DatabaseSync(join(cwd, `${made}.db`));
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  };
  const lines = () => query('SELECT order_no, sku FROM "shop.order_lines" ORDER BY order_no, sku');

  beforeEach(async () => {
    made += 1;
    write('c.yaml', ORDERS);
    write('1.xml', '<Order no="1"><Line sku="A"/></Order>');
    write('2.xml', '<Order no="2"><Line sku="B"/></Order>');
    await on('init', '--destination');
    await on('import', '1.xml', '2.xml');
    await on('run');
  });

  test('makes a replaced document anew, which import asks for', async () => {
    write('1.xml', '<Order no="1"><Line sku="C"/></Order>');
    const replaced = await on('import', '--replace', '1.xml', '2.xml');
    assert.match(
      replaced.stderr,
      /^Of 2 replaced, 2 were done already: their rows keep the old values, or the failure\.$/m,
    );
    assert.match(replaced.stderr, /`xmlfan redo --contract c\.yaml --app-id 1 2` lets the next run make them anew\.$/m);

    const dry = await on('redo', '--changed');
    assert.equal(dry.status, 0);
    assert.match(dry.stdout, /^1 document of orders would be made anew by the next run\.\nWhat would be deleted:\n/);
    assert.match(dry.stdout, /^ {2}order_lines: 1 row$/m);
    assert.match(dry.stderr, /^Nothing was changed: --yes does it\.$/m);
    assert.deepEqual(lines(), [
      { order_no: 1, sku: 'A' },
      { order_no: 2, sku: 'B' },
    ]);

    const done = await on('redo', '--changed', '--yes');
    assert.deepEqual(
      [done.status, done.stdout.split('\n')[0]],
      [0, '1 document of orders is made anew by the next run.'],
    );
    assert.deepEqual(lines(), [{ order_no: 2, sku: 'B' }]);
    assert.equal((await on('run')).status, 0);
    assert.deepEqual(lines(), [
      { order_no: 1, sku: 'C' },
      { order_no: 2, sku: 'B' },
    ]);
    assert.equal((await on('verify')).status, 0);
  });

  test('says of ids that do not fit what they are, and so does redrive', async () => {
    await on('redo', '--app-id', '1', '--yes');
    const again = await on('redo', '--app-id', '1', '9', '--yes');
    assert.equal(again.stdout, 'No document of orders fits: nothing changes.\n');
    assert.deepEqual(again.stderr.trimEnd().split('\n'), [
      'Document 1 is pending already: the next run takes it.',
      'Document 9 is not in the source table, or has no XML there.',
    ]);
    const other = await on('redo', '--app-id', '1', '2', '--reason', 'validation');
    assert.match(other.stderr, /^Document 2 is converted, and does not fit what else is asked for\.$/m);
    const redriven = await on('redrive', '--app-id', '1', '2');
    assert.match(redriven.stdout, /^No failed document fits: nothing changed\./);
    assert.deepEqual(redriven.stderr.trimEnd().split('\n'), [
      'Document 1 is pending already: the next run takes it.',
      'Document 2 is converted: `xmlfan redo --contract c.yaml` has it made anew.',
    ]);
  });

  test('takes ids, ranges or all, and nothing unless one is given', async () => {
    const count = async (...args: string[]) => JSON.parse((await on('redo', '--json', ...args)).stdout).documents;
    assert.equal(await count('--app-id', '2', '7'), 1);
    assert.equal(await count('--app-id-start', '2'), 1);
    assert.equal(await count('--app-id-start', '0', '--app-id-end', '5'), 2);
    assert.equal(await count('--all'), 2);
    assert.equal(await count('--reason', 'validation'), 0);
    assert.equal(await count('--changed'), 0);
    const nothing = await on('redo', '--yes');
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /^Nothing to redo\n/);
    assert.match(
      (await on('redo', '--app-id', 'x')).stderr,
      /^Ids of documents are whole numbers:\n {2}--app-id: "x" is no document id\n$/,
    );
    assert.equal(lines().length, 2);
  });

  test('leaves alone what no run could make anew, and says so', async () => {
    query('DELETE FROM "shop.order_documents" WHERE app_id = 2');
    const { status, stdout, stderr } = await on('redo', '--all', '--yes');
    assert.equal(status, 3);
    assert.match(stdout, /^1 document of orders is made anew by the next run\.\n/);
    assert.match(stderr, /^1 document left alone, since their source is gone, so no run could make them anew: 2\.$/m);
    assert.deepEqual(lines(), [{ order_no: 2, sku: 'B' }]);
  });
});
