import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../../src/store/port.ts';
import { retryingRaw } from '../../src/store/mssql/connection.ts';
import { classOf, documentReason, isDuplicateKey, isUnanswered, storeError } from '../../src/store/mssql/errors.ts';

const server = (number: number, message = 'text of the server') =>
  Object.assign(new Error(message), { number, code: 'EREQUEST' });
const driver = (code: string) => Object.assign(new Error('text of the driver'), { code });

test('a certificate that is not trusted does not pass, and the way out is told', () => {
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    const error = driver('ESOCKET');
    error.cause = driver(code);
    assert.equal(classOf(error), 'other', code);
    assert.match(storeError(error).message, /TrustServerCertificate=true/u);
  }
  assert.doesNotMatch(storeError(driver('ESOCKET')).message, /Trust/u);
});

test('errors are told apart by number, not by text', () => {
  const numbers = {
    document: [2627, 2601, 547, 515, 8152, 2628, 220, 241, 242, 244, 245, 8114, 8115, 8169],
    transient: [1205, 1222, 3960, 4060, 10_928, 10_929, 40_197, 40_501, 40_613, 49_918, 49_919, 49_920, 11_001],
    other: [102, 207, 208, 229, 266, 1105, 9002, 18_456, 50_000, 123_456],
  };
  for (const [expected, list] of Object.entries(numbers))
    assert.deepEqual(
      list.map((number) => [number, classOf(server(number))]),
      list.map((number) => [number, expected]),
    );
});

test('errors of the driver are told apart by code, also inside others', () => {
  for (const code of ['ESOCKET', 'ETIMEOUT', 'ECONNCLOSED', 'ECONNRESET'])
    assert.equal(classOf(driver(code)), 'transient');
  assert.equal(classOf(Object.assign(new Error('outer'), { originalError: driver('ESOCKET') })), 'transient');
  for (const code of ['ELOGIN', 'EPARAM', 'ECANCEL']) assert.equal(classOf(driver(code)), 'other');
  assert.equal(classOf(new TypeError('a slip of ours')), 'other');
});

test('a duplicate key is known from others', () => {
  assert.deepEqual(
    [2601, 2627, 547].map((number) => isDuplicateKey(server(number))),
    [true, true, false],
  );
});

test('the reason of a failed document names constraint, table and column, never a value', () => {
  const reasons = [
    server(
      2627,
      "Violation of PRIMARY KEY constraint 'PK_base'. Cannot insert duplicate key in object 'dbo.app_base'. The duplicate key value is (secret).",
    ),
    server(
      2601,
      "Cannot insert duplicate key row in object 'dbo.scores' with unique index 'ux_scores'. The duplicate key value is (secret).",
    ),
    server(
      515,
      "Cannot insert the value NULL into column 'name', table 'crm.dbo.app_base'; column does not allow nulls. INSERT fails.",
    ),
    server(
      547,
      'The INSERT statement conflicted with the FOREIGN KEY constraint "FK_contact". The conflict occurred in database "crm".',
    ),
    server(
      2628,
      "String or binary data would be truncated in table 'crm.dbo.app_base', column 'city'. Truncated value: 'secret'.",
    ),
    server(245, "Conversion failed when converting the nvarchar value 'secret' to data type int."),
    server(2627, "Dans une autre langue: 'secret'"),
  ].map(documentReason);
  assert.deepEqual(reasons, [
    'constraint_violation: duplicate key: PK_base, dbo.app_base (SQL error 2627)',
    'constraint_violation: duplicate key: dbo.scores, ux_scores (SQL error 2601)',
    'constraint_violation: a column must not be NULL: name, crm.dbo.app_base (SQL error 515)',
    'constraint_violation: a foreign key or check constraint refuses a row: FK_contact (SQL error 547)',
    'constraint_violation: a text is longer than its column: crm.dbo.app_base, city (SQL error 2628)',
    'constraint_violation: a text is no number (SQL error 245)',
    'constraint_violation: duplicate key (SQL error 2627)',
  ]);
});

test('what leaves the store is a StoreError that says whether it may pass, without values of documents', () => {
  const deadlock = storeError(server(1205));
  assert.ok(deadlock instanceof StoreError && deadlock.transient);
  assert.equal(deadlock.message, 'SQL Server: text of the server (SQL error 1205)');
  const refused = storeError(server(245, "the value 'secret'"));
  assert.ok(refused instanceof StoreError && !refused.transient);
  assert.doesNotMatch(refused.message, /secret/u);
  assert.equal(storeError(deadlock), deadlock);
});

test('transient errors are tried again with growing, jittered pauses; others are not', async () => {
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  let attempts = 0;
  const result = await retryingRaw(
    async () => {
      attempts += 1;
      if (attempts < 5) throw server(1205);
      return attempts;
    },
    { pause },
  );
  assert.equal(result, 5);
  for (const [index, ms] of pauses.entries()) assert.ok(ms >= 0 && ms <= 100 * 2 ** index);
  await assert.rejects(
    retryingRaw(async () => Promise.reject(server(208)), { pause }),
    /text of the server/u,
  );
  assert.equal(pauses.length, 4);
  const unreachable = driver('ESOCKET');
  unreachable.cause = new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('later')], 'all failed');
  assert.equal(storeError(unreachable).message, 'SQL Server: text of the driver: connect ECONNREFUSED ::1:1');
  await assert.rejects(
    retryingRaw(async () => Promise.reject(unreachable), {
      pause,
      patience: (error) => (error === unreachable ? -1 : 1),
    }),
    /text of the driver/u,
  );
  assert.equal(pauses.length, 4);
  assert.deepEqual([isUnanswered(unreachable), isUnanswered(server(40_613))], [true, false]);
});
