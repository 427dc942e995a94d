import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { memory } from './suite/memory.ts';
import { LONG, openEmpty } from './suite/world.ts';

const FOLDER = new URL('suite/', import.meta.url);

/** Only a server has users: mssql-role.test.ts. */
const OF_ONE_ENGINE = ['grant'];

test('the suite of all engines calls every method of the store', async (t) => {
  const { store } = await openEmpty(memory, t, LONG);
  const suite = readdirSync(FOLDER)
    .map((file) => readFileSync(new URL(file, FOLDER), 'utf8'))
    .join('\n');
  assert.deepEqual(
    Object.keys(store).filter((method) => !suite.includes(`store.${method}(`)),
    OF_ONE_ENGINE,
  );
});
