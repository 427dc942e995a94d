import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { StoreOptions } from './options.ts';
import { note } from './output.ts';

/**
 * The store that options or settings name: a `sqlite:` or `mssql:` URL, or a connection string made of the original's options.
 * Throws an `InputError` if there is none, or if the options ask for Windows integrated login.
 */
export function storeUrl(options: StoreOptions, fromSettings: string | null): string {
  tellWhatIsNotNeeded(options);
  if (options.server !== undefined || options.database !== undefined) return connectionString(options);
  const url = options.store ?? fromSettings;
  if (url !== null) return url;
  throw new InputError('No database is named:', [
    {
      place: '--store',
      message: 'is missing',
      advice: 'Give --store sqlite:PATH or --store mssql://USER:PASSWORD@HOST/DATABASE, or set XMLFAN_STORE.',
    },
  ]);
}

/** The address without user and password, to be shown. */
export function printableStore(url: string): string {
  if (url.startsWith('sqlite:')) return url;
  if (url.startsWith('mssql://')) {
    const { host, pathname } = new URL(url);
    return `mssql://${host}${pathname}`;
  }
  const valueOf = (keys: string) =>
    new RegExp(`(?:^|;)\\s*(?:${keys})\\s*=\\s*("[^"]*"|[^;]*)`, 'i').exec(url)?.[1]?.replaceAll('"', '').trim() ?? '';
  return `mssql://${valueOf('server|data source|address|addr')}/${valueOf('database|initial catalog')}`;
}

/** ADO form, in which every value can be quoted. */
function connectionString(options: StoreOptions): string {
  const faults = [...missing(options), ...integratedLogin(options)];
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

function integratedLogin({ username, password }: StoreOptions): readonly Fault[] {
  if (username !== undefined && password !== undefined) return [];
  const absent = username === undefined ? '--username' : '--password';
  return [
    {
      place: absent,
      message: 'is missing, which asks for Windows integrated login: this driver has none',
      advice:
        'Use a SQL login (--username and --password), or put a connection string into XMLFAN_STORE, with NTLM ' +
        '(Authentication=NTLM;User Id=DOMAIN\\name;Password=…) or Microsoft Entra (Authentication=Active Directory Default).',
    },
  ];
}

function tellWhatIsNotNeeded({ enablePooling, enableMars, disableMars }: StoreOptions): void {
  if (enablePooling) note('--enable-pooling: nothing to enable, connections are always pooled.');
  if (enableMars) note('--enable-mars: not needed, no connection runs two statements at a time.');
  if (disableMars) note('--disable-mars: not needed, no connection runs two statements at a time.');
}
