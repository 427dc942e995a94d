import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { after, test } from 'node:test';
import type { Server } from 'node:net';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { connect } from '../../src/store/mssql/connection.ts';

// Azure SQL sends callers from within Azure on to the node that has the database, once they have logged in.
test('a server that names another one at login is followed, and no request waits for an acknowledgement', async (t) => {
  const delays = t.mock.method(Socket.prototype, 'setNoDelay');
  const node = await listen([LOGIN_ACK, DONE]);
  const gateway = await listen([LOGIN_ACK, routing('127.0.0.1', portOf(node)), DONE]);
  const met: string[] = [];
  node.on('connection', () => met.push('node'));
  gateway.on('connection', () => met.push('gateway'));

  const store = `Server=127.0.0.1,${portOf(gateway)};Database=d;User Id=u;Password=p;Encrypt=false;Connect Timeout=5`;
  const connection = await connect(parseConnection(store));
  await connection.close();

  assert.deepEqual(met, ['gateway', 'node']);
  assert.ok(delays.mock.callCount() >= met.length);
  assert.ok(delays.mock.calls.every((call) => call.arguments[0] === true));
});

// What [MS-TDS] says of the messages of a server, as far as a login needs them.
const [BATCH, LOGIN, RESPONSE, PRELOGIN] = [1, 16, 4, 18];
const LOGIN_ACK = token(0xad, Buffer.from([1, 0x74, 0, 0, 4, 0, 16, 0, 0, 0]));
const DONE = Buffer.concat([Buffer.from([0xfd]), Buffer.alloc(12)]);
// Version, and that there is no encryption.
const PRELOGIN_ANSWER = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2]);

function token(type: number, data: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0]);
  head.writeUInt16LE(data.length, 1);
  return Buffer.concat([head, data]);
}

function routing(server: string, port: number): Buffer {
  const target = Buffer.alloc(5 + 2 * server.length);
  target.writeUInt16LE(port, 1);
  target.writeUInt16LE(server.length, 3);
  target.write(server, 5, 'utf16le');
  return token(0xe3, Buffer.concat([Buffer.from([20, target.length, 0]), target, Buffer.alloc(2)]));
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** A server that knows no more than to let callers in, with these tokens. */
async function listen(login: readonly Buffer[]): Promise<Server> {
  const answers = new Map([
    [PRELOGIN, PRELOGIN_ANSWER],
    [LOGIN, Buffer.concat(login)],
    [BATCH, DONE],
  ]);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (packet) => {
      const answer = answers.get(packet[0] ?? 0) ?? Buffer.alloc(0);
      const head = Buffer.from([RESPONSE, 1, 0, 0, 0, 0, 1, 0]);
      head.writeUInt16BE(head.length + answer.length, 2);
      socket.write(Buffer.concat([head, answer]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  return server;
}
