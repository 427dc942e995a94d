import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../../src/store/port.ts';
import { patiently, patientlyRaw } from '../../src/store/mssql/patience.ts';
import { classOf, documentReason, isDuplicateKey, isUnanswered, storeError } from '../../src/store/mssql/errors.ts';
import type { TestContext } from 'node:test';

const server = (number: number, message = 'text of the server') =>
  Object.assign(new Error(message), { number, code: 'EREQUEST' });
const driver = (code: string) => Object.assign(new Error('text of the driver'), { code });

test('a certificate that is not trusted does not pass, and the way out is told', () => {
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    const error = driver('ESOCKET');
    error.cause = driver(code);
    assert.equal(classOf(error), 'infrastructure', code);
    assert.match(storeError(error).message, /TrustServerCertificate=true/u);
  }
  assert.doesNotMatch(storeError(driver('ESOCKET')).message, /Trust/u);
});

test('errors are told apart by number, not by text', () => {
  const numbers = {
    document: [2627, 2601, 547, 515, 8152, 2628, 220, 235, 241, 242, 244, 245, 511, 1946, 3609, 6522, 8114, 8115, 8134],
    transient: [
      1205, 1222, 3960, 4060, 6005, 17_187, 18_401, 10_928, 10_929, 40_197, 40_501, 40_613, 49_918, 49_920, 11_001,
    ],
    xml: [6901, 6999, 9400, 9455],
    infrastructure: [207, 208, 229, 1105, 9002, 18_456],
    unknown: [102, 266, 537, 6900, 7000, 9399, 9456, 50_000, 123_456],
  };
  for (const [name, list] of Object.entries(numbers)) {
    const expected = name === 'xml' ? 'document' : name;
    assert.deepEqual(
      list.map((number) => [number, classOf(server(number))]),
      list.map((number) => [number, expected]),
    );
  }
});

test('errors of the driver are told apart by code, also inside others', () => {
  for (const code of ['ESOCKET', 'ETIMEOUT', 'ECONNCLOSED', 'ECONNRESET'])
    assert.equal(classOf(driver(code)), 'transient');
  assert.equal(classOf(Object.assign(new Error('outer'), { originalError: driver('ESOCKET') })), 'transient');
  for (const code of ['ELOGIN', 'EPARAM', 'ECANCEL']) assert.equal(classOf(driver(code)), 'infrastructure');
  assert.equal(classOf(new TypeError('a slip of ours')), 'infrastructure');
});

test("what a server says that comes or goes counts only where its number is none of SQL Server's", () => {
  for (const text of [
    'the database system is starting up',
    'the database system is shutting down',
    'terminating connection: server shut down',
  ]) {
    assert.equal(classOf(server(33_557_097, text)), 'transient', text);
    assert.equal(classOf(server(50_000, text)), 'unknown', text);
  }
  assert.equal(classOf(server(33_557_097, 'no such table')), 'unknown');
  const denied = server(33_557_097, 'permission denied for table notes');
  assert.equal(classOf(denied), 'infrastructure');
  const told = storeError(denied);
  assert.ok(told instanceof StoreError && told.permission);
  assert.equal(classOf(new Error('unexpected end of data')), 'transient');
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

/** Work that fails with these errors, each after `seconds`, in a time that passes at once. */
function failing(t: TestContext, errors: readonly Error[], seconds = 0) {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  const pauses: number[] = [];
  t.mock.method(globalThis, 'setTimeout', (done: () => void, ms: number) => {
    pauses.push(ms);
    clock += ms;
    queueMicrotask(done);
  });
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    attempts.push(attempt);
    clock += seconds * 1000;
    const error = errors[Math.min(attempt, errors.length - 1)];
    if (error !== undefined) throw error;
    return 'done';
  };
  return { work, pauses, attempts };
}

const forever = (error: Error): Error[] => Array.from({ length: 1000 }, () => error);

test('transient errors are tried again with growing pauses, and every wait is told; others are thrown as they are', async (t) => {
  const { work, pauses, attempts } = failing(t, [server(40_613), server(1205), server(40_613), server(10_054)]);
  const waits: number[] = [];
  const passing = async (attempt: number) => (attempt < 4 ? work(attempt) : 'done');
  assert.equal(await patientlyRaw(passing, { onWait: ({ secondsLeft }) => waits.push(secondsLeft) }), 'done');
  assert.deepEqual(attempts, [0, 1, 2, 3]);
  for (const [index, ms] of pauses.entries()) assert.ok(ms >= 100 * 2 ** index && ms <= 200 * 2 ** index, `${ms}`);
  // The deadlock is no news.
  assert.equal(waits.length, 3);
  assert.equal(waits[0], 90);
  const missing = server(208);
  await assert.rejects(
    patientlyRaw(async () => Promise.reject(missing)),
    missing,
  );
  assert.equal(pauses.length, 4);
});

test('an error that passes is waited for 90 seconds from when it was first seen, pauses being five seconds at most', async (t) => {
  const { work, pauses } = failing(t, forever(server(40_613, "Database 'crm' is not currently available")), 1);
  const reasons = new Set<string>();
  await assert.rejects(
    patiently(async () => work(0), { onWait: ({ reason }) => reasons.add(reason) }),
    StoreError,
  );
  const waited = pauses.reduce((sum, ms) => sum + ms + 1000, 0);
  assert.ok(waited >= 90_000 && waited < 97_000, `${waited} ms`);
  assert.equal(Math.max(...pauses), 5000);
  assert.deepEqual([...reasons], ["SQL Server: Database 'crm' is not currently available (SQL error 40613)"]);
});

test('a statement that was given up after two minutes is tried once more', async (t) => {
  const { work, attempts } = failing(t, forever(driver('ETIMEOUT')), 120);
  await assert.rejects(patientlyRaw(work), /text of the driver/u);
  assert.deepEqual(attempts, [0, 1]);
});

test('a server that has never answered is given up after five seconds, one that answers is not', async (t) => {
  const unreachable = driver('ESOCKET');
  unreachable.cause = new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('later')], 'all failed');
  assert.equal(storeError(unreachable).message, 'SQL Server: text of the driver: connect ECONNREFUSED ::1:1');
  const { work, pauses } = failing(t, forever(unreachable));
  await assert.rejects(patientlyRaw(work, { atFirst: true }), unreachable);
  const waited = pauses.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited >= 5000 && waited <= 10_000, `${waited} ms`);
  assert.deepEqual([isUnanswered(unreachable), isUnanswered(server(40_613))], [true, false]);
});

test('a database that cannot be opened is named, with what may be wrong', () => {
  const error = server(4060, 'Cannot open database "crm" requested by the login. The login failed.');
  assert.match(storeError(error).message, /"crm".*4060\) Is this its name/u);
});

test('what the login may not do is told apart from what is not there', () => {
  const denied = [229, 230, 262, 916].map((number) => storeError(server(number)));
  const others = [207, 208, 1105, 18_456].map((number) => storeError(server(number)));

  assert.ok(denied.every((error) => error instanceof StoreError && error.permission));
  assert.ok(others.every((error) => error instanceof StoreError && !error.permission));
});
