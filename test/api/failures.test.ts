import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  failureList,
  failureReasons,
  pendingList,
  redone,
  redriven,
  runView,
  startedRun,
} from '../../src/api/views.ts';
import { apiForEach } from '../support/api.ts';

const world = apiForEach();

async function start(): Promise<string> {
  const { body } = await world.api.call('runs', { body: { product_line: 'letters' } });
  await world.api.idle();
  return startedRun.parse(body).run_id;
}

async function show(id: string) {
  return runView.parse((await world.api.call(`runs/${id}`)).body);
}

async function csv(path: string): Promise<{ readonly headers: Headers; readonly lines: readonly string[] }> {
  const response = await world.api.handle(new Request(`http://localhost/api/${path}`));
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'spreadsheets take it for UTF-8');
  return { headers: response.headers, lines: bytes.subarray(3).toString().trimEnd().split('\n') };
}

test('failed documents are listed by reason and page, and given to the next run again', async () => {
  const runId = await start();

  const page = failureList.parse(
    (await world.api.call('failures?product_line=letters&reason=validation&limit=2')).body,
  );
  const rest = failureList.parse((await world.api.call('failures?product_line=letters&after_app_id=13&limit=2')).body);
  const other = failureList.parse((await world.api.call('failures?product_line=letters&reason=mapping')).body);
  assert.deepEqual(
    page.failures.map(({ app_id: id }) => id),
    ['3', '13'],
  );
  assert.equal(page.next_after_app_id, '13');
  assert.deepEqual(
    rest.failures.map(({ app_id: id }) => id),
    ['23'],
  );
  assert.equal(rest.next_after_app_id, null);
  assert.deepEqual(other.failures, []);
  const reasons = async (query: string) =>
    failureReasons.parse((await world.api.call(`failures/reasons?product_line=letters${query}`)).body).reasons;
  assert.deepEqual(
    (await reasons('')).map(({ reason, documents }) => [reason, documents]),
    [["validation: ['Invalid XML structure or format']", 3]],
  );
  assert.deepEqual(await reasons('&run_id=another'), []);

  const one = await world.api.call('failures/redrive', { body: { product_line: 'letters', app_ids: ['13', '1'] } });
  assert.deepEqual(redriven.parse(one.body), { product_line: 'letters', redriven: 1 });
  const ofRun = { product_line: 'letters', reason: 'validation' };
  const elsewhere = await world.api.call('failures/redrive', { body: { ...ofRun, run_id: 'another' } });
  assert.equal(redriven.parse(elsewhere.body).redriven, 0);
  const all = await world.api.call('failures/redrive', { body: { ...ofRun, run_id: runId } });
  assert.equal(redriven.parse(all.body).redriven, 2);
  const again = await start();
  assert.equal((await show(again)).totals.failed, 3);
});

test('failed documents can be had as CSV, with what went wrong', async () => {
  await start();

  const { headers, lines } = await csv('failures?product_line=letters&format=csv');

  assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.equal(headers.get('content-disposition'), 'attachment; filename="failures.csv"');
  assert.equal(headers.get('link'), null);
  assert.equal(lines[0], 'app_id,sentence,failure_reason,processing_time,session_id');
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(',', 1)[0]),
    ['3', '13', '23'],
  );
  assert.match(String(lines[1]), /^3,"?Invalid XML structure or format: line 1/);
});

test('a text that a spreadsheet would take for a formula is none, and an id below zero stays a number', async () => {
  await world.workplace.addDocuments('letters', -5, 1, () => true);
  await start();
  await world.workplace.execute(
    `UPDATE "mail.letters_log" SET failure_reason = '=HYPERLINK("http://evil.example")' WHERE app_id = -5`,
  );

  const { lines } = await csv('failures?product_line=letters&format=csv&limit=1');

  assert.match(String(lines[1]), /^-5,"'=HYPERLINK\(""http:\/\/evil\.example""\)\.?","'=HYPERLINK/);
});

test('documents that wait are listed, a page at a time, and can be had as CSV', async () => {
  const page = pendingList.parse((await world.api.call('pending?product_line=letters&limit=3')).body);
  const rest = pendingList.parse((await world.api.call('pending?product_line=letters&after_app_id=28')).body);
  const { headers, lines } = await csv('pending?product_line=letters&format=csv&limit=20');

  assert.deepEqual(page, { app_ids: ['1', '2', '3'], next_after_app_id: '3' });
  assert.deepEqual(rest, { app_ids: ['29', '30'], next_after_app_id: null });
  assert.equal(lines.length, 21);
  assert.equal(
    headers.get('link'),
    '</api/pending?product_line=letters&limit=20&format=csv&after_app_id=20>; rel="next"',
  );
  await start();
  assert.deepEqual(pendingList.parse((await world.api.call('pending?product_line=letters')).body).app_ids, []);
});

test('documents are done anew: first only counted, then deleted, and the next run makes them', async () => {
  await start();
  const body = { product_line: 'letters', app_ids: ['1', '2', '3', '99'] };

  const counted = redone.parse((await world.api.call('documents/redo', { body })).body);
  const rowsBefore = await world.workplace.query('SELECT * FROM "mail.letters"');
  const done = redone.parse((await world.api.call('documents/redo', { body: { ...body, dry_run: false } })).body);

  const rows = [
    { table: 'letters_items', rows: 4 },
    { table: 'letters', rows: 2 },
  ];
  assert.deepEqual(counted, {
    product_line: 'letters',
    dry_run: true,
    documents: 3,
    rows,
    stays: [],
    without_source: { documents: 0, app_ids: [] },
    referred_to: { documents: 0, app_ids: [] },
    unknown_origin: 0,
    unfit: [{ app_id: '99', state: 'unknown' }],
  });
  assert.equal(rowsBefore.length, 27);
  assert.deepEqual(done, { ...counted, dry_run: false });
  assert.equal((await world.workplace.query('SELECT * FROM "mail.letters"')).length, 25);
  const again = await show(await start());
  assert.deepEqual([again.totals.success, again.totals.failed], [2, 1]);
});

test('documents are done anew by what is changed, by range and reason, or all of them', async () => {
  await start();
  await world.workplace.execute(
    `UPDATE "mail.letters_source" SET xml = replace(xml, 'SECRET-7', 'changed') WHERE app_id = 7`,
  );

  assert.equal(await redo({ changed: true }), 1);
  assert.equal(await redo({ app_id_start: '2', app_id_end: '5' }), 4);
  assert.equal(await redo({ reason: 'validation' }), 3);
  assert.equal(await redo({ all: true }), 30);
});

test('what is to be done anew has to be said', async () => {
  const { status, body } = await world.api.call('documents/redo', { body: { product_line: 'letters' } });

  assert.deepEqual([status, body['detail']], [400, 'Nothing to redo']);
});

/** How many documents would be done anew. */
async function redo(conditions: object): Promise<number> {
  const body = { product_line: 'letters', ...conditions };
  return redone.parse((await world.api.call('documents/redo', { body })).body).documents;
}
