import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openDraft } from '../../src/draft/draft.ts';
import type { KnownTable } from '../../src/draft/known.ts';
import { temporaryFolder, xmlfan } from '../support/cli.ts';

const ORDER = (no: number) =>
  `<Order no="${no}" placed="2024-05-01"><Buyer><Name>Ann Marlowe</Name></Buyer><Total currency="EUR">10.5</Total><Remark>soon</Remark>` +
  '<Line sku="a1"><Qty>3</Qty></Line><Line sku="b2"><Qty>1</Qty><Tax>x</Tax></Line></Order>';

test('a draft for tables of a database has their names, types and keys, and runs into them as it stands', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'my.db');
  const db = new DatabaseSync(file);
  db.exec(`CREATE TABLE Orders (OrderNo BIGINT NOT NULL PRIMARY KEY, PlacedAt DATETIME2(0), BuyerName NVARCHAR(60), Total DECIMAL(18,2) NOT NULL,
      TotalCurrency CHAR(3), Loaded DATETIME DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE "sales.OrderLines" (OrderNo BIGINT NOT NULL, LineNumber INT NOT NULL, Sku VARCHAR(20) NOT NULL, Qty TEXT, PRIMARY KEY (OrderNo, LineNumber))`);
  for (const no of [7, 8]) writeFileSync(join(folder, `${no}.xml`), ORDER(no));
  const samples = [7, 8].map((no) => join(folder, `${no}.xml`));
  const { status, stdout } = await xmlfan(['draft', ...samples, '--store', `sqlite:${file}`]);
  assert.equal(status, 0);
  assert.equal(
    stdout.replace(/^(?:#.*\n)+/, ''),
    `format: 2
product_line: order
source: { table: order_documents, column: body, id: document_id, id_type: bigint }
log: order_log
document: { root: Order, id: "@no" }
key: OrderNo
tables:
  Orders: # 2 rows
    each: /Order
    # in the store and not filled: PlacedAt (datetime2(0))
    # in the store and not filled: Loaded (datetime)
    columns:
      # placed:        { from: "@placed", type: date, required: true } # 2 of 2; no such column in the store
      BuyerName:     { from: Buyer/Name, type: nvarchar(60) } # 2 of 2, up to 11 characters
      TotalCurrency: { from: Total/@currency, type: char(3) } # 2 of 2, up to 3 characters
      Total:         { from: Total, type: "decimal(18,2)", required: true } # 2 of 2, up to 2 digits and 1 behind the point
      # remark:        { from: Remark, type: nvarchar(10), required: true } # 2 of 2, up to 4 characters; no such column in the store
    tables:
      OrderLines: # 4 rows
        each: Line
        name: sales.OrderLines
        position: LineNumber
        columns:
          Sku: { from: "@sku", type: varchar(20), required: true } # 4 of 4, up to 2 characters
          Qty: { from: Qty, type: int } # 4 of 4
          # tax: { from: Tax, type: nvarchar(10) } # 2 of 4, up to 1 character; no such column in the store
# Nothing that was seen is left out.
`,
  );
  const contract = join(folder, 'orders.yaml');
  writeFileSync(contract, stdout);
  const on = ['--store', `sqlite:${file}`, '--contract', contract];
  for (const command of [
    ['init', '--destination'],
    ['import', ...samples],
    ['run', '--log-level', 'error'],
    ['verify'],
  ])
    assert.equal((await xmlfan([...command, ...on])).status, 0, command.join(' '));
  assert.deepEqual(
    db.prepare('SELECT OrderNo, LineNumber, Sku, Qty FROM "sales.OrderLines" ORDER BY 1, 2').all().map(Object.values),
    [
      [7, 1, 'a1', '3'],
      [7, 2, 'b2', '1'],
      [8, 1, 'a1', '3'],
      [8, 2, 'b2', '1'],
    ],
  );
  db.close();
});

function column(name: string, type: string, nullable = true) {
  return { name, type, nullable, isFilled: false };
}

function draft(xml: string, known: readonly KnownTable[]): string {
  const drafter = openDraft();
  assert.equal(drafter.add(Buffer.from(xml)), null);
  return drafter.finish({ known });
}

test('what the samples and a table contradict each other in is told, and keys of values become unique', () => {
  const xml =
    '<Orders><Order><Id>A7</Id><Total>none</Total><Note>far too long</Note><Paid>1</Paid></Order><Order><Id>A8</Id></Order></Orders>';
  const text = draft(xml, [
    {
      schema: 'sales',
      name: 'order',
      primaryKey: ['document_id', 'id'],
      columns: [
        column('document_id', 'bigint', false),
        column('id', 'nvarchar(10)', false),
        column('total', 'int', false),
        column('note', 'nvarchar(5)'),
        column('paid', 'geography'),
        column('owner', 'int', false),
      ],
    },
    { schema: 'dbo', name: 'order', primaryKey: [], columns: [column('total', 'int')] },
  ]);
  assert.match(text, /name: sales\.order\n +unique: \[id\]\n/);
  assert.match(text, /owner \(int\), NOT NULL without a default: no row can be written without it/);
  assert.match(
    text,
    /total: .*type: int, required: true \} # .*; NOT NULL in the store: give it a default; looks like nvarchar\(10\)$/m,
  );
  assert.match(text, /note: .*type: nvarchar\(5\) \} # .*; up to 12 characters, which is too long$/m);
  assert.match(text, /paid: .*; geography in the store, which no type of a contract is$/m);
});

test('tables that the store has not are drafted as without it', () => {
  const text = draft('<r><a><b>1</b></a><a><b>2</b></a></r>', []);
  assert.match(text, /# no table of the store is called so; `xmlfan ddl CONTRACT` prints one\n/);
  assert.match(text, /b: \{ from: b, type: int/);
});
