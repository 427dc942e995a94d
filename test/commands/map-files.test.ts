import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { LOANS, temporaryFolder, xmlfan } from '../support/cli.ts';

const CONTRACT = `format: 2
source: { table: docs, column: body, id: id }
document: { root: p }
tables:
  "sales.goods":
    each: /p
    columns:
      big: { from: "@big", type: bigint }
      amount: { from: "@amount", type: "decimal(38,10)" }
      price: { from: "@price", type: money }
      weight: { from: "@weight", type: real }
      paid: { from: "@paid", type: bit }
      day: { from: "@day", type: date }
      at: { from: "@at", type: datetime2(6) }
      exactly: { from: "@at", type: datetime2(7) }
      zoned: { from: "@zoned", type: datetimeoffset(3) }
      clock: { from: "@clock", type: time(3) }
      guid: { from: "@guid", type: uniqueidentifier }
      seal: { from: "@seal", type: varbinary(9), encoding: hex }
      remark: { from: remark, type: nvarchar(99), required: true }
    tables:
      parts: { each: part, position: no, columns: { name: { from: ., type: nvarchar(9) }, n: { from: "@n", type: int } } }
`;

const FULL = `<p big="9007199254740993" amount="1234567890123456789012345678.1234567891" price="12.5" weight="0.5" paid="true" day="2024-02-29" at="2024-02-29T10:20:30.123456" zoned="2024-02-29T10:20:30.5+02:00" clock="10:20:30.5" guid="235D1EB5-8DD7-4C1A-8ECE-559DF8C67DA1" seal="0aFF"><remark>=a, "b"
c ä</remark><part n="1">x</part><part n="y">y</part><part n="z"/></p>`;

function write(): { readonly contract: string; readonly documents: string; readonly out: string } {
  const folder = temporaryFolder();
  const [contract, documents] = [join(folder, 'goods.yaml'), join(folder, 'documents')];
  writeFileSync(contract, CONTRACT.replace('"sales.goods"', 'goods'));
  mkdirSync(documents);
  writeFileSync(join(documents, '1.xml'), FULL);
  writeFileSync(join(documents, '2.xml'), '<p/>');
  writeFileSync(join(documents, '3.xml'), '<q/>');
  writeFileSync(join(documents, '4.xml'), '<p paid="0"><remark>r</remark></p>');
  return { contract, documents, out: join(folder, 'rows') };
}

describe('map', () => {
  test('numbers documents without an id as import does, and counts issues', async () => {
    const { contract, documents } = write();
    const { status, stdout } = await xmlfan(['map', '--contract', contract, documents]);
    assert.equal(status, 0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): { app_id: string | null; quality_issues: unknown } => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ app_id: id }) => id),
      ['1', '2', null, '3'],
    );
    assert.deepEqual(lines[0]?.quality_issues, [{ kind: 'unreadable', table: 'parts', column: 'n', count: 2 }]);
  });

  test('writes a CSV file a table, without documents that are rejected', async () => {
    const { contract, documents, out } = write();
    const args = ['map', '--contract', contract, documents, '--out', out, '--format', 'csv'];
    const { status, stdout, stderr } = await xmlfan(args);
    assert.equal(status, 3);
    assert.match(stderr, /left out .*2\.xml: .*goods\.remark/);
    assert.match(stderr, /left out .*3\.xml: /);
    assert.match(stdout, /2 documents written:\n.*goods\.csv: 2 rows\n.*parts\.csv: 3 rows\n/);
    assert.deepEqual(readdirSync(out).toSorted(), ['goods.csv', 'parts.csv']);
    assert.equal(readFileSync(join(out, 'parts.csv'), 'utf8'), 'document_id,no,name,n\n1,1,x,1\n1,2,y,\n1,3,,\n');
    assert.equal(
      readFileSync(join(out, 'goods.csv'), 'utf8').split('\n').slice(1).join('\n'),
      '1,9007199254740993,1234567890123456789012345678.1234567891,12.5,0.5,1,2024-02-29,2024-02-29T10:20:30.123456,2024-02-29T10:20:30.123456,2024-02-29T10:20:30.5+02:00,10:20:30.5,235d1eb5-8dd7-4c1a-8ece-559df8c67da1,0aff,"=a, ""b""\nc ä"\n' +
        '3,,,,,0,,,,,,,,r\n',
    );
  });

  test('overwrites files only when told so', async () => {
    const { contract, documents, out } = write();
    const args = ['map', '--contract', contract, join(documents, '1.xml'), '--out', out, '--format', 'jsonl'];
    assert.equal((await xmlfan(args)).status, 0);
    const again = await xmlfan(args);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /goods\.jsonl: is there already[^]*parts\.jsonl: is there already/);
    assert.equal((await xmlfan([...args, '--overwrite'])).status, 0);
  });

  test('writes lines of JSON, numbers with all their digits', async () => {
    const { contract, documents, out } = write();
    await xmlfan(['map', '--contract', contract, join(documents, '1.xml'), '--out', out, '--format', 'jsonl']);
    const text = readFileSync(join(out, 'goods.jsonl'), 'utf8');
    assert.match(text, /"big":9007199254740993,"amount":1234567890123456789012345678\.1234567891,"price":12\.5,/);
    assert.match(text, /"paid":true,"day":"2024-02-29",/);
    assert.equal(
      readFileSync(join(out, 'parts.jsonl'), 'utf8').split('\n')[2],
      '{"document_id":1,"no":3,"name":null,"n":null}',
    );
  });

  test('writes Parquet with typed columns, which another library reads', async () => {
    const { contract, documents, out } = write();
    await xmlfan(['map', '--contract', contract, documents, '--out', out, '--format', 'parquet']);
    const file = await asyncBufferFromFile(join(out, 'goods.parquet'));
    const { schema, num_rows: rows } = await parquetMetadataAsync(file);
    assert.equal(rows, 2n);
    assert.deepEqual(
      schema.slice(1).map(({ name, type, repetition_type: repetition }) => `${name} ${type} ${repetition}`),
      [
        'document_id INT32 REQUIRED',
        'big INT64 OPTIONAL',
        'amount FIXED_LEN_BYTE_ARRAY OPTIONAL',
        'price FIXED_LEN_BYTE_ARRAY OPTIONAL',
        'weight FLOAT OPTIONAL',
        'paid BOOLEAN OPTIONAL',
        'day INT32 OPTIONAL',
        'at INT64 OPTIONAL',
        'exactly BYTE_ARRAY OPTIONAL',
        'zoned INT64 OPTIONAL',
        'clock INT64 OPTIONAL',
        'guid FIXED_LEN_BYTE_ARRAY OPTIONAL',
        'seal BYTE_ARRAY OPTIONAL',
        'remark BYTE_ARRAY REQUIRED',
      ],
    );
    const [first, second] = await parquetReadObjects({ file, utf8: false });
    assert.equal(first?.['big'], 9007199254740993n);
    assert.equal(first?.['price'], 12.5);
    assert.equal(first?.['paid'], true);
    assert.deepEqual(first?.['day'], new Date('2024-02-29'));
    assert.deepEqual(first?.['at'], new Date('2024-02-29T10:20:30.123Z'));
    assert.deepEqual(first?.['zoned'], new Date('2024-02-29T08:20:30.5Z'));
    assert.equal(first?.['guid'], '235d1eb5-8dd7-4c1a-8ece-559df8c67da1');
    assert.deepEqual(first?.['seal'], Uint8Array.of(0x0a, 0xff));
    assert.equal(first?.['remark'], '=a, "b"\nc ä');
    assert.equal(second?.['big'] ?? null, null);
  });

  test('leaves nothing unfinished behind, and no file of a table is missing', async () => {
    const { contract, documents, out } = write();
    const broken = join(out, '..', 'broken.yaml');
    writeFileSync(broken, CONTRACT.replace('"sales.goods"', 'a/b'));
    await xmlfan(['map', '--contract', broken, join(documents, '4.xml'), '--out', out, '--format', 'parquet']);
    assert.deepEqual(readdirSync(out).toSorted(), ['a_b.parquet', 'parts.parquet']);
    const again = join(out, '..', 'again');
    await xmlfan(['map', '--contract', contract, join(documents, 'none.xml'), '--out', again, '--format', 'csv']);
    assert.deepEqual(readdirSync(again), []);
  });

  test('writes rows of format 1 as well', async () => {
    const folder = temporaryFolder();
    await xmlfan(['generate', '--count', '5', '--seed', '3', '--contract', LOANS, '--out', join(folder, 'documents')]);
    const out = join(folder, 'rows');
    for (const format of ['csv', 'jsonl', 'parquet']) {
      const documents = join(folder, 'documents');
      const { stdout } = await xmlfan(['map', '--contract', LOANS, documents, '--out', out, '--format', format]);
      assert.match(stdout, /documents? written:/);
    }
    const names = new Set(readdirSync(out).map((name) => name.replace(/\.\w+$/, '')));
    assert.equal(readdirSync(out).length, names.size * 3);
  });

  test('tells what does not go together', async () => {
    const { contract, documents } = write();
    const { status, stderr } = await xmlfan(['map', '--contract', contract, documents, '--format', 'csv']);
    assert.equal(status, 2);
    assert.match(stderr, /--out: is missing/);
  });
});
