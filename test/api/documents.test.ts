import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentView } from '../../src/api/document-views.ts';
import { contractList, contractView, startedRun } from '../../src/api/views.ts';
import type { LogFields } from '../../src/log.ts';
import { silentLog } from '../../src/log.ts';
import { apiForEach } from '../support/api.ts';

const XML = '<Mail><Head id="1"/><Body><Item no="1" words="SECRET-1"/><Item no="2" words="b"/></Body></Mail>';
const shown: LogFields[] = [];
const world = apiForEach({
  log: { ...silentLog, info: (_, fields = {}) => void shown.push(fields) },
  env: { DOCUMENT_CONTENTS: 'on' },
});

async function start(): Promise<string> {
  const { body } = await world.api.call('runs', { body: { product_line: 'letters' } });
  return startedRun.parse(body).run_id;
}

test('a document is shown by its log row, and by the rows it maps to only on request', async () => {
  const pending = documentView.parse((await world.api.call('documents/1?product_line=letters')).body);
  assert.deepEqual(pending, {
    app_id: '1',
    product_line: 'letters',
    log: null,
    run_id: null,
    history: [],
    bytes: XML.length,
  });
  const id = await start();
  await world.api.idle();

  const done = await world.api.call('documents/0001?product_line=letters');
  const mapped = documentView.parse((await world.api.call('documents/1?product_line=letters&rows=true')).body);
  const failed = documentView.parse((await world.api.call('documents/3?product_line=letters&rows=true&xml=true')).body);

  assert.doesNotMatch(JSON.stringify(done.body), /SECRET/);
  const { log, run_id: run } = documentView.parse(done.body);
  assert.deepEqual([log?.status, run], ['success', id]);
  assert.deepEqual(mapped.mapped, {
    outcome: 'mapped',
    tables: [
      { table: 'letters', total: 1, rows: [{ mail_id: '1' }] },
      {
        table: 'letters_items',
        total: 2,
        rows: [
          { mail_id: '1', item_no: '1', words: 'SECRET-1' },
          { mail_id: '1', item_no: '2', words: 'b' },
        ],
      },
    ],
    quality_issues: [],
  });
  assert.match(failed.log?.failure_reason ?? '', /^validation: \['Invalid XML structure or format: line 1, column /);
  assert.match(failed.log?.sentence ?? '', /^Invalid XML structure or format: line 1, column .*\.$/);
  assert.ok(failed.mapped?.outcome === 'rejected');
  assert.equal(failed.mapped.sentence, failed.log?.sentence);
  assert.equal(mapped.xml, undefined);
  assert.equal(failed.xml, '<Mail><Head id="3"/><Body><Item no="1" words="SECRET-3"/><Item no="2" words="b"/></Body>');
});

test('of a long document the part is shown that is asked for, and which that is', async () => {
  const lines = Array.from({ length: 30_000 }, (_, at) => `<Item no="${at + 1}" words="${'w'.repeat(40)}"/>`);
  const xml = `<Mail><Head id="950"/><Body>\n${lines.join('\n')}\n<Note>${'n'.repeat(2_500_000)}</Note></Body></Mail>`;
  await world.workplace.line('letters').store.importDocuments([{ appId: '950', xml }], { replace: false });
  const show = async (query: string) => {
    const { body } = await world.api.call(`documents/950?product_line=letters&xml=true${query}`);
    const { xml: part = '', xml_cut: cut } = documentView.parse(body);
    assert.ok(part !== null && part.length <= 1_000_000 && cut?.length === xml.length);
    const begin = xml
      .split('\n')
      .slice(0, cut.first_line - 1)
      .join('\n').length;
    assert.ok(xml.startsWith(part, begin + (cut.first_line > 1 ? 1 : 0) + cut.first_column - 1));
    return [cut.first_line, cut.first_column, part.length];
  };

  assert.deepEqual(await show(''), [1, 1, 1_000_000]);
  assert.deepEqual(await show('&place=25000.3'), [24_800, 1, 1_000_000]);
  assert.deepEqual(await show('&place=30002.1200000'), [30_002, 700_000, 1_000_000]);
  const last = await show('&place=30002.99999999');
  assert.deepEqual(last.slice(0, 2), [
    30_002,
    '<Note>'.length + 2_500_000 + '</Note></Body></Mail>'.length - 1_000_000 + 1,
  ]);
});

test('a very large document is not explained by a server, which says what does', async () => {
  const xml = `<Mail><Head id="960"/><!--${'x'.repeat(16_000_000)}--></Mail>`;
  await world.workplace.line('letters').store.importDocuments([{ appId: '960', xml }], { replace: false });
  const { body } = await world.api.call('documents/960?product_line=letters&explain=true');
  const { explanation, not_explained: why } = documentView.parse(body);

  assert.equal(explanation, undefined);
  assert.match(why ?? '', /^It has 160000\d\d bytes\. .*`xmlfan explain --product-line letters --app-id 960`/);
});

test('a document is explained on request: where each value comes from, and why one is missing', async () => {
  const { body } = await world.api.call('documents/1?product_line=letters&explain=true');
  const { explanation, mapped } = documentView.parse(body);

  assert.equal(mapped, undefined);
  const items = explanation?.tables.find(({ table }) => table === 'letters_items');
  const words = items?.rows[0]?.columns.find(({ column }) => column === 'words');
  assert.deepEqual(words, {
    column: 'words',
    value: 'SECRET-1',
    mapping: 'mappings[2]',
    source: '/Mail/Body/Item/@words',
    read: [{ at: { path: '/Mail/Body/Item[1]/@words', line: 1, column: 40 }, name: null, text: 'SECRET-1' }],
    steps: [{ step: 'as string(40)', value: 'SECRET-1' }],
    reason: null,
  });
});

test('of a document with many rows the first ones are told, and others by their numbers', async () => {
  const items = Array.from({ length: 150 }, (_, at) => `<Item no="${at + 1}" words="w${at + 1}"/>`).join('');
  const noItems = '<Item words="none"/>'.repeat(40);
  await world.workplace
    .line('letters')
    .store.importDocuments([{ appId: '50', xml: `<Mail><Head id="50"/><Body>${items}${noItems}</Body></Mail>` }], {
      replace: false,
    });
  const ask = async (query: string) => {
    const { body } = await world.api.call(`documents/50?product_line=letters&${query}`);
    const { explanation, mapped } = documentView.parse(body);
    const explained = explanation?.tables.find(({ table }) => table === 'letters_items');
    const rows = explained?.rows.map(({ number }) => number) ?? [];
    const left = explained?.left.map(({ number }) => number) ?? [];
    return { totals: explained?.totals, rows: [rows[0], rows.at(-1)], left: [left[0], left.at(-1)], explained, mapped };
  };

  const first = await ask('explain=true&rows=true');
  assert.deepEqual([first.totals, first.rows, first.left], [{ rows: 150, left: 40 }, [1, 20], [1, 20]]);
  const written = first.mapped?.outcome === 'mapped' ? first.mapped.tables[1] : undefined;
  assert.deepEqual([written?.total, written?.rows.length], [150, 100]);
  const last = await ask('explain=true&rows=true&table=LETTERS_ITEMS&row=141-200&column=words');
  assert.deepEqual(
    [last.rows, last.left],
    [
      [141, 150],
      [undefined, undefined],
    ],
  );
  assert.deepEqual(
    last.explained?.rows.at(-1)?.columns.map(({ column, value }) => [column, value]),
    [['words', 'w150']],
  );
  const mapped = last.mapped?.outcome === 'mapped' ? last.mapped.tables : [];
  assert.deepEqual(
    mapped.map(({ table, rows }) => [table, rows.length]),
    [['letters_items', 10]],
  );
  assert.deepEqual((await ask('explain=true&left=39-40')).left, [39, 40]);
});

function refused(query: string) {
  return world.api.call(`documents/1?product_line=letters&explain=true&${query}`);
}

test('rows that cannot be asked for are refused, and tables and columns that there are not are named', async () => {
  for (const query of ['row=0', 'row=9-1', 'row=1-101', 'left=x', 'table=parcels', 'column=wrods']) {
    const { status, body } = await refused(query);
    assert.equal(status, 400, query);
    assert.match(JSON.stringify(body['errors']), new RegExp(`"place":"${query.split('=')[0]}"`));
  }
  assert.match(JSON.stringify((await refused('column=wrods')).body), /There are mail_id, item_no, words\./);
});

test('each look at contents is logged with document, run and key name, and without contents', async () => {
  const id = await start();
  await world.api.idle();
  shown.length = 0;

  await world.api.call('documents/1?product_line=letters');
  await world.api.call('documents/1?product_line=letters&explain=true');

  assert.equal(shown.length, 1);
  const { session_id: session, ...rest } = shown[0] ?? {};
  assert.deepEqual(rest, { product_line: 'letters', app_id: '1', run_id: id, key: 'a test' });
  assert.match(String(session), new RegExp(`_${id.slice(0, 6)}_`));
});

test('where contents are not shown the answer says why, and has none', async () => {
  await world.reopen();

  const { status, body } = await world.api.call('documents/1?product_line=letters&rows=true&xml=true&explain=true');

  assert.equal(status, 200);
  assert.deepEqual(documentView.parse(body), {
    app_id: '1',
    product_line: 'letters',
    log: null,
    run_id: null,
    history: [],
    bytes: XML.length,
    withheld: 'This deployment does not show what is in documents: DOCUMENT_CONTENTS is off.',
  });
});

test('the product lines are listed with what they read and write', async () => {
  const { contracts, faults } = contractList.parse((await world.api.call('contracts?counts=false')).body);

  assert.deepEqual(faults, []);
  assert.deepEqual(contracts[0], {
    product_line: 'letters',
    product_name: 'letters',
    hash: world.workplace.line('letters').contract.hash,
    target_schema: 'mail',
    source_table: 'letters_source',
    source_column: 'xml',
    log_table: 'letters_log',
    root_element: 'Mail',
    tables: ['letters', 'letters_items'],
    mappings: 3,
  });
});

test('the product lines are listed with what waits, what failed and their newest run', async () => {
  const id = await start();
  await world.api.idle();
  await world.workplace.addDocuments('letters', 31, 2);
  await world.workplace.execute('DROP TABLE "mail.parcels_log"');

  const { contracts } = contractList.parse((await world.api.call('contracts')).body);

  const [letters, parcels] = contracts;
  const { last_run: last, ...counts } = letters?.documents ?? {};
  assert.deepEqual(counts, { pending: 2, first_pending_app_id: '31', failed: 3 });
  assert.deepEqual([last?.run_id, last?.status], [id, 'completed']);
  assert.equal(parcels?.documents, undefined);
  assert.match(String(parcels?.not_ready), /parcels_log/);
});

test('a document shows what it was before', async () => {
  await start();
  await world.api.idle();
  await world.api.call('failures/redrive', { body: { product_line: 'letters', app_ids: ['3'] } });

  const { log, history } = documentView.parse((await world.api.call('documents/3?product_line=letters')).body);

  assert.equal(log, null);
  assert.deepEqual(
    history.map(({ status, moved_by: by }) => [status, by]),
    [['failed', 'redrive']],
  );
});

test('a contract is shown with its tables, columns and what feeds them', async () => {
  const { status, body } = await world.api.call('contracts/letters');

  assert.equal(status, 200);
  const { tables, database, ...rest } = contractView.parse(body);
  assert.deepEqual(rest.application_id, { path: '/Mail/Head', attribute: 'id', optional: false });
  assert.equal(database, undefined);
  const items = tables[1];
  assert.deepEqual(
    [items?.name, items?.unique_key, items?.on_duplicate],
    ['letters_items', ['mail_id', 'item_no'], 'skip'],
  );
  assert.deepEqual(items?.rows, { kind: 'each', path: '/Mail/Body/Item', required: { no: true }, rules: [] });
  assert.deepEqual(
    items?.columns.map(({ name, type, nullable }) => [name, type, nullable]),
    [
      ['mail_id', { kind: 'int' }, false],
      ['item_no', { kind: 'int' }, true],
      ['words', { kind: 'text', length: 40 }, true],
    ],
  );
  assert.deepEqual(items?.mappings[1], {
    index: 2,
    column: 'words',
    path: '/Mail/Body/Item',
    whole_paths: ['/Mail/Body/Item'],
    attribute: 'words',
    steps: [],
    nullable: false,
    default: null,
    expression: null,
    enumeration: null,
  });
});

test('a contract shows expressions and enumerations as they are read, and the list all its tables', async () => {
  await world.reopen({ place: { contractsDir: 'contracts' } });

  const { tables } = contractView.parse((await world.api.call('contracts/personal-loan')).body);

  const mappings = tables.flatMap((table) => table.mappings);
  assert.ok(mappings.some(({ expression }) => expression?.startsWith('CASE WHEN ')));
  assert.ok(mappings.some(({ enumeration, steps }) => (enumeration?.length ?? 0) > 0 && steps.includes('enum')));
  const { contracts } = contractList.parse((await world.api.call('contracts?counts=false')).body);
  const nested = contracts.find(({ product_line }) => product_line === 'insurance-claim');
  assert.deepEqual(nested?.tables.slice(0, 3), ['claims', 'claim_policy', 'claim_items']);
  const nestedView = contractView.parse((await world.api.call('contracts/insurance-claim')).body);
  const [claims, , items] = nestedView.tables;
  const item = items?.mappings.find(({ column }) => column === 'item_no');
  assert.match(String(item?.whole_paths), /^\/ClaimFile\/Claim\/Damage\/Item\[.*\]\/@itemNo$/);
  const due = claims?.mappings.find(({ column }) => column === 'answer_due');
  assert.equal(due?.expression, 'DATEADD(day, 30, reported_at)');
  const steps = (name: string) => claims?.mappings.find(({ column }) => column === name)?.steps;
  assert.deepEqual(
    [steps('narrative'), steps('cause'), steps('claim')],
    [['long cut'], ['not stored'], ['take first', 'not stored']],
  );
  assert.match(steps('occurred_on')?.join() ?? '', /^format yyyy-MM-dd or MM\/dd\/yyyy or /);
  assert.match(steps('cause_code')?.join() ?? '', /^map$/);
  assert.deepEqual(
    items?.keys.map(({ column, of }) => [column, of]),
    [
      ['claim_id', 'document'],
      ['item_no', 'row'],
    ],
  );
  const ratings = nestedView.tables.find(({ name }) => name === 'risk_ratings');
  assert.deepEqual(
    ratings?.mappings.map(({ whole_paths: paths }) => paths.length),
    [2, 2],
  );
  assert.match(String(ratings.mappings[1]?.whole_paths[0]), /^\/ClaimFile\/Assessment\/@severity$/);
  const reserves = nestedView.tables.find(({ name }) => name === 'claim_reserves');
  assert.deepEqual(
    [reserves?.rows.path, reserves?.rows.rules],
    ['. as 10, . as 20', ['where reserve_amount > 0 OR given_basis IS NOT NULL']],
  );
});

test('a contract is shown with what the database says of it, on request', async () => {
  await world.workplace.execute('DROP TABLE "mail.letters_items"');

  const { database } = contractView.parse((await world.api.call('contracts/letters?check=true')).body);
  const unknown = await world.api.call('contracts/telegrams');

  assert.match(JSON.stringify(database), /mail\.letters_items/);
  assert.equal(unknown.status, 404);
});
