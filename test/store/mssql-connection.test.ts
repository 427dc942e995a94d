import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';
import { DONE, DONE_OF_MANY, LET_IN, numbers, refusal, scriptedServer } from './mssql-server.ts';
import type { TestContext } from 'node:test';
import type { Statement } from '../../src/store/mssql/statement.ts';
import type { Wait } from '../../src/store/address.ts';

const ONE = z.object({ one: z.number() });
const select = (sql: string): Statement => ({ sql, inputs: {} });

async function connected(t: TestContext, store: string) {
  const waits: Wait[] = [];
  const db = await connect(parseConnection(store), (wait) => waits.push(wait));
  t.after(() => db.close());
  return { db, waits };
}

test('a database that is not ready at login is waited for, and the wait names what the server said', async (t) => {
  const text = "Database 'crm' on server 's' is not currently available.";
  const answers = [refusal(40_613, text), refusal(4060, 'Cannot open database "crm".'), refusal(18_401, 'Upgrade.')];
  const server = await scriptedServer(t, { login: () => answers.shift() ?? LET_IN });
  const { db, waits } = await connected(t, server.store);
  await db.run(select('SELECT 1'));
  // The driver's pool tries one connection and closes it before it opens its own.
  assert.equal(server.met.logins, 5);
  assert.deepEqual(
    waits.map(({ reason }) => /SQL error (\d+)/.exec(reason)?.[1]),
    ['40613', '4060', '18401'],
  );
  assert.match(waits[0]?.reason ?? '', /Database 'crm'/u);
  assert.match(waits[1]?.reason ?? '', /"crm".*Is this its name/u);
  assert.ok(waits.every(({ secondsLeft }) => secondsLeft > 80 && secondsLeft <= 90));
});

test('a wrong password is told at once', async (t) => {
  const server = await scriptedServer(t, { login: () => refusal(18_456, "Login failed for user 'u'.") });
  await assert.rejects(connected(t, server.store), /Login failed for user 'u'\. \(SQL error 18456\)/u);
  assert.equal(server.met.logins, 1);
});

test('a peer that falls mute in mid-answer is given up after the command timeout, and the statement tried on another connection', async (t) => {
  const answers = [
    { tokens: numbers('one', [1, 2]), end: 'mute' } as const,
    { tokens: Buffer.concat([numbers('one', [1])]) },
  ];
  const server = await scriptedServer(t, { statement: () => answers.shift() ?? { tokens: DONE } });
  const { db, waits } = await connected(t, `${server.store}Command Timeout=1`);
  assert.deepEqual(await db.all(ONE, select('SELECT one')), [{ one: 1 }]);
  assert.equal(server.met.statements.length, 2);
  assert.equal(server.met.connections, 3);
  // The server was told to stop, too.
  assert.equal(server.met.attentions, 1);
  assert.deepEqual(
    waits.map(({ reason }) => reason),
    ['SQL Server: No complete answer within 1 second'],
  );
});

test('an answer that is cut off is a lost connection: the statement is tried again', async (t) => {
  const answers = [
    { tokens: numbers('one', [1]).subarray(0, 20), end: 'cut' } as const,
    { tokens: numbers('one', [7]) },
  ];
  const server = await scriptedServer(t, { statement: () => answers.shift() ?? { tokens: DONE } });
  const { db } = await connected(t, server.store);
  assert.deepEqual(await db.get(ONE, select('SELECT one')), { one: 7 });
  assert.equal(server.met.statements.length, 2);
});

test('a session that met an error nobody expects is used no more, one that refused a document is', async (t) => {
  const answers = [refusal(547, 'constraint "FK"'), refusal(50_000, 'a trigger says no')];
  const server = await scriptedServer(t, { statement: () => answers.shift() ?? { tokens: numbers('one', [1]) } });
  const { db } = await connected(t, server.store);
  const connections: number[] = [];
  for (const expected of [/SQL error 547/u, /SQL error 50000/u, null]) {
    const running = db.run(select('INSERT'));
    await (expected === null ? running : assert.rejects(running, expected));
    connections.push(server.met.connections);
  }
  assert.deepEqual(connections, [2, 2, 3]);
});

test('a group is tried again with the number of its attempt while errors pass; others come as the driver gives them', async (t) => {
  const answers = [refusal(1205, 'deadlock'), refusal(1205, 'deadlock'), { tokens: numbers('one', [5]) }];
  const server = await scriptedServer(t, { statement: () => answers.shift() ?? refusal(8134, 'Divide by zero') });
  const { db } = await connected(t, server.store);
  const attempts: number[] = [];
  const group = (attempt: number): Statement => {
    attempts.push(attempt);
    return { sql: 'GROUP', inputs: { again: { type: 'int', value: attempt } } };
  };
  assert.deepEqual(await db.attempt(group), [[{ one: 5 }]]);
  assert.deepEqual(attempts, [0, 1, 2]);
  await assert.rejects(db.attempt(group), { name: 'RequestError', number: 8134 });
});

test('a transaction is begun and ended; an error rolls it back, is the one that is thrown, and if it passes begins all anew', async (t) => {
  const answers = new Map([['first', [refusal(1205, 'deadlock'), { tokens: numbers('one', [1]) }]]]);
  const statement = (sql: string) => {
    const name = [...answers.keys()].find((key) => sql.includes(key));
    return (name === undefined ? undefined : answers.get(name)?.shift()) ?? { tokens: DONE };
  };
  const server = await scriptedServer(t, { statement });
  const { db } = await connected(t, server.store);
  const sent = () => server.met.statements.splice(0).map((sql) => /transaction|first|second/.exec(sql)?.[0]);
  const work = db.transaction(async (session) => {
    const row = await session.get(ONE, select('first'));
    await session.run(select('second'));
    return row;
  });
  assert.deepEqual(await work, { one: 1 });
  const [begin, , ...again] = sent();
  assert.equal(begin, 'transaction');
  assert.deepEqual(again.slice(-4), ['transaction', 'first', 'second', 'transaction']);

  answers.set('second', [refusal(547, 'constraint "FK"')]);
  await assert.rejects(
    db.transaction(async (session) => session.run(select('second'))),
    /SQL error 547/u,
  );
  assert.deepEqual(sent().slice(0, 2), ['transaction', 'second']);
});

test('rows that are not what was asked for are an error, not values of another kind', async (t) => {
  const server = await scriptedServer(t, { statement: () => ({ tokens: numbers('two', [1]) }) });
  const { db } = await connected(t, server.store);
  await assert.rejects(db.all(ONE, select('SELECT two')), { name: 'ZodError' });
});

test('the answer is the last result set: triggers may have put their own before it', async (t) => {
  const tokens = Buffer.concat([numbers('audit', [7, 8]).subarray(0, -13), DONE_OF_MANY, numbers('one', [1])]);
  const server = await scriptedServer(t, { statement: () => ({ tokens }) });
  const { db } = await connected(t, server.store);
  assert.deepEqual(await db.all(ONE, select('INSERT')), [{ one: 1 }]);
});
