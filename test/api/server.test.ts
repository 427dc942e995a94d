import assert from 'node:assert/strict';
import type { RequestOptions } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { isOpenRequest } from '../../src/api/api.ts';
import type { RunningServer } from '../../src/api/server.ts';
import { isLoopback, startServer } from '../../src/api/server.ts';

const KEY = '0123456789abcdef';
const opened: RunningServer[] = [];
after(async () => Promise.all(opened.map(async (server) => server.close())));

async function open(key: string | null): Promise<string> {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    key,
    handle: async (incoming) => Response.json({ path: new URL(incoming.url).pathname, body: await incoming.text() }),
  });
  opened.push(server);
  return server.url;
}

/** `fetch` sets some headers itself. */
async function send(url: string, options: RequestOptions): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('a request reaches the handler with its body, and the answer comes back', async () => {
  const url = await open(null);

  const response = await fetch(`${url}/api/runs`, { method: 'POST', body: 'hello' });

  assert.deepEqual(await response.json(), { path: '/api/runs', body: 'hello' });
});

test('a request that announces no body has none', async () => {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    key: null,
    handle: async ({ body }) => Response.json({ hasBody: body !== null }),
  });
  opened.push(server);

  // Clients differ in what they say of a body that is not there: curl says nothing.
  for (const header of ['', 'content-length: 0\r\n']) {
    const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
    socket.end(`POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${header}\r\n`);
    assert.match(await text(socket), /\{"hasBody":false\}/);
  }
});

test('with a key only callers that send it are served', async () => {
  const url = await open(KEY);

  const none = await fetch(url);
  const wrong = await fetch(url, { headers: { 'x-functions-key': 'wrong' } });
  const inHeader = await fetch(url, { headers: { 'x-functions-key': KEY } });
  const inQuery = await fetch(`${url}/?code=${KEY}`);

  assert.deepEqual([none.status, wrong.status, inHeader.status, inQuery.status], [401, 401, 200, 200]);
  assert.deepEqual(await none.json(), {
    type: 'urn:xmlfan:problem:unauthorized',
    title: 'Unauthorized',
    status: 401,
    detail: 'Send the key in the header x-functions-key.',
  });
});

test('what is open to all needs no key', async () => {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    key: KEY,
    isOpen: isOpenRequest,
    handle: async ({ url }) => Response.json(new URL(url).pathname),
  });
  opened.push(server);

  const statuses = await Promise.all(
    ['api/health/live', 'api/health', 'api/openapi.json', 'health/live', 'api/health/live/x'].map(
      async (path) => (await fetch(`${server.url}/${path}`)).status,
    ),
  );
  const posted = await fetch(`${server.url}/api/health/live`, { method: 'POST' });

  assert.deepEqual([...statuses, posted.status], [200, 401, 401, 401, 401, 401]);
});

test('without a key nobody is served under another name than that of this machine', async () => {
  const url = await open(null);

  assert.equal((await send(url, { headers: { host: 'localhost:7071' } })).status, 200);
  assert.equal((await send(url, { headers: { host: 'evil.example' } })).status, 403);
});

test('without a key no page of another site is served, even if it sends nothing that it would have to ask for', async () => {
  const url = await open(null);

  const own = await fetch(url, { method: 'POST', headers: { origin: url } });
  const other = await fetch(url, { method: 'POST', headers: { origin: 'http://evil.example' } });
  const sandboxed = await fetch(url, { method: 'POST', headers: { origin: 'null' } });

  assert.deepEqual([own.status, other.status, sandboxed.status], [200, 403, 403]);
  assert.deepEqual(await other.json(), {
    type: 'urn:xmlfan:problem:forbidden',
    title: 'Forbidden',
    status: 403,
    detail: 'Without XMLFAN_API_KEY no page of another site is served.',
  });
});

test('without a key nothing is sent to pages of other sites that send no origin, but links to this one can be followed', async () => {
  const url = await open(null);
  const get = async (site: string, mode: string, dest: string) =>
    (await send(url, { headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } })).status;

  assert.deepEqual(
    [
      await get('same-origin', 'cors', 'empty'),
      await get('none', 'navigate', 'document'),
      await get('cross-site', 'navigate', 'document'),
      await get('cross-site', 'no-cors', 'script'),
      await get('same-site', 'no-cors', 'image'),
      await get('cross-site', 'navigate', 'iframe'),
    ],
    [200, 200, 200, 403, 403, 403],
  );
});

test('an address is known to be of this machine only', () => {
  const own = ['127.0.0.1', '127.1.2.3', 'localhost', '::1'];
  const others = ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'];

  assert.deepEqual([own.map(isLoopback), others.map(isLoopback)], [own.map(() => true), others.map(() => false)]);
});
