import { parseAddress } from './address.ts';
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
  const parsed = parseAddress(address);
  if (parsed.engine === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(parsed.path, leases);
  }
  const { openMssql } = await import('./mssql/open.ts');
  return openMssql(parsed.connection, leases, options);
}
