import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../../src/store/sqlite/open.ts';
import { storeSuite } from './suite.ts';
import type { Opened } from './suite/world.ts';
import type { Leases } from '../../src/store/port.ts';

const SCHEMA = 'migration';

storeSuite({ name: 'SQLite in a file', open: openFile });

async function openFile(leases: Leases): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  const path = join(folder, 'store.db');
  const database = await openSqlite(path, leases);
  const probe = new DatabaseSync(path, { timeout: 5000 });
  return {
    database,
    schema: SCHEMA,
    table: (name) => `"${SCHEMA}.${name}"`,
    query: async (sql) => probe.prepare(sql).all(),
    close: async () => {
      probe.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
