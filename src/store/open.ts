import { InputError } from '../errors.ts';
import type { Database, Leases } from './port.ts';

/** Settings of a connection that the address does not hold; SQLite needs none. */
export interface OpenOptions {
  /** Most connections at a time. */
  readonly maxConnections?: number;
  readonly connectionTimeoutSeconds?: number;
  readonly requestTimeoutSeconds?: number;
  /** Told before each new attempt while the database cannot be reached or is busy, so that nobody waits in the dark. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
}

/** Why is waited, without values, and for how long at most. */
export interface Wait {
  readonly reason: string;
  readonly secondsLeft: number;
}

/**
 * Opens the store at an address: `sqlite:PATH`, `mssql://…`, or a connection string of SQL Server (`Server=…;Database=…`).
 * Loads the driver of that engine only.
 */
export async function openDatabase(address: string, leases: Leases, options: OpenOptions = {}): Promise<Database> {
  if (/^sqlite:./u.test(address)) {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(address.slice('sqlite:'.length), leases);
  }
  if (/^(?:mssql|sqlserver):\/\/|(?:^|;)\s*(?:server|data\s*source|addr|(?:network\s*)?address)\s*=/iu.test(address)) {
    const { openMssql } = await import('./mssql/open.ts');
    return openMssql(address, leases, options);
  }
  throw new InputError('Unknown store address', [
    {
      place: 'XMLFAN_STORE or --store',
      // The address may hold a password, so it is not shown.
      message: address === '' ? 'the address is empty' : 'the address is none that a store is known for',
      advice: 'Give `sqlite:PATH`, `mssql://USER:PASSWORD@HOST/DATABASE` or a connection string `Server=…;Database=…`.',
    },
  ]);
}
