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
      sent_at: { from: "@sent", type: datetimeoffset(0), required: true }
      cost: { from: Cost, type: money }
      weight: { from: Weight, type: real }
      seal: { from: Seal, type: varbinary(4), encoding: hex }
      remark: { from: Remark, type: xml }
    tables:
      items: { each: Item, position: item_no, columns: { name: { from: ., type: nvarchar(20) }, units: { from: "@units", type: int } } }
`;

function parcel(no: number): string {
  return `<Parcel no="${no}" sent="2024-05-01T10:00:00+02:00" via="air"><Cost>12.5</Cost><Weight>0.5</Weight><Seal>0aFF</Seal><Remark>to <b>him</b></Remark><Item units="2">Pen</Item><Item units="x">Ink</Item></Parcel>`;
}

function write(folder: string): { readonly contract: string; readonly documents: string } {
  const [contract, documents] = [join(folder, 'parcels.yaml'), join(folder, 'documents')];
  writeFileSync(contract, CONTRACT);
  mkdirSync(documents, { recursive: true });
  for (const no of [1, 2, 3]) writeFileSync(join(documents, `${no}.xml`), parcel(no));
  writeFileSync(join(documents, '4.xml'), '<Parcel no="4"/>');
  return { contract, documents };
}

describe('a contract of format 2', () => {
  const { contract, documents } = write(temporaryFolder());

  test('is tried on samples: rows, what is odd, and what no column reads', async () => {
    const { status, stdout } = await xmlfan(['try', '--contract', contract, join(documents, '1.xml')]);
    assert.equal(status, 0);
    assert.match(stdout, /^parcels\n {2}parcel_no +sent_at +cost +weight +seal +remark$/m);
    assert.match(stdout, /^ {2}1 +2024-05-01T10:00:00\+02:00 +12\.5 +0\.5 +0aff +<Remark>to <b>him<\/b><\/Remark>$/m);
    assert.match(stdout, /^ {2}1 +2 +Ink +·$/m);
    assert.match(stdout, /^issues\n {7}1 {2}unreadable {2}items\.units$/m);
    assert.match(stdout, /^read by no column\n {7}1 {2}\/Parcel\/@via$/m);
  });

  test('days are shown without a time', async () => {
    const file = join(temporaryFolder(), 'days.yaml');
    writeFileSync(
      file,
      '{ format: 2, source: { table: d, column: b, id: i }, document: { root: r }, tables: { t: { each: /r, name: x.t, columns: { d: { from: a, type: date }, m: { from: a, type: datetime2(0) } } } } }',
    );
    writeFileSync(`${file}.xml`, '<r><a>2024-05-01</a></r>');
    const { stdout } = await xmlfan(['try', '--contract', file, `${file}.xml`]);
    assert.match(stdout, /^ {2}1 +2024-05-01 +2024-05-01T00:00:00$/m);
  });

  test('goes from files to rows in a database, and every document once', async () => {
    const file = join(temporaryFolder(), 'parcels.db');
    const on = ['--store', `sqlite:${file}`, '--contract', contract];
    assert.equal((await xmlfan(['init', '--destination', ...on])).status, 0);
    assert.equal((await xmlfan(['import', ...on, documents])).stdout, '4 documents added to post.parcel_notes.\n');

    const run = await xmlfan(['run', ...on, '--instance-count', '2']);
    assert.equal(run.status, 3);
    assert.match(run.stdout, /4 documents: 3 success, 1 failed/);
    assert.match(run.stdout, /required +parcels\.sent_at: The document has no value for it\./);
    assert.equal((await xmlfan(['verify', ...on])).status, 0);

    const database = new DatabaseSync(file, { readOnly: true });
    const all = (sql: string) =>
      database
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }));
    assert.deepEqual(all('SELECT * FROM "post.items" ORDER BY parcel_no, item_no LIMIT 2'), [
      { parcel_no: 1, item_no: 1, name: 'Pen', units: 2 },
      { parcel_no: 1, item_no: 2, name: 'Ink', units: null },
    ]);
    assert.deepEqual(all('SELECT sent_at, hex(seal) AS seal, weight, remark FROM "post.parcels" WHERE parcel_no = 3'), [
      { sent_at: '2024-05-01T10:00:00+02:00', seal: '0AFF', weight: 0.5, remark: '<Remark>to <b>him</b></Remark>' },
    ]);
    assert.deepEqual(all('SELECT count(*) AS parcels FROM "post.parcels"'), [{ parcels: 3 }]);
    database.close();
  });

  test('prints its tables with keys for both engines', async () => {
    const { stdout } = await xmlfan(['ddl', contract, '--dialect', 'mssql']);
    assert.match(
      stdout,
      /CREATE TABLE \[post\]\.\[items\] \(\n {2}\[parcel_no\] bigint NOT NULL,\n {2}\[item_no\] int NOT NULL,/,
    );
    assert.match(
      stdout,
      / {2}PRIMARY KEY \(\[parcel_no\], \[item_no\]\),\n {2}FOREIGN KEY \(\[parcel_no\]\) REFERENCES \[post\]\.\[parcels\] \(\[parcel_no\]\)\n/,
    );
    assert.match((await xmlfan(['ddl', contract, '--dialect', 'sqlite'])).stdout, /"seal" BLOB NULL/);
  });

  test('tells every fault at once, with line and column', async () => {
    const broken = join(temporaryFolder(), 'broken.yaml');
    writeFileSync(
      broken,
      CONTRACT.replace('each: Item', 'each: /Item')
        .replace('from: Cost', 'from: //Cost')
        .replace('type: real', 'type: reel'),
    );
    const { status, stderr } = await xmlfan(['validate', broken]);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /tables\.parcels\.columns\.cost\.from, column 1 \(line 12, column 21\): a path cannot begin with \/\//,
    );
    assert.match(stderr, /tables\.parcels\.columns\.weight\.type \(line 13, column 31\): reel is no type/);
    assert.match(
      stderr,
      /tables\.parcels\.tables\.items\.each \(line 17, column 16\): each of a nested table is relative to its parent row/,
    );
  });
});
