import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { growingWidth } from '../../src/store/mssql/width.ts';
import type { TestContext } from 'node:test';

/** A server of statements, of one text unless said, that end when the test says so, in a time that only the test moves. */
function slowServer(t: TestContext, start: number, most: number) {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  t.mock.timers.enable({ apis: ['setInterval'] });
  const pass = growingWidth(start, most);
  const running: (() => void)[] = [];
  return {
    running,
    ask: async (count: number, text = 'SELECT') => {
      for (let asked = 0; asked < count; asked += 1)
        void pass(text, () => new Promise<void>((resolve) => running.push(resolve)));
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

test('a connection is added once somebody has waited through most of sixteen statements', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(30);
  await workOff(server, 15, 100);
  assert.equal(server.running.length, 1);
  await workOff(server, 1, 100);
  assert.equal(server.running.length, 2);
});

test('none is added where most of the time nobody waits', async (t) => {
  const server = slowServer(t, 1, 2);
  for (let round = 0; round < 20; round += 1) {
    await server.ask(2);
    await server.after(40);
    await server.end();
    await server.after(30);
    await server.end();
    await server.after(50);
  }
  await server.ask(2);
  assert.equal(server.running.length, 1);
});

test('short statements behind a long one do not hide that it makes them wait', async (t) => {
  const server = slowServer(t, 1, 2);
  for (let round = 0; round < 4; round += 1) {
    await server.ask(1, 'GROUP');
    await server.ask(1, 'PAGE');
    await server.after(300);
    await server.end();
    await server.after(30);
    await server.end();
    await server.ask(2, 'PAGE');
    await workOff(server, 2, 30);
  }
  await server.ask(2);
  assert.equal(server.running.length, 2);
});

test('a server that is slow over the second text of all compiles for each connection: none is added before that is worth it', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(1, 'login');
  await workOff(server, 1, 1000);
  await server.ask(1, 'second');
  await workOff(server, 1, 160);
  await server.ask(1000);
  await workOff(server, 580, 100);
  assert.equal(server.running.length, 1);
  await workOff(server, 40, 100);
  assert.equal(server.running.length, 2);
});

test('a server that is far away is not taken for one that compiles', async (t) => {
  const server = slowServer(t, 1, 2);
  await server.ask(1, 'login');
  await workOff(server, 1, 1000);
  await server.ask(1, 'second');
  await workOff(server, 1, 101);
  await server.ask(100);
  await workOff(server, 40, 100);
  assert.equal(server.running.length, 2);
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
  await workOff(server, 16, 100);
  assert.equal(server.running.length, 2);
  // Two at a time take twice as long each: the server is what is busy.
  await workOff(server, 30, 200);
  assert.equal(server.running.length, 1);
  await workOff(server, 50, 100);
  assert.equal(server.running.length, 1);
  await workOff(server, 100, 4000);
  assert.equal(server.running.length, 2);
  await workOff(server, 60, 4000);
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

test('a statement that waits behind held up ones that are known gets a connection of its own after five seconds, never more than the most', async (t) => {
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
    pass('SELECT', () => Promise.reject(new Error('refused'))),
    /^Error: refused$/,
  );
  assert.equal(await pass('SELECT', () => Promise.resolve('next')), 'next');
  await failed;
});
