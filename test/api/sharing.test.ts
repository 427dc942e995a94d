import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '../../src/api/api.ts';
import { parseSettings } from '../../src/settings.ts';
import { silentLog } from '../../src/log.ts';
import { openLines } from '../../src/run/line.ts';
import { openDatabase } from '../../src/store/open.ts';

const fail = (): never => assert.fail('is not needed here');

/** An API without any product line, which counts how often it looked for them. */
async function countingApi(shareMs: number) {
  const counted = { looks: 0, fails: false };
  const database = await openDatabase('sqlite::memory:', { leaseSeconds: 1, aliveSeconds: 1 });
  const lines = openLines({ database, contracts: [] });
  const backend = {
    settings: () => parseSettings({}),
    contracts: async () => ({ contracts: [], faults: [] }),
    lines: async () => {
      counted.looks += 1;
      if (counted.fails) throw new Error('no database');
      return lines;
    },
    close: async () => undefined,
  };
  const runner = { start: fail, resume: fail, state: fail };
  const api = createApi({ backend, runner, log: silentLog, nameKey: fail }, { shareMs });
  const ask = async (path: string, method = 'GET'): Promise<number> =>
    (await api(new Request(`http://localhost/api/${path}`, { method }))).status;
  return { counted, ask };
}

test('all who ask for the same within the time get one answer', async () => {
  const { counted, ask } = await countingApi(Infinity);
  const statuses = await Promise.all(['runs', 'runs', 'runs?limit=1'].map((path) => ask(path)));
  assert.deepEqual([...statuses, await ask('runs')], [200, 200, 200, 200]);
  assert.equal(counted.looks, 2);
});

test('what changes anything is seen at once, and failures are not kept', async () => {
  const { counted, ask } = await countingApi(Infinity);
  await ask('runs');
  assert.equal(await ask('runs/1/pause', 'POST'), 404);
  counted.fails = true;
  assert.deepEqual([await ask('runs'), await ask('runs')], [500, 500]);
  counted.fails = false;
  assert.equal(await ask('runs'), 200);
  assert.equal(counted.looks, 5);
});

test('unless a server asks for that, each who asks gets an answer of its own', async () => {
  const { counted, ask } = await countingApi(0);
  await ask('runs');
  await ask('runs');
  assert.equal(counted.looks, 2);
});
