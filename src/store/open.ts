import { parseAddress } from './address.ts';
import type { ConnectionOptions } from './address.ts';
import type { Database, Leases } from './port.ts';

/**
 * Opens the store at an address: `sqlite:PATH`, `mssql://…`, or a connection string of SQL Server (`Server=…;Database=…`).
 * Loads the driver of that engine only.
 */
export async function openDatabase(
  address: string,
  leases: Leases,
  options: ConnectionOptions = {},
): Promise<Database> {
  const parsed = parseAddress(address);
  if (parsed.engine === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(parsed.path, leases);
  }
  const { openMssql } = await import('./mssql/open.ts');
  return openMssql(parsed.connection, leases, options);
}
