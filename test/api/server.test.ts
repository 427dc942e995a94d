import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
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

/** `fetch` sets the host header itself. */
async function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      void text(response).then(() => resolve(response.statusCode));
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

test('without a key nobody is served under another name than that of this machine', async () => {
  const url = await open(null);

  assert.equal(await statusFor(url, { host: 'localhost:7071' }), 200);
  assert.equal(await statusFor(url, { host: 'evil.example' }), 403);
});

test('an address is known to be of this machine only', () => {
  const own = ['127.0.0.1', '127.1.2.3', 'localhost', '::1'];
  const others = ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example'];

  assert.deepEqual([own.map(isLoopback), others.map(isLoopback)], [own.map(() => true), others.map(() => false)]);
});
