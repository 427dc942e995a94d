import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { listen } from './listen.ts';

// What [MS-TDS] says of the messages of a server, as far as logins and statements need them.
const [BATCH, RPC, ATTENTION, TRANSACTION, LOGIN, RESPONSE, PRELOGIN] = [1, 3, 6, 14, 16, 4, 18];
// Version, and that there is no encryption.
const PRELOGIN_ANSWER = Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2]);
const LOGIN_ACK = token(0xad, Buffer.from([1, 0x74, 0, 0, 4, 0, 16, 0, 0, 0]));
export const DONE = Buffer.concat([Buffer.from([0xfd]), Buffer.alloc(12)]);
/** The end of a result set that others follow. */
export const DONE_OF_MANY = Buffer.concat([Buffer.from([0xfd, 1]), Buffer.alloc(11)]);
const DONE_WITH_ERROR = Buffer.concat([Buffer.from([0xfd, 2]), Buffer.alloc(11)]);
const DONE_BY_ATTENTION = Buffer.concat([Buffer.from([0xfd, 0x20]), Buffer.alloc(11)]);

/** What a server does with a login or a statement: tokens to answer with, `mute` after them, or `cut` off the connection. */
export interface Answer {
  readonly tokens: Buffer;
  readonly end?: 'mute' | 'cut';
}

interface Script {
  /** Called for each login and each statement, with the statement's text ('' for a login, `transaction` for a request to begin or end one). */
  readonly login?: () => Answer;
  readonly statement?: (sql: string) => Answer;
}

/** A server that speaks TDS and says what a test wants. */
export async function scriptedServer(t: TestContext, { login, statement }: Script) {
  const met = { connections: 0, logins: 0, statements: [] as string[], attentions: 0 };
  const answerTo = (type: number, data: Buffer): Answer => {
    if (type === PRELOGIN) return { tokens: PRELOGIN_ANSWER };
    if (type === LOGIN) {
      met.logins += 1;
      return login?.() ?? LET_IN;
    }
    if (type === ATTENTION) {
      met.attentions += 1;
      return { tokens: DONE_BY_ATTENTION };
    }
    const sql = type === TRANSACTION ? 'transaction' : textOf(type, data);
    // What the driver says to a session of its own accord.
    if (type === BATCH && sql.includes('set textsize')) return { tokens: DONE };
    met.statements.push(sql);
    return statement?.(sql) ?? { tokens: DONE };
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    met.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    onMessage(socket, (type, data) => send(socket, answerTo(type, data)));
  });
  const port = await listen(t, server, sockets);
  const store = `Server=127.0.0.1,${port};Database=crm;User Id=u;Password=p;Encrypt=false;Connect Timeout=5;`;
  return { store, met };
}

/** Lets a caller in. */
export const LET_IN: Answer = { tokens: Buffer.concat([LOGIN_ACK, DONE]) };

/** An error of the server, which ends the statement or the login. */
export function refusal(number: number, text: string): Answer {
  const message = Buffer.from(text, 'utf16le');
  const data = Buffer.alloc(4 + 1 + 1 + 2 + message.length + 1 + 1 + 4);
  let at = data.writeInt32LE(number, 0);
  at = data.writeUInt8(1, at);
  at = data.writeUInt8(14, at);
  at = data.writeUInt16LE(text.length, at);
  at += message.copy(data, at);
  // No names of server and procedure; line 1.
  data.writeInt32LE(1, at + 2);
  return { tokens: Buffer.concat([token(0xaa, data), DONE_WITH_ERROR]) };
}

/** A result set of one column of numbers. */
export function numbers(name: string, values: readonly number[]): Buffer {
  const column = Buffer.concat([
    Buffer.from([0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0x38, name.length]),
    Buffer.from(name, 'utf16le'),
  ]);
  const rows = values.map((value) => {
    const row = Buffer.alloc(5);
    row.writeUInt8(0xd1, 0);
    row.writeInt32LE(value, 1);
    return row;
  });
  return Buffer.concat([column, ...rows, DONE]);
}

/** Sends a caller on to another server. */
export function routing(server: string, port: number): Buffer {
  const target = Buffer.alloc(5 + 2 * server.length);
  target.writeUInt16LE(port, 1);
  target.writeUInt16LE(server.length, 3);
  target.write(server, 5, 'utf16le');
  return Buffer.concat([
    LOGIN_ACK,
    token(0xe3, Buffer.concat([Buffer.from([20, target.length, 0]), target, Buffer.alloc(2)])),
    DONE,
  ]);
}

function token(type: number, data: Buffer): Buffer {
  const head = Buffer.from([type, 0, 0]);
  head.writeUInt16LE(data.length, 1);
  return Buffer.concat([head, data]);
}

/** One packet; without its end where the server falls mute in the middle of its message. */
function send(socket: Socket, { tokens, end }: Answer): void {
  const head = Buffer.from([RESPONSE, end === undefined ? 1 : 0, 0, 0, 0, 0, 1, 0]);
  head.writeUInt16BE(head.length + tokens.length, 2);
  const packet = Buffer.concat([head, tokens]);
  if (end === 'cut') socket.end(packet);
  else socket.write(packet);
}

/** Puts packets together to messages. */
function onMessage(socket: Socket, take: (type: number, data: Buffer) => void): void {
  let received = Buffer.alloc(0);
  let message = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 8 && received.length >= received.readUInt16BE(2)) {
      const packet = received.subarray(0, received.readUInt16BE(2));
      received = received.subarray(packet.length);
      message = Buffer.concat([message, packet.subarray(8)]);
      if ((packet[1] ?? 0) % 2 === 0) continue;
      take(packet[0] ?? 0, message);
      message = Buffer.alloc(0);
    }
  });
}

/** The text of a batch, or of the first parameter of `sp_executesql`; good enough to look for words in. */
function textOf(type: number, data: Buffer): string {
  assert.ok(type === BATCH || type === RPC, `message ${type}`);
  return data.toString('utf16le', data.readUInt32LE(0)) + data.toString('utf16le', data.readUInt32LE(0) + 1);
}
