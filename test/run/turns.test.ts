import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { giveTurns } from '../../src/run/turns.ts';

test('a server takes several connections between two groups of a run', async (t) => {
  const taken: Socket[] = [];
  const server = createServer((socket) => taken.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port }: AddressInfo = Object(server.address());
  const callers = Array.from({ length: 6 }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of [...callers, ...taken]) socket.destroy();
    server.close();
  });
  await nextTurn();
  assert.ok(taken.length < callers.length);
  await giveTurns();
  assert.equal(taken.length, callers.length);
});
