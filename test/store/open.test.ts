import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/open.ts';
import { LONG } from './suite/world.ts';

test('an address that starts with sqlite: opens a SQLite database', async () => {
  const database = await openDatabase('sqlite::memory:', LONG);
  assert.equal(database.dialect, 'sqlite');
  await database.ping();
  await database.close();
});

for (const address of ['', 'sqlite:', 'postgres://user:secret@host/db', '/tmp/store.db']) {
  test(`the address ${JSON.stringify(address)} is refused without being repeated`, async () => {
    await assert.rejects(openDatabase(address, LONG), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, 'InputError');
      assert.match(
        error.message,
        /Give `sqlite:PATH`, `mssql:\/\/USER:PASSWORD@HOST\/DATABASE` or a connection string `Server=…;Database=…`\.$/u,
      );
      assert.doesNotMatch(error.message, /secret/u);
      return true;
    });
  });
}
