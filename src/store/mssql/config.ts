import { parse } from '@tediousjs/connection-string';
import { InputError } from '../../errors.ts';
import type { Fault } from '../../errors.ts';

/** How to reach a SQL Server database; only `parseConnection` makes one, so it is complete and checked. */
export interface MssqlConfig {
  readonly server: string;
  /** Null where a named instance tells its own port. */
  readonly port: number | null;
  readonly instanceName: string | null;
  readonly database: string;
  readonly login: Login;
  readonly encrypt: boolean | 'strict';
  readonly trustServerCertificate: boolean;
  readonly connectSeconds: number;
  readonly requestSeconds: number;
  readonly minPoolSize: number;
  readonly maxPoolSize: number;
}

export type Login =
  | { readonly kind: 'sql'; readonly user: string; readonly password: string }
  | { readonly kind: 'ntlm'; readonly domain: string; readonly user: string; readonly password: string }
  /** Microsoft Entra: the identity the process runs under; `clientId` picks a user-assigned one. */
  | { readonly kind: 'entra'; readonly clientId: string | null };

/** Reads `mssql://USER:PASSWORD@HOST:PORT/DATABASE?KEYWORD=VALUE` or a connection string. Throws one `InputError` that never shows a value. */
export function parseConnection(text: string): MssqlConfig {
  const keywords = /^(mssql|sqlserver):\/\//i.test(text) ? urlKeywords(text) : stringKeywords(text);
  return configOf(keywords);
}

/** Other words for a keyword; those that mean nothing here map to the empty string. */
const ALIASES: Readonly<Record<string, string>> = {
  'data source': 'server',
  addr: 'server',
  address: 'server',
  'network address': 'server',
  'initial catalog': 'database',
  uid: 'user id',
  user: 'user id',
  username: 'user id',
  pwd: 'password',
  trusted_connection: 'integrated security',
  'connection timeout': 'connect timeout',
  timeout: 'connect timeout',
  'request timeout': 'command timeout',
  app: '',
  'application name': '',
  applicationintent: '',
  connectretrycount: '',
  connectretryinterval: '',
  driver: '',
  enlist: '',
  mars_connection: '',
  multipleactiveresultsets: '',
  multisubnetfailover: '',
  'packet size': '',
  'persist security info': '',
  pooling: '',
  'workstation id': '',
};

const KEYWORDS = new Set([
  'server',
  'database',
  'user id',
  'password',
  'integrated security',
  'authentication',
  'encrypt',
  'trustservercertificate',
  'connect timeout',
  'command timeout',
  'min pool size',
  'max pool size',
]);

function stringKeywords(text: string): Map<string, string> {
  try {
    return new Map(parse(text));
  } catch {
    // The parser's own message quotes the text, which holds the password.
    throw broken(
      'connection string',
      'it cannot be read',
      'Write KEYWORD=VALUE pairs separated by semicolons; put a value with ; or = in double quotes.',
    );
  }
}

function urlKeywords(text: string): Map<string, string> {
  if (!URL.canParse(text))
    throw broken(
      'mssql:// URL',
      'it cannot be read',
      'Write mssql://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for special characters.',
    );
  const url = new URL(text);
  const keywords = new Map<string, string>();
  const set = (keyword: string, value: string): void => {
    if (value !== '') keywords.set(keyword, value);
  };
  for (const [name, value] of url.searchParams) set(name.toLowerCase(), value);
  const instance = keywords.get('instance');
  keywords.delete('instance');
  set('server', `${decode(url.hostname)}${instance === undefined ? '' : `\\${instance}`}${url.port && `,${url.port}`}`);
  set('database', decode(url.pathname.slice(1)));
  set('user id', decode(url.username));
  set('password', decode(url.password));
  return keywords;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw broken('mssql:// URL', 'a % is not followed by two hexadecimal digits', 'Write %25 for a percent sign.');
  }
}

function broken(place: string, message: string, advice: string): InputError {
  return new InputError('The SQL Server connection cannot be used:', [{ place, message, advice }]);
}

function configOf(given: ReadonlyMap<string, string>): MssqlConfig {
  const faults: Fault[] = [];
  const fault = (keyword: string, message: string, advice = ''): void => {
    faults.push({ place: keyword, message, advice });
  };
  const keywords = new Map<string, string>();
  for (const [name, value] of given) {
    const keyword = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
    if (KEYWORDS.has(keyword)) keywords.set(keyword, value.trim());
    else if (keyword !== '') fault(name, 'unknown keyword', `Known are ${[...KEYWORDS].join(', ')}.`);
  }

  const address = addressOf(keywords.get('server') ?? '');
  if (address === null) fault('server', 'no server is named', 'Write HOST, HOST,PORT or HOST\\INSTANCE.');
  const database = keywords.get('database') ?? '';
  if (database === '') fault('database', 'no database is named');
  const whole = (keyword: string, absent: number, least: number, most: number): number => {
    const text = keywords.get(keyword);
    const value = Number(text ?? absent);
    if (text === undefined || (/^\d{1,9}$/.test(text) && value >= least && value <= most)) return value;
    fault(keyword, `expected a whole number from ${least} to ${most}`);
    return absent;
  };
  const flag = (keyword: string, absent: boolean): boolean => {
    const value = FLAGS[(keywords.get(keyword) ?? String(absent)).toLowerCase()];
    if (value === undefined) fault(keyword, 'expected true or false');
    return value ?? absent;
  };
  const login = loginOf(keywords, fault);
  const maxPoolSize = whole('max pool size', 10, 1, 1000);
  const config = {
    database,
    encrypt: keywords.get('encrypt')?.toLowerCase() === 'strict' ? ('strict' as const) : flag('encrypt', true),
    trustServerCertificate: flag('trustservercertificate', false),
    connectSeconds: whole('connect timeout', 30, 1, 600),
    requestSeconds: whole('command timeout', 120, 1, 86_400),
    minPoolSize: Math.min(whole('min pool size', 0, 0, 1000), maxPoolSize),
    maxPoolSize,
  };
  if (faults.length > 0 || address === null || login === null)
    throw new InputError('The SQL Server connection cannot be used:', faults);
  return { ...address, ...config, login };
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  mandatory: true,
  false: false,
  no: false,
  optional: false,
};

/** `tcp:HOST,PORT` or `HOST\INSTANCE`; `.` and `(local)` are this machine. */
function addressOf(text: string): { server: string; port: number | null; instanceName: string | null } | null {
  const [, host = '', instanceName = null, port = null] =
    /^(?:tcp:)?([^\\,]+)(?:\\([^,]+))?(?:,\s*(\d{1,5}))?$/i.exec(text) ?? [];
  if (host.trim() === '' || Number(port ?? 1) > 65_535) return null;
  const server = ['.', '(local)', '(localdb)'].includes(host.trim().toLowerCase()) ? 'localhost' : host.trim();
  if (port !== null) return { server, port: Number(port), instanceName: null };
  return instanceName === null ? { server, port: 1433, instanceName } : { server, port: null, instanceName };
}

function loginOf(
  keywords: ReadonlyMap<string, string>,
  fault: (keyword: string, message: string, advice?: string) => void,
): Login | null {
  const user = keywords.get('user id') ?? '';
  const password = keywords.get('password') ?? '';
  const authentication = (keywords.get('authentication') ?? 'sql password').toLowerCase().replaceAll(/[ _-]/g, '');
  const integrated = ['true', 'yes', 'sspi'].includes((keywords.get('integrated security') ?? '').toLowerCase());

  if (ENTRA.has(authentication.replace(/^azure/, ''))) return { kind: 'entra', clientId: user === '' ? null : user };
  if (authentication !== 'sqlpassword' && authentication !== 'ntlm') {
    fault('authentication', 'this way to log in is not supported', LOGIN_ADVICE);
    return null;
  }
  if (integrated || user === '') {
    const found = integrated
      ? 'Windows integrated login was asked for'
      : 'no user is named, which asks for Windows integrated login';
    fault(integrated ? 'integrated security' : 'user id', `${found}; this driver does not have it`, LOGIN_ADVICE);
    return null;
  }
  if (password === '') {
    fault('password', 'the user has no password', 'Put it into XMLFAN_STORE rather than on the command line.');
    return null;
  }
  const [, domain, name] = /^([^\\]+)\\(.+)$/.exec(user) ?? [];
  if (domain !== undefined && name !== undefined) return { kind: 'ntlm', domain, user: name, password };
  if (authentication === 'sqlpassword') return { kind: 'sql', user, password };
  fault('user id', 'NTLM needs the domain', 'Write DOMAIN\\USER.');
  return null;
}

/** Connection strings' words, and the driver's, with or without `azure` before them. */
const ENTRA = new Set(['activedirectorydefault', 'activedirectorymanagedidentity', 'activedirectorymsi', 'entra']);

const LOGIN_ADVICE =
  'Use a SQL login (User Id, Password), NTLM (User Id=DOMAIN\\USER, Password) or Microsoft Entra (Authentication=Active Directory Default).';
