import { InputError } from '../../errors.ts';
import { stringKeywords, urlKeywords } from './connection-string.ts';
import type { Fault } from '../../errors.ts';
import type { Keywords } from './connection-string.ts';

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
  /** Name that the certificate must be for, where it is not the server's; null = the server's. */
  readonly certificateName: string | null;
  readonly connectSeconds: number;
  /** 0 = no limit. */
  readonly requestSeconds: number;
  readonly minPoolSize: number;
  readonly maxPoolSize: number;
  /** What the server shows of its callers. */
  readonly applicationName: string;
  readonly workstation: string | null;
  readonly readOnly: boolean;
  readonly multiSubnetFailover: boolean;
}

type Login =
  | { readonly kind: 'sql'; readonly user: string; readonly password: string }
  | { readonly kind: 'ntlm'; readonly domain: string; readonly user: string; readonly password: string }
  /** Microsoft Entra: the identity the process runs under; `clientId` picks a user-assigned one. */
  | { readonly kind: 'entra'; readonly clientId: string | null }
  /** The user that the process runs as. An ODBC driver logs in, which takes the server's address as it was written; null = the newest that is there. */
  | { readonly kind: 'integrated'; readonly address: string; readonly driver: string | null };

/** Reads `mssql://USER:PASSWORD@HOST:PORT/DATABASE?KEYWORD=VALUE` or a connection string. Throws one `InputError` that never shows a value. */
export function parseConnection(text: string): MssqlConfig {
  return configOf(/^(mssql|sqlserver):\/\//i.test(text) ? urlKeywords(text) : stringKeywords(text));
}

/** Other words for a keyword; blanks and underscores are gone already. */
const ALIASES: Readonly<Record<string, string>> = {
  datasource: 'server',
  addr: 'server',
  address: 'server',
  networkaddress: 'server',
  initialcatalog: 'database',
  uid: 'userid',
  user: 'userid',
  username: 'userid',
  pwd: 'password',
  trustedconnection: 'integratedsecurity',
  connectiontimeout: 'connecttimeout',
  timeout: 'connecttimeout',
  requesttimeout: 'commandtimeout',
  app: 'applicationname',
  wsid: 'workstationid',
  net: 'networklibrary',
  network: 'networklibrary',
  extendedproperties: 'attachdbfilename',
  initialfilename: 'attachdbfilename',
};

const KEYWORDS = new Set([
  'server',
  'database',
  'userid',
  'password',
  'integratedsecurity',
  'authentication',
  'driver',
  'encrypt',
  'trustservercertificate',
  'hostnameincertificate',
  'connecttimeout',
  'commandtimeout',
  'minpoolsize',
  'maxpoolsize',
  'applicationname',
  'workstationid',
  'applicationintent',
  'multisubnetfailover',
]);

/** Keywords that connection strings carry and that change nothing for xmlfan. */
const IDLE = new Set([
  'asynchronousprocessing',
  'connectionlifetime',
  'connectionreset',
  'connectretrycount',
  'connectretryinterval',
  'currentlanguage',
  'enlist',
  'ipaddresspreference',
  'language',
  'loadbalancetimeout',
  'marsconnection',
  'multipleactiveresultsets',
  'packetsize',
  'persistsecurityinfo',
  'poolblockingperiod',
  'pooling',
  'replication',
  'serverspn',
  'transactionbinding',
  'transparentnetworkipresolution',
  'typesystemversion',
]);

/** What the driver cannot do, unless the value asks for nothing. */
const UNSUPPORTED: Readonly<Record<string, { readonly nothing: RegExp; readonly advice: string }>> = {
  attachdbfilename: { nothing: /^$/, advice: 'Attach the file to the server, and name its database.' },
  columnencryptionsetting: { nothing: /^(disabled)?$/i, advice: 'Columns under Always Encrypted cannot be read.' },
  contextconnection: { nothing: /^(false|no|)$/i, advice: 'Leave it out.' },
  failoverpartner: { nothing: /^$/, advice: 'Name the listener of an availability group as the server instead.' },
  networklibrary: { nothing: /^(dbmssocn)?$/i, advice: 'Only TCP is there; leave it out.' },
  servercertificate: { nothing: /^$/, advice: 'Name the file of its authority in NODE_EXTRA_CA_CERTS instead.' },
  userinstance: { nothing: /^(false|no|)$/i, advice: 'Name an instance of SQL Server.' },
};

function configOf(given: Keywords): MssqlConfig {
  const faults: Fault[] = [];
  const fault = (keyword: string, message: string, advice = ''): void => {
    faults.push({ place: SPELLED[keyword] ?? keyword, message, advice });
  };
  const keywords = knownKeywords(given, fault);
  const whole = (keyword: string, absent: number, least: number, most: number): number => {
    const text = keywords.get(keyword);
    const value = Number(text ?? absent);
    if (text === undefined || (/^\d{1,10}$/.test(text) && value >= least && value <= most)) return value;
    fault(keyword, `expected a whole number from ${least} to ${most}`);
    return absent;
  };
  const flag = (keyword: string, absent: boolean): boolean => {
    const value = FLAGS[(keywords.get(keyword) ?? String(absent)).toLowerCase()];
    if (value === undefined) fault(keyword, 'expected true or false');
    return value ?? absent;
  };
  const login = loginOf(keywords, fault);
  const integrated = login?.kind === 'integrated';
  const address = addressOf(keywords.get('server') ?? '', fault, integrated);
  const database = keywords.get('database') ?? '';
  if (database === '') fault('database', 'no database is named');
  const maxPoolSize = whole('maxpoolsize', 10, 1, 32_767);
  const config = {
    database,
    encrypt: keywords.get('encrypt')?.toLowerCase() === 'strict' ? ('strict' as const) : flag('encrypt', true),
    // Servers of this machine have certificates of their own making, and what is said to them by an ODBC driver stays on it.
    trustServerCertificate: flag('trustservercertificate', integrated && address?.server === 'localhost'),
    certificateName: keywords.get('hostnameincertificate') ?? null,
    // Without a limit, which is 0, a network that answers nothing would be waited for without end.
    connectSeconds: Math.min(whole('connecttimeout', 30, 0, MOST_SECONDS) || LONGEST_CONNECT, LONGEST_CONNECT),
    requestSeconds: Math.min(whole('commandtimeout', 120, 0, MOST_SECONDS), LONGEST_REQUEST),
    minPoolSize: Math.min(whole('minpoolsize', 0, 0, 32_767), maxPoolSize),
    maxPoolSize,
    applicationName: keywords.get('applicationname') ?? 'xmlfan',
    workstation: keywords.get('workstationid') ?? null,
    readOnly: keywords.get('applicationintent')?.toLowerCase() === 'readonly',
    multiSubnetFailover: flag('multisubnetfailover', false),
  };
  if (faults.length > 0 || address === null || login === null)
    throw new InputError('The SQL Server connection cannot be used:', faults);
  return { ...address, ...config, login };
}

/** As far as ADO.NET counts, and as far as is waited: a timer holds no more than 24 days. */
const [MOST_SECONDS, LONGEST_CONNECT, LONGEST_REQUEST] = [2 ** 31 - 1, 600, 2_000_000];

type AddFault = (keyword: string, message: string, advice?: string) => void;

/** Keywords that mean something, by the one word for each; an empty value is none, as SQL Server's own tools write it. */
function knownKeywords(given: Keywords, fault: AddFault): Map<string, string> {
  const keywords = new Map<string, string>();
  for (const [name, value] of given) {
    const keyword = ALIASES[name] ?? name;
    const unsupported = UNSUPPORTED[keyword];
    if (KEYWORDS.has(keyword)) {
      if (value !== '') keywords.set(keyword, value);
    } else if (unsupported !== undefined) {
      if (!unsupported.nothing.test(value)) fault(keyword, 'this is not supported', unsupported.advice);
    } else if (!IDLE.has(keyword)) {
      fault(keyword, 'unknown keyword', `Known are ${[...KEYWORDS].map((word) => SPELLED[word] ?? word).join(', ')}.`);
    }
  }
  return keywords;
}

/** Keywords of several words, as they are usually written. */
const SPELLED: Readonly<Record<string, string>> = {
  userid: 'user id',
  integratedsecurity: 'integrated security',
  trustservercertificate: 'trust server certificate',
  hostnameincertificate: 'host name in certificate',
  connecttimeout: 'connect timeout',
  commandtimeout: 'command timeout',
  minpoolsize: 'min pool size',
  maxpoolsize: 'max pool size',
  applicationname: 'application name',
  workstationid: 'workstation id',
  applicationintent: 'application intent',
  multisubnetfailover: 'multi subnet failover',
};

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  mandatory: true,
  false: false,
  no: false,
  optional: false,
};

interface Address {
  readonly server: string;
  readonly port: number | null;
  readonly instanceName: string | null;
}

/**
 * `[tcp:]HOST[\INSTANCE][,PORT]`; `.` and `(local)` are this machine, and `lpc:` is it too, by TCP. A port makes the instance's name unnecessary.
 * An ODBC driver knows named pipes and LocalDB as well.
 */
function addressOf(text: string, fault: AddFault, odbc: boolean): Address | null {
  const wrong = (message: string, advice: string): null => {
    fault('server', message, advice);
    return null;
  };
  const [, protocol = 'tcp', target = ''] = /^\s*(?:(tcp|np|lpc|admin):)?(.*?)\s*$/is.exec(text) ?? [];
  const local = target.toLowerCase().startsWith('(localdb)');
  const pipe = protocol.toLowerCase() === 'np' || target.startsWith('\\\\');
  if (odbc && (local || pipe))
    return { server: local ? 'localhost' : target, port: null, instanceName: local ? target.slice(10) : null };
  if (pipe || protocol.toLowerCase() === 'admin')
    return wrong('only TCP is supported, no named pipes', 'Write HOST,PORT or HOST\\INSTANCE.');
  if (local)
    return wrong('LocalDB takes no TCP connections', 'Leave the user out: Windows logs in to LocalDB by itself.');
  const [, host = '', instance = '', port] = /^([^\\,]*?)\s*(?:\\([^,]+?)\s*)?(?:,\s*(\d{1,5}))?$/.exec(target) ?? [];
  const server = LOCAL.has(host.toLowerCase()) ? 'localhost' : host.replace(/^\[([\da-f:.%]+)\]$/i, '$1');
  if (target === '') return wrong('no server is named', 'Write HOST, HOST,PORT or HOST\\INSTANCE.');
  if (/^[^:]*:\d+$/.test(host)) return wrong('a port follows a comma', 'Write HOST,PORT.');
  if (server === '' || /[\s[\]]/.test(server) || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0)
    return wrong('this is no address of a server', 'Write HOST, HOST,PORT or HOST\\INSTANCE.');
  if (port !== undefined) return { server, port: Number(port), instanceName: null };
  // The default instance goes by this name.
  if (instance === '' || instance.toUpperCase() === 'MSSQLSERVER') return { server, port: 1433, instanceName: null };
  return { server, port: null, instanceName: instance };
}

const LOCAL = new Set(['.', '(local)']);

function loginOf(keywords: Keywords, fault: AddFault): Login | null {
  const user = keywords.get('userid') ?? '';
  const password = keywords.get('password') ?? '';
  const authentication = (keywords.get('authentication') ?? 'sql password').toLowerCase().replaceAll(/[ _-]/g, '');
  const integrated = ['true', 'yes', 'sspi'].includes((keywords.get('integratedsecurity') ?? '').toLowerCase());

  if (ENTRA.has(authentication.replace(/^azure/, ''))) return { kind: 'entra', clientId: user === '' ? null : user };
  if (authentication !== 'sqlpassword' && authentication !== 'ntlm') {
    fault('authentication', 'this way to log in is not supported', LOGIN_ADVICE);
    return null;
  }
  const named = user !== '' || password !== '' || keywords.has('authentication');
  if (integrated || !named)
    return { kind: 'integrated', address: keywords.get('server') ?? '', driver: keywords.get('driver') ?? null };
  if (user === '') {
    fault('userid', 'no user is named', LOGIN_ADVICE);
    return null;
  }
  if (password === '') {
    fault('password', 'the user has no password', 'Put it into XMLFAN_STORE rather than on the command line.');
    return null;
  }
  const [, domain, name] = /^([^\\]+)\\(.+)$/.exec(user) ?? [];
  if (domain !== undefined && name !== undefined) return { kind: 'ntlm', domain, user: name, password };
  if (authentication === 'sqlpassword') return { kind: 'sql', user, password };
  fault('userid', 'NTLM needs the domain', 'Write DOMAIN\\USER.');
  return null;
}

/** Connection strings' words, and the driver's, with or without `azure` before them. */
const ENTRA = new Set([
  'activedirectorydefault',
  'activedirectorymanagedidentity',
  'activedirectorymsi',
  'activedirectoryworkloadidentity',
  'entra',
]);

const LOGIN_ADVICE =
  'Use a SQL login (User Id, Password), NTLM (User Id=DOMAIN\\USER, Password), Microsoft Entra (Authentication=Active Directory Default), or none of them for the Windows user of this process.';
