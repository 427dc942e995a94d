import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { loadContract } from '../../src/contract-files.ts';
import { silentLog } from '../../src/log.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { connect } from '../../src/store/mssql/connection.ts';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { StoreError } from '../../src/store/port.ts';
import { openDatabase } from '../../src/store/open.ts';
import type { Wait } from '../../src/store/address.ts';
import { makeDatabase } from '../chaos/database.ts';
import { LEASES, mixedDocuments } from '../run/workload.ts';
import { temporaryFolder } from '../support/cli.ts';
import { DONE, numbers, scriptedServer } from './mssql-server.ts';
import { openProxy, TROUBLES, type Trouble } from './proxy.ts';

const ONE = z.object({ one: z.number() });
const folder = temporaryFolder();

const LOST = /socket hang up|connection lost|ECONNRE|closed|unexpected end/iu;
const CAUSES: Readonly<Record<Trouble, RegExp | null>> = {
  cut: LOST,
  half: LOST,
  mute: /No complete answer within 1 second/u,
  late: null,
  refuse: LOST,
};

for (const kind of TROUBLES) {
  test(`a response that meets trouble (${kind}) is asked for again, and the wait names the cause`, async (t) => {
    const server = await scriptedServer(t, { statement: () => ({ tokens: numbers('one', [1, 2, 3]) }) });
    const port = Number(/,(\d+);/u.exec(server.store)?.[1]);
    let due = false;
    const proxy = await openProxy(t, { host: '127.0.0.1', port }, () => {
      if (!due) return null;
      due = false;
      return kind;
    });
    const waits: Wait[] = [];
    const store = `${server.store.replace(`,${port};`, `,${proxy.port};`)}Command Timeout=1`;
    const db = await connect(parseConnection(store), (wait) => waits.push(wait));
    t.after(() => db.close());
    for (let statement = 0; statement < 3; statement += 1) {
      due = statement === 1;
      assert.deepEqual(await db.all(ONE, { sql: 'SELECT one', inputs: {} }), [{ one: 1 }, { one: 2 }, { one: 3 }]);
    }
    assert.deepEqual(proxy.met, [kind]);
    const cause = CAUSES[kind];
    if (cause === null) assert.deepEqual(waits, []);
    else assert.match(waits.map(({ reason }) => reason).join('\n'), cause);
  });
}

/** What a transaction waits for, each an answer of its own: its beginning, a statement, its end. */
const ANSWERS = ['BEGIN', 'statement', 'COMMIT or ROLLBACK'];

for (const kind of ['cut', 'mute'] as const)
  for (const [index, answer] of ANSWERS.entries())
    test(`a transaction whose ${answer} meets trouble (${kind}) comes to an end, also if it was to be undone`, async (t) => {
      const server = await scriptedServer(t, {
        statement: (sql) => ({ tokens: sql === 'transaction' ? DONE : numbers('one', [1]) }),
      });
      const port = Number(/,(\d+);/u.exec(server.store)?.[1]);
      let left = Infinity;
      const proxy = await openProxy(t, { host: '127.0.0.1', port }, () => ((left -= 1) === 0 ? kind : null));
      const store = `${server.store.replace(`,${port};`, `,${proxy.port};`)}Command Timeout=1`;
      const db = await connect(parseConnection(store));
      t.after(() => db.close());
      const work = async (fails: boolean): Promise<unknown> =>
        db.transaction(async (session) => {
          const found = await session.all(ONE, { sql: 'SELECT one', inputs: {} });
          if (fails) throw new StoreError('nothing of it', { transient: false });
          return found;
        });
      for (const fails of [false, true]) {
        left = Infinity;
        await db.all(ONE, { sql: 'SELECT one', inputs: {} });
        left = index + 1;
        if (fails) await assert.rejects(async () => work(true), /nothing of it/u);
        else assert.deepEqual(await work(false), [{ one: 1 }]);
      }
      assert.deepEqual(proxy.met, [kind, kind]);
    });

const address = process.env['XMLFAN_TEST_MSSQL'] ?? '';
const skip = address === '' ? 'XMLFAN_TEST_MSSQL names no server' : false;

test(
  'a run whose connections meet trouble of every kind converts every document once, on a server',
  { skip },
  async (t) => {
    const documents = mixedDocuments(60);
    const database = await makeDatabase(folder, address, documents);
    t.after(() => database.remove());
    const { server: host, port } = parseConnection(address);
    let responses = 0;
    let next = 0;
    const proxy = await openProxy(t, { host, port: port ?? 1433 }, () => {
      responses += 1;
      if (responses % 23 !== 0) return null;
      next += 1;
      return TROUBLES[next % TROUBLES.length] ?? null;
    });
    const through = `${address.replace(/Server=[^;]*/iu, `Server=127.0.0.1,${proxy.port}`)};Command Timeout=60`;
    const opened = await openDatabase(through, LEASES);
    const lines = openLines({ database: opened, contracts: [loadContract(`${database.contractsDir}/lease.json`)] });
    const pool = openPool({ lines, workers: 0 });
    t.after(async () => {
      await pool.close();
      await opened.close();
    });
    const request = parseRunRequest({ product_line: 'lease', instance_count: 2, batch_size: 5 });
    const run = await runLocally({
      lines,
      pool,
      log: silentLog,
      maxPageBytes: 8_000_000,
      runRetentionDays: 365,
      request,
    });
    assert.equal(run.status, 'completed', String(run.error));
    assert.ok(new Set(proxy.met).size === TROUBLES.length, proxy.met.join());
    const log = await database.logged();
    assert.equal(log.size, documents.length);
    assert.ok([...log.values()].every(({ rows }) => rows === 1));
    const broken = documents.filter(({ appId }) => Number(appId) % 10 === 0 || Number(appId) % 15 === 0).length;
    assert.equal([...log.values()].filter(({ status }) => status === 'failed').length, broken);
    assert.deepEqual(
      (await database.line.store.verify()).filter(({ passed }) => !passed),
      [],
    );
  },
);
