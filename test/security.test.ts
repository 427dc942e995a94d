import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseAnyContract } from '../src/contract/load.ts';
import { InputError } from '../src/errors.ts';
import { parseExpression } from '../src/expression/parse-expression.ts';
import { compileExpression } from '../src/expression/evaluate.ts';
import { silentLog } from '../src/log.ts';
import { toWorkSet } from '../src/run/contract-tables.ts';
import { openLines } from '../src/run/line.ts';
import { runLocally } from '../src/run/local.ts';
import { openPool } from '../src/run/pool.ts';
import { parseRunRequest } from '../src/run/request.ts';
import { startServer } from '../src/api/server.ts';
import { DIALECTS } from '../src/store/dialects.ts';
import { openDatabase } from '../src/store/open.ts';
import { readTimestamp } from '../src/values/dates.ts';
import { readFloat } from '../src/values/number.ts';
import { parseSchemaMoment } from '../src/values/typed/moment.ts';
import { compilePattern } from '../src/values/typed/pattern.ts';
import { readerOf } from '../src/values/typed/reader.ts';
import { parseValueType } from '../src/values/typed/value-type.ts';
import { xmlfan, temporaryFolder } from './support/cli.ts';
import { attributeOf, contractNaming, HOSTILE } from './support/hostile.ts';
import { query, LEASES } from './run/workload.ts';

const folder = temporaryFolder();

async function convertNaming(t: TestContext, name: string, index: number): Promise<unknown> {
  const path = join(folder, `${index}.db`);
  const attribute = attributeOf(name);
  const { contract } = parseAnyContract(contractNaming([name]), { format: 'json' });
  const database = await openDatabase(`sqlite:${path}`, LEASES);
  query(path, 'CREATE TABLE victim (id int)');
  query(path, 'INSERT INTO victim VALUES (1)');
  const lines = openLines({ database, contracts: [contract] });
  const { store, tables } = lines.find('hostile');
  await store.init();
  await store.createSource();
  await store.createDestination(tables);
  const xml = `<r id="1" ${attribute}="${attribute}"/>`;
  await store.importDocuments([{ appId: '1', xml }], { replace: false });
  const pool = openPool({ lines, workers: 0 });
  t.after(() => database.close());
  const request = parseRunRequest({ product_line: 'hostile', instance_count: 1 });
  const run = await runLocally({ lines, pool, log: silentLog, maxPageBytes: 1e6, runRetentionDays: 365, request });
  assert.equal(run.status, 'completed', String(run.error));
  assert.deepEqual(query(path, 'SELECT count(*) AS n FROM victim'), [{ n: 1 }]);
  const table = tables.find(({ name: made }) => made === `t ${name}`);
  assert.ok(table !== undefined);
  return Object.entries(
    query(path, `SELECT * FROM ${DIALECTS.sqlite.qualify(toWorkSet(contract).schema, table.name)}`)[0] ?? {},
  );
}

suite('names', () => {
  for (const [index, name] of HOSTILE.entries()) {
    test(`${name} is a name of a table, a column, an attribute and a value like any other, or is refused`, async (t) => {
      const row = await convertNaming(t, name, index).catch((error: unknown) => {
        assert.ok(error instanceof InputError && error.faults.every(({ place }) => place !== ''), String(error));
        return null;
      });
      if (row !== null)
        assert.deepEqual(row, [
          ['doc_id', 1],
          [name, 'known'],
        ]);
      assert.ok(!('polluted' in {}));
    });
  }

  test('are quoted so that nothing ends them but their own quote, in both dialects', () => {
    for (const name of HOSTILE) {
      assert.equal(DIALECTS.sqlite.quote(name), `"${name.replaceAll('"', '""')}"`);
      assert.equal(DIALECTS.mssql.quote(name), `[${name.replaceAll(']', ']]')}]`);
    }
    for (const name of ['', 'a\u0000b', 'a\nb', 'x'.repeat(129)]) {
      assert.throws(() => DIALECTS.sqlite.quote(name), InputError);
      assert.throws(() => DIALECTS.mssql.quote(name), InputError);
    }
  });
});

/** Texts on which a pattern that tries again and again would not come to an end. */
const SLOW = [
  '1'.repeat(50_000),
  `${'1,'.repeat(25_000)}x`,
  `${' '.repeat(50_000)}x`,
  `${'0'.repeat(50_000)}.${'0'.repeat(50_000)}e`,
  `$${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
  '2024-'.repeat(10_000),
  '1/1/2020 '.repeat(10_000),
  `2024-01-01T10:00:00.${'9'.repeat(50_000)}+0`,
  `${'-'.repeat(50_000)}1`,
];

function readType(type: string, text: string, pattern?: string): void {
  const parsed = parseValueType(type);
  assert.ok(typeof parsed !== 'string');
  const compiled = pattern === undefined ? { ok: true as const, parse: parseSchemaMoment } : compilePattern(pattern);
  assert.ok(compiled.ok);
  const marks = { decimal: '.', group: ',' };
  readerOf(parsed, { marks, zone: { given: 'utc', name: null }, forms: [compiled.parse], encoding: 'base64' })?.(
    text,
    () => undefined,
  );
}

suite('values that are long and nearly right', { timeout: 120_000 }, () => {
  test('are read to their end in all forms', () => {
    for (const text of SLOW) {
      readTimestamp(text);
      readFloat(text);
      for (const type of [
        'int',
        'decimal(18,2)',
        'float',
        'date',
        'datetime2(7)',
        'datetimeoffset(7)',
        'time(7)',
        'bit',
        'uniqueidentifier',
      ])
        readType(type, text);
      for (const read of ['yyyy-MM-dd', 'd/M/yyyy H:m:s', 'yyyyMMddHHmmss']) readType('datetime2(7)', text, read);
    }
  });

  test('are compared with LIKE in steps that grow with text and pattern', () => {
    const pattern = `%${'a_'.repeat(40)}%${'ab'.repeat(40)}%b`;
    const parsed = parseExpression(`CASE WHEN t LIKE '${pattern}' THEN 'yes' ELSE 'no' END`);
    assert.ok(parsed.ok);
    const evaluate = compileExpression(parsed.expression, () => () => 'a'.repeat(200_000));
    assert.equal(evaluate(null), 'no');
  });
});

suite('callers', () => {
  test('that never end their request do not keep a server from closing', { timeout: 20_000 }, async () => {
    const server = await startServer({ host: '127.0.0.1', port: 0, key: null, handle: async () => Response.json({}) });
    const sockets = [
      'POST /api/runs HTTP/1.1\r\nhost: localhost\r\n',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{',
    ].map((sent) => {
      const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.write(sent);
      return socket;
    });
    assert.equal((await fetch(`${server.url}/`)).status, 200);
    await server.close();
    for (const socket of sockets) socket.destroy();
  });

  test('that name files instead of product lines get none', async (t) => {
    const { openApi } = await import('./support/api.ts');
    const { makeWorkplace } = await import('./support/workplace.ts');
    const workplace = await makeWorkplace();
    const api = openApi(workplace);
    t.after(async () => {
      await api.close();
      await workplace.remove();
    });
    for (const name of [
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e%2fpackage.json',
      '..',
      '%00',
      'letters.json',
      '__proto__',
      'constructor',
    ]) {
      const { status, body } = await api.call(`contracts/${name}`);
      assert.ok(status === 404 || status === 422 || status === 400, `${name}: ${status}`);
      assert.doesNotMatch(JSON.stringify(body), /root:|dependencies/u);
      const started = await api.call('runs', { body: { product_line: decodeURIComponent(name) } });
      assert.ok([400, 404, 422].includes(started.status), `${name}: ${started.status}`);
    }
  });
});

test('a password is in no output, whatever is wrong with the connection', async () => {
  const password = 'Hunter2-secret';
  const stores = [
    `Server=127.0.0.1,1;Database=d;User Id=u;Password=${password};Connect Timeout=1`,
    `Server=127.0.0.1;Nonsense=1;Password=${password}`,
    `Server=;Password=${password}`,
    `mssql://u:${password}@`,
    `mssql://u:${password}@host/d?nonsense=1`,
    `Password=${password}`,
  ];
  for (const store of stores) {
    for (const command of [['verify'], ['run', '--product-line', 'personal-loan', '--log-level', 'debug']]) {
      const { status, stdout, stderr } = await xmlfan(command, { env: { XMLFAN_STORE: store } });
      assert.notEqual(status, 0, store);
      assert.ok(!`${stdout}${stderr}`.includes(password), `${store}: ${stderr}`);
    }
  }
});
