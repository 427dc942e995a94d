import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder, xmlfan } from '../support/cli.ts';

function contractOf(line: string, root: string): string {
  return `product_line: ${line}
source_table: ${line}_documents
source_column: xml
xml_root_element: ${root}
application_id: { path: /${root}, attribute: no }
table_insertion_order: [orders, processing_log]
tables:
  orders: { role: root, key: { column: order_no } }
element_filtering: { filter_rules: [] }
relationships: []
target_schema: dbo
mappings:
  - { xml_path: /${root}, xml_attribute: no, target_table: orders, target_column: order_no, data_type: int, nullable: false }
`;
}

/** A database in which the orders of \`order\` were converted; and a contract of another line that logs into the same table. */
async function converted() {
  const folder = temporaryFolder();
  const file = join(folder, 'x.db');
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', '1.xml'), '<Order no="1"/>');
  for (const [line, root] of [
    ['order', 'Order'],
    ['return', 'Return'],
  ] as const)
    writeFileSync(join(folder, `${line}.yaml`), contractOf(line, root));
  const on = (line: string, command: string, ...args: string[]) =>
    xmlfan([command, '--store', `sqlite:${file}`, '--contract', join(folder, `${line}.yaml`), ...args]);
  assert.equal((await on('order', 'init', '--destination')).status, 0);
  assert.equal((await on('order', 'import', join(folder, 'in'))).status, 0);
  assert.equal((await on('order', 'run', '--instance-count', '1', '--workers', '0')).status, 0);
  const change = (sql: string): void => {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  };
  return { on, change };
}

test('verify holds after a run, and fails for a contract that shares the log but not the source, as check does', async () => {
  const { on, change } = await converted();
  const good = await on('order', 'verify');
  assert.equal(good.status, 0, good.stdout);
  assert.match(good.stdout, /pass {2}The source table and the log are those of the contract\./);
  change('CREATE TABLE return_documents (app_id INTEGER PRIMARY KEY, xml TEXT)');
  const checked = await on('return', 'check');
  assert.match(checked.stdout, /shares the log table/);
  const { status, stdout } = await on('return', 'verify');
  assert.equal(status, 1);
  assert.match(stdout, /FAIL {2}The source table and the log[^]*shares the log table[^]*log_table/);
});

test('verify tells that the source table, or its column, is gone', async () => {
  const { on, change } = await converted();
  change('ALTER TABLE order_documents RENAME COLUMN xml TO body');
  const without = await on('order', 'verify', '--json');
  assert.equal(without.status, 1);
  const [{ checks }]: [{ checks: { passed: boolean; offenders: { place: string }[] }[] }] = JSON.parse(without.stdout);
  assert.deepEqual(
    checks.map(({ passed }) => passed),
    [false, true, true, true, true],
  );
  assert.deepEqual(
    checks[0]?.offenders.map(({ place }) => place),
    ['order_documents.xml'],
  );
  change('DROP TABLE order_documents');
  const gone = await on('order', 'verify');
  assert.equal(gone.status, 1);
  assert.match(gone.stdout, /order_documents +The table is missing\./);
});
