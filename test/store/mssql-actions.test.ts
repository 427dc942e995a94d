import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { runView } from '../../src/api/views.ts';
import { compare } from '../../src/run/compare/compare.ts';
import { makeDatabase, type ChaosDatabase } from '../chaos/database.ts';
import { mixedDocuments } from '../run/workload.ts';
import { openApi, type TestAnswer, type TestApi } from '../support/api.ts';
import { temporaryFolder } from '../support/cli.ts';

const server = process.env['XMLFAN_TEST_MSSQL'] ?? '';
const skip = server === '' ? 'XMLFAN_TEST_MSSQL names no server' : false;
const folder = temporaryFolder();
const DOCUMENTS = 60;
/** Every 10th is not well-formed; of the others, every 15th is refused by its table. */
const [BROKEN, REFUSED] = [6, 2];
const FAILED = BROKEN + REFUSED;

type RunView = z.output<typeof runView>;

interface Place {
  readonly api: TestApi;
  readonly database: ChaosDatabase;
  /** Starts a run that goes slowly, document by document. */
  readonly start: (more?: object) => Promise<string>;
  /** Asks a run, and waits until it is as asked. */
  readonly ask: (id: string, verb: 'pause' | 'resume' | 'cancel', becomes: string) => Promise<void>;
  readonly until: (id: string, holds: (run: RunView) => boolean) => Promise<RunView>;
  /** What the API answers to a request about the line. */
  readonly post: (path: string, body: object) => Promise<TestAnswer['body']>;
}

async function openPlace(t: TestContext): Promise<Place> {
  const database = await makeDatabase(folder, server, mixedDocuments(DOCUMENTS));
  const api = openApi(database, { env: { DOCUMENT_CONTENTS: 'on', SLICE_SECONDS: '1' } });
  t.after(async () => {
    await api.close();
    await database.remove();
  });
  const run = async (id: string) => runView.parse((await api.call(`runs/${id}`)).body);
  const until: Place['until'] = async (id, holds) => {
    for (;;) {
      const found = await run(id);
      if (holds(found)) return found;
      assert.equal(found.error, null);
      await sleep(100);
    }
  };
  return {
    api,
    database,
    until,
    post: async (path, body) => (await api.call(path, { body: { product_line: 'lease', ...body } })).body,
    start: async (more = {}) => {
      const order = { product_line: 'lease', instance_count: 2, batch_size: 1, ...more };
      const { status, body } = await api.call('runs', { body: order });
      assert.equal(status, 202, JSON.stringify(body));
      return String(body['run_id']);
    },
    ask: async (id, verb, becomes) => {
      const { status, body } = await api.call(`runs/${id}/${verb}`, { method: 'POST' });
      assert.equal(status, 202, JSON.stringify(body));
      await until(id, (found) => found.status === becomes);
    },
  };
}

const ended = ({ ended: at }: { ended: string | null }): boolean => at !== null;

/** Groups in flight are committed still. */
const isIdle = ({ instances }: RunView): boolean => instances.every(({ leased }) => !leased);

const control = { method: 'POST' };

test('what operators can do over HTTP does on a server what it says', { skip }, async (t) => {
  const { api, database, start, ask, until, post } = await openPlace(t);
  const { store } = database.line;
  const everything = { range: { start: null, end: null }, sample: null };

  await t.test('a dry run counts and writes nothing, also beside a live run', async () => {
    const live = await start();
    await ask(live, 'pause', 'paused');
    await until(live, isIdle);
    const dry = await until(await start({ dry_run: true, batch_size: 20 }), ended);
    assert.deepEqual([dry.status, dry.totals.documents, dry.totals.failed], ['completed', DOCUMENTS, BROKEN]);
    const { totals } = await until(live, isIdle);
    assert.equal((await database.logged()).size, totals.documents);
    await ask(live, 'cancel', 'cancelled');
  });

  await t.test(
    'a run is paused, resumed and cancelled with what it has done, and what it cannot do is refused',
    async () => {
      const id = await start();
      await until(id, ({ totals }) => totals.documents > 2);
      await ask(id, 'pause', 'paused');
      await until(id, isIdle);
      const { totals } = await until(id, ({ status }) => status === 'paused');
      const refused = await api.call('runs', { body: { product_line: 'lease' } });
      assert.deepEqual([refused.status, refused.body['run_id']], [409, id]);
      assert.equal((await api.call(`runs/${id}/pause`, control)).body['status'], 'paused');
      await ask(id, 'resume', 'running');
      const further = await until(id, ({ totals: now }) => now.documents > totals.documents);
      assert.ok(further.totals.documents < DOCUMENTS);
      await ask(id, 'cancel', 'cancelled');
      const done = (await until(id, ended)).totals;
      const log = [...(await database.logged()).values()];
      assert.equal(log.filter(({ status }) => status === 'success').length >= done.success, true);
      assert.equal((await api.call(`runs/${id}/resume`, control)).status, 409);
    },
  );

  await t.test('the next run does the rest, and tells failures by reason', async () => {
    const run = await until(await start({ batch_size: 20 }), ended);
    assert.equal(run.status, 'completed');
    const log = [...(await database.logged()).values()];
    assert.deepEqual([log.length, log.filter(({ status }) => status === 'failed').length], [DOCUMENTS, FAILED]);
    const reasons = await store.failureReasons();
    assert.deepEqual(
      reasons.map(({ documents }) => documents),
      [BROKEN, REFUSED],
    );
  });

  await t.test('one document is redriven, then a group, then the rest, and they fail again as they did', async () => {
    const before = await database.hashes();
    const reasons = await store.failureReasons();
    const group = reasons.find(({ documents }) => documents === REFUSED) ?? assert.fail('no group');
    for (const [body, redriven] of [
      [{ app_ids: ['10'] }, 1],
      [{ reason: group.reason }, REFUSED],
      [{}, BROKEN - 1],
    ] as const)
      assert.deepEqual(await post('failures/redrive', body), { product_line: 'lease', redriven });
    assert.equal((await database.logged()).size, DOCUMENTS - FAILED);
    const run = await until(await start({ batch_size: 20 }), ended);
    assert.deepEqual([run.status, run.totals.documents, run.totals.failed], ['completed', FAILED, FAILED]);
    assert.deepEqual(await database.hashes(), before);
  });

  await t.test('a document is explained, and what was written is equal to what would be', async () => {
    const { status, body } = await api.call('documents/7?product_line=lease&explain=true&rows=true&xml=true');
    assert.equal(status, 200);
    assert.ok(['explanation', 'mapped', 'xml', 'log'].every((key) => body[key] !== null && key in body));
    const found = await compare(database.line, everything);
    assert.deepEqual([found.is_equal, found.documents, found.columns], [true, DOCUMENTS - FAILED, []]);
  });

  await t.test('documents are redone only when that is meant, and become what they were', async () => {
    const before = await database.hashes();
    const asked = { app_ids: ['7', '8'] };
    const counted = await post('documents/redo', asked);
    assert.deepEqual([counted['dry_run'], counted['documents']], [true, 2]);
    assert.deepEqual(await database.hashes(), before);
    assert.deepEqual((await post('documents/redo', { ...asked, dry_run: false }))['documents'], 2);
    const missing = await compare(database.line, everything);
    assert.deepEqual([missing.is_equal, missing.documents], [true, DOCUMENTS - FAILED - 2]);
    const run = await until(await start(), ended);
    assert.deepEqual([run.status, run.totals.success], ['completed', 2]);
    assert.deepEqual(await database.hashes(), before);
    assert.deepEqual(
      (await store.verify()).filter(({ passed }) => !passed),
      [],
    );
  });
});
