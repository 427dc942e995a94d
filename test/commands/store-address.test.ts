import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { storeAddress } from '../../src/commands/store-address.ts';
import { processTerminal } from '../../src/commands/terminal.ts';
import { printableAddress } from '../../src/store/address.ts';

describe('the address of the store', () => {
  test('is the option, else the setting', () => {
    assert.equal(storeAddress(processTerminal, { store: 'sqlite:a.db' }, 'sqlite:b.db'), 'sqlite:a.db');
    assert.equal(storeAddress(processTerminal, {}, 'sqlite:b.db'), 'sqlite:b.db');
  });

  test("is made of the original's options, with values quoted where they must be", () => {
    const options = {
      server: 'db.example.com,1433',
      database: 'Docs',
      username: 'loader',
      password: 'a;"b',
      connectionTimeout: 5,
      maxPoolSize: 9,
    };
    assert.equal(
      storeAddress(processTerminal, options, 'sqlite:b.db'),
      'Server=db.example.com,1433;Database=Docs;User Id=loader;Password="a;""b";Connection Timeout=5;Max Pool Size=9',
    );
  });

  test('needs server and database together', () => {
    assert.throws(() => storeAddress(processTerminal, { server: 'db', username: 'u', password: 'p' }, null), {
      message:
        'The connection to SQL Server cannot be made as asked:\n  --database: is missing\n    Give both --server and --database.',
    });
  });

  const shown: readonly (readonly [string, string])[] = [
    ['sqlite:a.db', 'sqlite:a.db'],
    ['mssql://loader:secret@db.example.com:1433/Docs?encrypt=true', 'mssql://db.example.com:1433/Docs'],
    ['sqlserver://loader:secret@db/Docs', 'mssql://db:1433/Docs'],
    ['Server=db,1433;Database=Docs;User Id=loader;Password="se;cret"', 'mssql://db:1433/Docs'],
    ['Password=secret;UID=u;Data Source=db; Initial Catalog = "Docs"', 'mssql://db:1433/Docs'],
    ['Server=db\\\\two;Database=Docs;User Id=u;Password="mssql://x"', 'mssql://db\\\\two/Docs'],
  ];
  for (const [url, printed] of shown) {
    test(`is shown as ${printed}, without user and password`, async () =>
      assert.equal(await printableAddress(url), printed));
  }
});
