import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';
import { routing, scriptedServer } from './mssql-server.ts';

// Azure SQL sends callers from within Azure on to the node that has the database, once they have logged in.
test('a server that names another one at login is followed, and no request waits for an acknowledgement', async (t) => {
  const delays = t.mock.method(Socket.prototype, 'setNoDelay');
  const node = await scriptedServer(t, {});
  const { port } = parseConnection(node.store);
  const gateway = await scriptedServer(t, { login: () => ({ tokens: routing('127.0.0.1', port ?? 0) }) });

  const connection = await connect(parseConnection(gateway.store));
  await connection.close();

  assert.deepEqual([gateway.met.logins, node.met.logins], [1, 1]);
  assert.ok(delays.mock.callCount() >= 2);
  assert.ok(delays.mock.calls.every((call) => call.arguments[0] === true));
});
