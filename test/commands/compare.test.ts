import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { temporaryFolder, xmlfan } from '../support/cli.ts';

const CONTRACT = `format: 2
product_line: parcels
schema: post
source: { table: parcel_notes, column: note, id: note_id, id_type: bigint }
document: { root: Parcel, id: "@no" }
key: parcel_no
tables:
  parcels:
    each: /Parcel
    columns:
      cost: { from: Cost, type: "decimal(9,2)" }
      sent: { from: "@sent", type: datetime }
      noted: { expr: "now()", type: datetime }
    tables:
      items: { each: Item, position: item_no, columns: { name: { from: ., type: nvarchar(20) } } }
`;

function parcel(no: number): string {
  return `<Parcel no="${no}" sent="2024-05-01T10:00:00.123"><Cost>12.5</Cost><Item>Pen</Item><Item>Ink ${no}</Item></Parcel>`;
}

describe('compare', () => {
  const folder = temporaryFolder();
  const [contract, documents, file] = ['parcels.yaml', 'documents', 'parcels.db'].map((name) => join(folder, name));
  const on = ['--store', `sqlite:${file}`, '--contract', String(contract)];
  const change = (sql: string): void => {
    const database = new DatabaseSync(String(file));
    database.exec(`PRAGMA foreign_keys = off; ${sql}`);
    database.close();
  };

  test('says that all rows are as they would be written, and ends with 0', async () => {
    writeFileSync(String(contract), CONTRACT);
    mkdirSync(String(documents));
    for (const no of [1, 2, 3]) writeFileSync(join(String(documents), `${no}.xml`), parcel(no));
    await xmlfan(['init', '--destination', ...on]);
    await xmlfan(['import', ...on, String(documents)]);
    assert.equal((await xmlfan(['run', ...on])).status, 0);
    const { status, stdout } = await xmlfan(['compare', ...on]);
    assert.match(stdout, /^3 documents of parcels compared: all rows are as they would be written now\.$/m);
    assert.match(stdout, /^items +6 +6 +6 +0 +0 +0 +0 +0 +0$/m);
    assert.equal(status, 0);
  });

  test('shows what differs, with ids and values, and ends with 1', async () => {
    change(`UPDATE "post.parcels" SET cost = 13 WHERE parcel_no = 2; DELETE FROM "post.items" WHERE parcel_no = 3 AND item_no = 1;
      INSERT INTO "post.items" (parcel_no, item_no, name) VALUES (1, 3, 'Nib')`);
    const { status, stdout, stderr } = await xmlfan(['compare', ...on]);
    assert.equal(status, 1);
    assert.match(stdout, /^parcels +3 +3 +2 +1 +0 +0 +0 +0 +0$/m);
    assert.match(stdout, /^items +6 +6 +5 +0 +1 +0 +1 +0 +0$/m);
    assert.match(stdout, /^parcels\.cost differs in 1 row\n {2}2: would be "12\.5", is "13"$/m);
    assert.match(stdout, /^items: 1 row missing, e\.g\. of 3\nitems: 1 row extra, e\.g\. of 1$/m);
    assert.equal(stderr, '');
  });

  test('gives what it found as JSON, of a range', async () => {
    const { status, stdout } = await xmlfan(['compare', ...on, '--json', '--app-id-start', '2', '--app-id-end', '2']);
    const found: unknown = JSON.parse(stdout);
    assert.equal(status, 1);
    assert.partialDeepStrictEqual(found, {
      documents: 1,
      columns: [{ table: 'parcels', column: 'cost', rows: 1, first: [{ app_id: '2', wanted: '12.5', held: '13' }] }],
    });
  });

  test('refuses a range in which nothing can be', async () => {
    for (const command of ['compare', 'redo']) {
      const { status, stderr } = await xmlfan([command, ...on, '--app-id-start', '9', '--app-id-end', '3']);
      assert.equal(status, 2);
      assert.match(stderr, /--app-id-start: 9 is above --app-id-end 3\n {4}Give the lower id first\./);
    }
  });

  test('names columns that the database does not have', async () => {
    change('ALTER TABLE "post.parcels" DROP COLUMN sent');
    const { stdout } = await xmlfan(['compare', ...on, '--sample', '1']);
    assert.match(stdout, /^Not compared, since the database does not have these columns .*: parcels\.sent$/m);
  });

  test('says so where nothing was converted', async () => {
    const { status, stdout } = await xmlfan(['compare', ...on, '--app-id-start', '7']);
    assert.equal(stdout, 'No converted document of parcels fits: nothing was compared.\n');
    assert.equal(status, 0);
  });
});
