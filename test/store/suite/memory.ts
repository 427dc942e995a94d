import { z } from 'zod';
import { connect } from '../../../src/store/sqlite/connection.ts';
import { databaseOn } from '../../../src/store/sqlite/open.ts';
import type { Engine } from './world.ts';

export const SCHEMA = 'migration';

export function table(name: string): string {
  return `"${SCHEMA}.${name}"`;
}

/** SQLite without a file; its probe is the connection of the store itself. */
export const memory: Engine = {
  name: 'SQLite in memory',
  open: async (leases) => {
    const connection = await connect(':memory:');
    const database = await databaseOn(connection, leases);
    return {
      database,
      schema: SCHEMA,
      table,
      query: async (sql) => connection.all(z.record(z.string(), z.unknown()), sql),
      close: () => database.close(),
    };
  },
};
