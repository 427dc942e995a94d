import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { documentView } from '../../src/api/document-views.ts';
import { failureList, pendingList, redone, redriven, runView, startedRun } from '../../src/api/views.ts';
import { loadContractFolder } from '../../src/contract-files.ts';
import { openLines } from '../../src/run/line.ts';
import { openDatabase } from '../../src/store/open.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { temporaryFolder } from '../support/cli.ts';

const CONTRACT = `format: 2
product_line: orders
schema: dbo
source: { table: order_documents, column: body, id: order_key, id_type: nvarchar(20) }
document: { root: Order }
key: order_key
tables:
  orders: { each: /Order, columns: { total: { from: Total, type: "decimal(9,2)", required: true } } }
`;

/** In the order of the database; the third lacks its total. */
const IDS = ['007', '7', 'A/1?x', 'B 2'];

describe('the API of a line whose ids are texts', () => {
  const folder = temporaryFolder();
  let api: TestApi;
  before(async () => {
    const [contractsDir, store] = [join(folder, 'contracts'), `sqlite:${join(folder, 'x.db')}`];
    mkdirSync(contractsDir);
    writeFileSync(join(contractsDir, 'orders.yaml'), CONTRACT);
    const database = await openDatabase(store, { leaseSeconds: 120, aliveSeconds: 900 });
    const line = openLines({ database, contracts: loadContractFolder(contractsDir).contracts }).find('orders');
    await line.store.init();
    await line.store.createSource();
    await line.store.createDestination(line.tables);
    const documents = IDS.map((appId, at) => ({
      appId,
      xml: at === 2 ? '<Order/>' : '<Order><Total>1</Total></Order>',
    }));
    await line.store.importDocuments(documents, { replace: false });
    await database.close();
    api = openApi({ store, contractsDir });
  });
  after(() => api.close());

  const run = async (request: object) => {
    const { body } = await api.call('runs', { body: { product_line: 'orders', ...request } });
    await api.idle();
    return runView.parse((await api.call(`runs/${startedRun.parse(body).run_id}`)).body);
  };

  test('lists, converts, shows, redrives and redoes documents by their ids', async () => {
    const pending = pendingList.parse((await api.call('pending?product_line=orders&limit=2')).body);
    assert.deepEqual([pending.app_ids, pending.next_after_app_id], [['007', '7'], '7']);
    const rest = pendingList.parse((await api.call('pending?product_line=orders&after_app_id=7')).body);
    assert.deepEqual(rest.app_ids, ['A/1?x', 'B 2']);

    const view = await run({ instance_count: 2 });
    assert.deepEqual([view.status, view.totals.success, view.totals.failed], ['completed', 3, 1]);
    assert.match(view.instances[0]?.partition ?? '', /^hash\(app_id\) % 2 == 0$/);

    const [failure] = failureList.parse((await api.call('failures?product_line=orders')).body).failures;
    assert.equal(failure?.app_id, 'A/1?x');
    const path = `documents/${encodeURIComponent('A/1?x')}?product_line=orders`;
    assert.equal(documentView.parse((await api.call(path)).body).log?.status, 'failed');
    const seven = documentView.parse((await api.call('documents/007?product_line=orders')).body);
    assert.deepEqual([seven.app_id, seven.log?.status], ['007', 'success']);

    const again = await api.call('failures/redrive', { body: { product_line: 'orders', app_ids: ['A/1?x'] } });
    assert.equal(redriven.parse(again.body).redriven, 1);
    const redo = { product_line: 'orders', app_id_start: '7', app_id_end: 'B 2', dry_run: false };
    assert.equal(redone.parse((await api.call('documents/redo', { body: redo })).body).documents, 2);
    const bounded = await run({ instance_count: 3, partition_by: 'range', app_id_start: '7', app_id_end: 'A/1?x' });
    assert.deepEqual([bounded.totals.success, bounded.totals.failed], [1, 1]);
  });

  test('what is no id of the line is told with its place', async () => {
    const long = 'x'.repeat(21);
    const { status, body } = await api.call('failures/redrive', {
      body: { product_line: 'orders', app_ids: ['7', long] },
    });
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /app_ids\.1.*must be one of texts of at most 20 characters/);
    const started = await api.call('runs', { body: { product_line: 'orders', app_id_start: long, app_id_end: 'z' } });
    assert.equal(started.status, 400);
    assert.match(JSON.stringify(started.body), /app_id_start.*texts of at most 20 characters/);
  });
});
