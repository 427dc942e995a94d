import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { renderExplanation } from '../../src/commands/explanation.ts';
import { loadContract } from '../../src/contract-files.ts';
import { openExplanation } from '../../src/mapping/explain/explain.ts';
import type { Explanation } from '../../src/mapping/explain/explanation.ts';
import { GOLDEN, LEASE, temporaryFolder, xmlfan } from '../support/cli.ts';

const CONTRACT = `format: 2
product_line: parcels
schema: post
source: { table: parcel_notes, column: note, id: note_id, id_type: bigint }
document: { root: Parcel }
key: parcel_no
tables:
  parcels:
    each: /Parcel
    columns:
      cost: { from: Cost, type: "decimal(9,2)" }
      weight: { from: Weigth, type: real }
`;

describe('explain', () => {
  const folder = temporaryFolder();
  const [contract, document] = [join(folder, 'parcels.yaml'), join(folder, 'one.xml')];
  writeFileSync(contract, CONTRACT);
  writeFileSync(document, '<Parcel>\n  <Cost>12,5</Cost>\n  <Weight>0.5</Weight>\n</Parcel>');
  const explain = (...args: readonly string[]) => xmlfan(['explain', '--contract', contract, ...args]);

  test('tells of each column its value, where that was read, and why there is none', async () => {
    const { status, stdout } = await explain(document);
    assert.equal(status, 0);
    assert.equal(
      stdout.replaceAll(document, 'one.xml'),
      `one.xml: mapped

parcels, row 1 of 1, of /Parcel (line 1, column 1)
  column     value  read at             why
  parcel_no  1      id of the document
  cost       ·      2:9 /Parcel/Cost    "12,5" cannot be read as decimal(9,2). It can with \`decimal: ","\`.
  weight     ·                          /Parcel (line 1, column 1) has no element Weigth. Nearest is /Parcel/Weight.
`,
    );
  });

  test('tells all of one column', async () => {
    const { stdout } = await explain(document, '--column', 'COST', '--table', 'parcels');
    assert.equal(
      stdout.replaceAll(document, 'one.xml'),
      `one.xml: mapped

parcels, row 1 of 1, of /Parcel (line 1, column 1)
  cost has no value
  mapping   tables.parcels.columns.cost
  reads     Cost
  read      /Parcel/Cost (line 2, column 9): "12,5"
  steps     as decimal(9,2): ·
  why       "12,5" cannot be read as decimal(9,2). It can with \`decimal: ","\`.
`,
    );
  });

  test('tells the first rows of many, what it leaves out, and how to see it', async () => {
    const many = join(folder, 'many.xml');
    writeFileSync(many, `<Parcel>${'<Note kind="x">a</Note><Note/>'.repeat(30)}<Note kind="y">b</Note></Parcel>`);
    const notes = join(folder, 'notes.yaml');
    writeFileSync(
      notes,
      `${CONTRACT}    tables:
      notes: { each: "Note[@kind]", position: n, columns: { count: { from: ., type: int } } }
`,
    );
    const tell = async (...args: readonly string[]) =>
      (await xmlfan(['explain', '--contract', notes, many, '--table', 'notes', ...args])).stdout;
    const first = await tell();
    assert.equal(first.match(/^notes, row \d+ of 31/gm)?.length, 20);
    assert.match(first, /^ {2}… 11 of notes not shown: --table notes --row 21-31$/m);
    assert.match(first, /^ {2}Rows with quality issues: 1, 2, .* 20 …$|^ {2}… 10 of notes not shown/m);
    assert.match(first, /^notes: 30 elements or rows left out$/m);
    assert.match(first, /^ {2}… 10 of notes not shown: --table notes --left 21-30$/m);
    const last = await tell('--row', '31');
    assert.match(last, /^notes, row 31 of 31, of \/Parcel\/Note\[61\][^]*"b" cannot be read as int/m);
    assert.doesNotMatch(last, /row 30 of|it is not among/);
    assert.match(await tell('--left', '30'), /: 30 elements or rows left out\n {2}\/Parcel\/Note\[60\]/);
    assert.match((await explain(document, '--row', '0')).stderr, /--row.*Expected a number, or two as in 101-200\./);
  });

  test('tells of one column only in tables that have it, and of one table what is left out column by column', async () => {
    const stages = join(folder, 'stages.yaml');
    writeFileSync(
      stages,
      `${CONTRACT}    tables:
      stages: { each: Stage, position: n, where: "days > 1", columns: { days: { from: D, type: int }, by: { from: ../Cost, type: int } } }
`,
    );
    const xml = '<Parcel><Stage><D>2</D></Stage><Stage><D>1</D></Stage><Cost>3</Cost><Cost>4</Cost></Parcel>';
    const tell = async (...args: readonly string[]) =>
      (await xmlfan(['explain', '--contract', stages, '-', ...args], { stdin: xml })).stdout;
    assert.doesNotMatch(await tell('--column', 'weight'), /stages/);
    const rows = await tell('--table', 'stages');
    assert.match(rows, /^ {2}by +3 +1:\d+ \/Parcel\/Cost\[1\] +Of the 2 values found the first is taken/m);
    assert.match(rows, /is not true of it: days is "1"\n {4}column .*\n {4}days +1 +1:\d+ \/Parcel\/Stage\[2\]\/D$/m);
    assert.match(await tell(), /is not true of it: days is "1"\n$/);
  });

  test('says of rows that come of one mapping each which it is', async () => {
    const { stdout } = await xmlfan([
      'explain',
      '--contract',
      LEASE,
      join(GOLDEN, 'lease', '0009-only-application.xml'),
      '--table',
      'scores',
    ]);
    assert.match(
      stdout,
      /^ {2}mappings\[\d+\], \/Provenir\/\S+: its mapping has no value that makes a row\. The document has no element /m,
    );
  });

  test('gives the explanation as JSON', async () => {
    const { stdout } = await explain(document, '--json', '--column', 'weight');
    const explanation: Explanation & { document: string } = JSON.parse(stdout);
    assert.equal(explanation.document, document);
    assert.deepEqual(
      explanation.tables[0]?.rows[0]?.columns.map(({ reason }) => reason?.nearest),
      ['/Parcel/Weight'],
    );
  });

  test('explains documents of the database', async () => {
    const file = join(temporaryFolder(), 'parcels.db');
    const on = ['--store', `sqlite:${file}`];
    await xmlfan(['init', '--contract', contract, '--destination', ...on]);
    await xmlfan(['import', '--contract', contract, ...on, document]);
    const { stdout, status } = await explain(...on, '--app-id', '1', '--column', 'cost');
    assert.equal(status, 0);
    assert.match(stdout, /^app_id 1: mapped\n\n/m);
    // What it maps to may not fit its column: the log says so.
    await xmlfan(['run', '--contract', contract, '--log-level', 'error', ...on]);
    const db = new DatabaseSync(file);
    db.exec(
      `UPDATE "post.processing_log" SET status = 'failed', failure_reason = 'constraint_violation: parcels.cost does not fit int'`,
    );
    db.close();
    assert.match(
      (await explain(...on, '--app-id', '1')).stdout,
      /^app_id 1: mapped\n {2}Logged as failed: .*parcels\.cost/m,
    );
    assert.match(
      (await explain(...on, '--app-id', '1', '--json')).stdout,
      /"status": "failed",\s+"failure_reason": "constraint_violation/,
    );
    const missing = await explain(...on, '--app-id', '7');
    assert.deepEqual([missing.status, missing.stderr], [3, 'app_id 7: the source table has no such document\n']);
  });

  test('names the tables and columns there are', async () => {
    const table = await explain(document, '--table', 'parcel');
    assert.equal(table.status, 2);
    assert.match(table.stderr, /--table.*"parcel" is not there.*There are parcels\./s);
    const column = await explain(document, '--column', 'cots');
    assert.match(column.stderr, /--column.*There are parcel_no, cost, weight\./s);
  });

  test('says why a document is rejected', async () => {
    writeFileSync(join(folder, 'bad.xml'), '<Parcel>');
    const { stdout, status } = await explain(join(folder, 'bad.xml'));
    assert.equal(status, 0);
    assert.match(stdout, /: rejected\. Line 1, column 9: the document ends/);
  });

  test('map says how to see why', async () => {
    const { stderr } = await xmlfan(['map', '--contract', LEASE, join(GOLDEN, 'lease', '0014-bad-numbers-1.xml')]);
    const [, hint] = /^To see why: `xmlfan (explain .*)`$/m.exec(stderr) ?? [];
    const { status, stdout } = await xmlfan((hint ?? '').split(' '));
    assert.equal(status, 0);
    assert.match(stdout, / why {7}/);
  });

  test('fits the window', () => {
    const xml = '<Parcel><Cost>12,5</Cost></Parcel>';
    const explanation = openExplanation(loadContract(contract))({ xml, appId: '1' }, new Date());
    for (const columns of [40, 60, 80, 200]) {
      const stdout = Object.assign(new Writable(), { isTTY: true, columns });
      const text = renderExplanation('one.xml', null, explanation, { stdout }, { isDetailed: false, tellsLeft: false });
      const rows = text.split('\n').filter((line) => line.startsWith('  '));
      assert.equal(rows.filter((line) => /^ {2}\w/.test(line)).length, 4);
      for (const row of rows) assert.ok(row.length <= columns, `${row.length} of ${columns}: ${row}`);
      assert.match(text.replaceAll(/\s+/g, ' '), /"12,5" cannot be read as [^…]*\./);
    }
  });
});
