import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { growingWidth } from '../../src/store/mssql/width.ts';
import type { TestContext } from 'node:test';

/** A server of statements that end when the test says so, in a time that only the test moves. */
function slowServer(t: TestContext, start: number, most: number) {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const pass = growingWidth(start, most);
  const running: (() => void)[] = [];
  return {
    running,
    ask: async (count: number) => {
      for (let asked = 0; asked < count; asked += 1)
        void pass(() => new Promise<void>((resolve) => running.push(resolve)));
      await settled();
    },
    after: async (ms: number) => {
      clock += ms;
      t.mock.timers.tick(ms);
      await settled();
    },
    end: async () => {
      running.shift()?.();
      await settled();
    },
  };
}

test('a burst is worked off over as many connections as there are at first', async (t) => {
  const server = slowServer(t, 2, 10);
  await server.ask(6);
  for (let left = 6; left > 0; left -= 1) {
    assert.equal(server.running.length, Math.min(left, 2));
    await server.end();
  }
});

test('a connection is added once eight statements in a row waited longer than they ran', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(20);
  // The first did not wait at all, the second as long as it ran.
  for (let ended = 0; ended < 9; ended += 1) {
    assert.equal(server.running.length, 1);
    await server.after(100);
    await server.end();
  }
  assert.equal(server.running.length, 1);
  await server.after(100);
  await server.end();
  assert.equal(server.running.length, 2);
});

test('one statement that found its connection free starts the count anew', async (t) => {
  const server = slowServer(t, 1, 2);
  for (let round = 0; round < 5; round += 1) {
    await server.ask(4);
    for (let ended = 0; ended < 4; ended += 1) {
      await server.after(100);
      await server.end();
    }
  }
  await server.ask(2);
  assert.equal(server.running.length, 1);
});

/** Works off statements that each take `ms`, as many at a time as are let through, `count` in all. */
async function workOff(server: ReturnType<typeof slowServer>, count: number, ms: number): Promise<void> {
  for (let ended = 0; ended < count;) {
    await server.after(ms);
    const atOnce = server.running.length;
    for (let one = 0; one < atOnce; one += 1) await server.end();
    ended += atOnce;
  }
}

test('a connection that brings nothing is given up again, and not tried for five minutes; one that does stays', async (t) => {
  const server = slowServer(t, 1, 3);
  await server.ask(400);
  await workOff(server, 10, 100);
  assert.equal(server.running.length, 2);
  // Two at a time take twice as long each: the server is what is busy.
  await workOff(server, 30, 200);
  assert.equal(server.running.length, 1);
  await workOff(server, 50, 100);
  assert.equal(server.running.length, 1);
  await workOff(server, 62, 4900);
  assert.equal(server.running.length, 2);
  await workOff(server, 40, 100);
  assert.equal(server.running.length, 3);
});

test('the first statement may take long: nobody opens a connection while the first one is being made', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(3);
  for (let seconds = 0; seconds < 25; seconds += 5) await server.after(5000);
  assert.equal(server.running.length, 1);
  await server.after(5000);
  assert.equal(server.running.length, 2);
});

test('a statement that waits behind held up ones gets a connection of its own after five seconds, never more than the most', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(1);
  await server.end();
  await server.ask(3);
  await server.after(4999);
  assert.equal(server.running.length, 1);
  await server.after(1);
  assert.equal(server.running.length, 2);
  await server.after(60_000);
  assert.equal(server.running.length, 2);
});

test('a statement that fails makes way for the next', async () => {
  const pass = growingWidth(1, 1);
  const failed = assert.rejects(
    pass(() => Promise.reject(new Error('refused'))),
    /^Error: refused$/,
  );
  assert.equal(await pass(() => Promise.resolve('next')), 'next');
  await failed;
});
