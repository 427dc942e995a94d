import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeSuite } from './suite.ts';
import { GUID_IDS, TEXT_IDS } from './suite/ids.ts';
import { memory } from './suite/memory.ts';
import type { Engine } from './suite/world.ts';

/** Methods of stores that no test has called; whatever a store has is noted when it is opened. */
const uncalled = new Map<string, boolean>();

const watched: Engine = {
  ...memory,
  open: async (leases) => {
    const opened = await memory.open(leases);
    const store: typeof opened.database.store = (workSet) => {
      const methods = opened.database.store(workSet);
      for (const name of Object.keys(methods)) if (!uncalled.has(name)) uncalled.set(name, true);
      return new Proxy(methods, {
        get: (target, name, receiver) => {
          uncalled.set(String(name), false);
          return Reflect.get(target, name, receiver);
        },
      });
    };
    return { ...opened, database: { ...opened.database, store } };
  },
};

for (const ids of [undefined, TEXT_IDS, GUID_IDS]) storeSuite({ ...watched, ...(ids && { ids }) });

/** Only a server has users: mssql-role.test.ts. */
const OF_ONE_ENGINE = ['grant'];

test('the suite of all engines has called every method of the store', () => {
  assert.deepEqual(
    [...uncalled].flatMap(([method, isUncalled]) => (isUncalled ? [method] : [])),
    OF_ONE_ENGINE,
  );
});
