import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import { parseAddress } from '../store/address.ts';
import type { StoreOptions } from './options.ts';
import { note, pathIn, type Terminal } from './terminal.ts';

/**
 * The store that options or settings name: a `sqlite:` or `mssql:` URL, or a connection string made of the original's options.
 * Throws an `InputError` if there is none, or if it is named by halves.
 */
export function storeAddress(terminal: Terminal, options: StoreOptions, fromSettings: string | null): string {
  tellWhatIsNotNeeded(terminal, options);
  if (options.server !== undefined || options.database !== undefined) return connectionString(options);
  const address = options.store ?? fromSettings;
  if (address !== null) return inFolder(terminal, address);
  throw new InputError('No database is named:', [
    {
      place: '--store',
      message: 'is missing',
      advice: 'Give --store sqlite:PATH or --store mssql://USER:PASSWORD@HOST/DATABASE, or set XMLFAN_STORE.',
    },
  ]);
}

/** A file's path starts from where the command does. */
function inFolder(terminal: Terminal, address: string): string {
  const parsed = parseAddress(address);
  if (parsed.engine !== 'sqlite' || parsed.path === IN_MEMORY) return address;
  return `sqlite:${pathIn(terminal, parsed.path)}`;
}

const IN_MEMORY = ':memory:';

/** ADO form, in which every value can be quoted. */
function connectionString(options: StoreOptions): string {
  const faults = [...missing(options), ...halfLogin(options)];
  if (faults.length > 0) throw new InputError('The connection to SQL Server cannot be made as asked:', faults);
  const parts: readonly (readonly [string, string | number | undefined])[] = [
    ['Server', options.server],
    ['Database', options.database],
    ['User Id', options.username],
    ['Password', options.password],
    ['Connection Timeout', options.connectionTimeout],
    ['Min Pool Size', options.minPoolSize],
    ['Max Pool Size', options.maxPoolSize],
  ];
  return parts.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${quote(String(value))}`])).join(';');
}

function quote(value: string): string {
  return /^[\w.\\,:-]*$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

function missing({ server, database }: StoreOptions): readonly Fault[] {
  const advice = 'Give both --server and --database.';
  return [
    ...(server === undefined ? [{ place: '--server', message: 'is missing', advice }] : []),
    ...(database === undefined ? [{ place: '--database', message: 'is missing', advice }] : []),
  ];
}

/** With neither of both the user of this process is logged in. */
function halfLogin({ username, password }: StoreOptions): readonly Fault[] {
  if ((username === undefined) === (password === undefined)) return [];
  return [
    {
      place: username === undefined ? '--username' : '--password',
      message: 'is missing',
      advice:
        'Give both for a SQL login, or neither for Windows integrated login; or put a connection string into XMLFAN_STORE, with NTLM ' +
        '(Authentication=NTLM;User Id=DOMAIN\\name;Password=…) or Microsoft Entra (Authentication=Active Directory Default).',
    },
  ];
}

function tellWhatIsNotNeeded(terminal: Terminal, { enablePooling, enableMars, disableMars }: StoreOptions): void {
  if (enablePooling) note(terminal, '--enable-pooling: nothing to enable, connections are always pooled.');
  if (enableMars) note(terminal, '--enable-mars: not needed, no connection runs two statements at a time.');
  if (disableMars) note(terminal, '--disable-mars: not needed, no connection runs two statements at a time.');
}

/**
 * Checks that an address of SQLite names a database that can be worked on; without `create` it must be there.
 * The driver would make a missing file, and tell the rest only by codes. Other addresses pass. Throws an `InputError`.
 */
export function checkSqliteFile(address: string, { create }: { create: boolean }): void {
  const parsed = parseAddress(address);
  if (parsed.engine !== 'sqlite' || parsed.path === IN_MEMORY) return;
  const { path } = parsed;
  const fault = existsSync(path) ? describeFile(path) : describeMissing(path, create);
  if (fault !== null) throw new InputError('The database cannot be used:', [{ place: '--store', ...fault }]);
}

function describeMissing(path: string, create: boolean): Omit<Fault, 'place'> | null {
  if (!create) {
    const advice = 'Check the path, or make the database with `xmlfan init --product-line LINE --destination`.';
    return { message: `there is no file ${path}`, advice };
  }
  const folder = dirname(path);
  if (!existsSync(folder)) return { message: `there is no folder ${folder}`, advice: 'Make it, or correct the path.' };
  return isWritable(folder) ? null : describeReadOnly(folder);
}

function describeFile(path: string): Omit<Fault, 'place'> | null {
  if (statSync(path).isDirectory()) return { message: `${path} is a folder`, advice: 'Name a file in it.' };
  for (const needed of [path, dirname(path)]) if (!isWritable(needed)) return describeReadOnly(needed);
  return isDatabase(path) ? null : { message: `${path} is no SQLite database`, advice: 'Correct the path.' };
}

function describeReadOnly(path: string): Omit<Fault, 'place'> {
  return {
    message: `${path} may not be written by this user`,
    advice: 'Allow it: SQLite writes into the folder of a database even to read it.',
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const HEADER = 'SQLite format 3\0';

/** An empty file is a database without tables. */
function isDatabase(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    const length = readSync(file, start);
    return length === 0 || start.toString('latin1') === HEADER;
  } finally {
    closeSync(file);
  }
}
