import { InputError } from '../errors.ts';

/** A store's address, read: which engine, and what that is to be given. */
export type Address =
  | { readonly engine: 'sqlite'; readonly path: string }
  /** A `mssql://` URL or a connection string. */
  | { readonly engine: 'mssql'; readonly connection: string };

const SQLITE = 'sqlite:';
const MSSQL = /^(?:mssql|sqlserver):\/\/|(?:^|;)\s*(?:server|data\s*source|addr|(?:network\s*)?address)\s*=/i;

/** Reads `sqlite:PATH`, `mssql://…` or a connection string of SQL Server (`Server=…;Database=…`). Throws an `InputError` that shows no part of it. */
export function parseAddress(text: string): Address {
  if (text.startsWith(SQLITE) && text !== SQLITE) return { engine: 'sqlite', path: text.slice(SQLITE.length) };
  if (MSSQL.test(text)) return { engine: 'mssql', connection: text };
  throw new InputError('Unknown store address', [
    {
      place: 'XMLFAN_STORE or --store',
      message: text === '' ? 'the address is empty' : 'the address is none that a store is known for',
      advice: 'Give `sqlite:PATH`, `mssql://USER:PASSWORD@HOST/DATABASE` or a connection string `Server=…;Database=…`.',
    },
  ]);
}

/** The address without user and password, to be shown. Throws an `InputError` if it cannot be read. */
export async function printableAddress(text: string): Promise<string> {
  const address = parseAddress(text);
  if (address.engine === 'sqlite') return text;
  const { parseConnection } = await import('./mssql/config.ts');
  const { server, port, instanceName, database } = parseConnection(address.connection);
  return `mssql://${server}${instanceName === null ? '' : `\\${instanceName}`}${port === null ? '' : `:${port}`}/${database}`;
}

/** Settings of a connection that the address does not hold; SQLite needs none. */
export interface ConnectionOptions {
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
