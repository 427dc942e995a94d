import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { driverConfig } from '../../src/store/mssql/driver.ts';
import { explainOdbc, odbcString } from '../../src/store/mssql/odbc.ts';
import { classOf } from '../../src/store/mssql/errors.ts';

const DEFAULTS = {
  port: 1433,
  instanceName: null,
  encrypt: true,
  trustServerCertificate: false,
  connectSeconds: 30,
  requestSeconds: 120,
  minPoolSize: 0,
  certificateName: null,
  maxPoolSize: 10,
  applicationName: 'xmlfan',
  workstation: null,
  readOnly: false,
  multiSubnetFailover: false,
};
const SQL_LOGIN = { kind: 'sql', user: 'ada', password: 'p;w' } as const;

test('a connection string is read with its synonyms, encryption being on unless it says otherwise', () => {
  assert.deepEqual(parseConnection('Server=db.example.com;Database=crm;User Id=ada;Password="p;w"'), {
    ...DEFAULTS,
    server: 'db.example.com',
    database: 'crm',
    login: SQL_LOGIN,
  });
  const text =
    'Data Source=tcp:db,1444;Initial Catalog=crm;UID=ada;PWD="p;w";Encrypt=no;TrustServerCertificate=yes;Connect Timeout=5;Command Timeout=600;Min Pool Size=2;Max Pool Size=4;MultipleActiveResultSets=true;Application Name=x';
  assert.deepEqual(parseConnection(text), {
    ...DEFAULTS,
    server: 'db',
    port: 1444,
    database: 'crm',
    login: SQL_LOGIN,
    encrypt: false,
    trustServerCertificate: true,
    connectSeconds: 5,
    requestSeconds: 600,
    minPoolSize: 2,
    maxPoolSize: 4,
    applicationName: 'x',
  });
});

test('a connection string is read as SqlConnectionStringBuilder and SQL Server Management Studio write it', () => {
  const text =
    'Data Source=tcp:[::1],1444;Initial Catalog=crm;Persist Security Info=True;User ID=ada;Password="  a ""b"" ";Pooling=False;' +
    'Multiple Active Result Sets=False;Connect Timeout=0;Encrypt=Mandatory;Trust Server Certificate=True;Host Name In Certificate=db.internal;' +
    'Application Name="Microsoft SQL Server Management Studio";Application Intent=ReadOnly;Multi Subnet Failover=True;Workstation ID=desk;' +
    'Failover Partner=;Command Timeout=0;;';
  assert.deepEqual(parseConnection(text), {
    ...DEFAULTS,
    server: '::1',
    port: 1444,
    database: 'crm',
    login: { kind: 'sql', user: 'ada', password: '  a "b" ' },
    trustServerCertificate: true,
    certificateName: 'db.internal',
    connectSeconds: 600,
    requestSeconds: 0,
    applicationName: 'Microsoft SQL Server Management Studio',
    workstation: 'desk',
    readOnly: true,
    multiSubnetFailover: true,
  });
});

const passwordOf = (text: string) => {
  const { login } = parseConnection(`${text};Database=d;UID=u`);
  return 'password' in login ? login.password : null;
};

test('what is in quotes is kept as it is, braces are quotes only where an ODBC driver is named, the last of two values counts', () => {
  const cases = [
    ["Server=s;Password='it''s; \"so\" '", 'it\'s; "so" '],
    ['Server=s;Password="x=y;"";"', 'x=y;";'],
    ['Server=s;Password={a}', '{a}'],
    ['Server=s;Password=a"b\'c', 'a"b\'c'],
    ['Server=s;Password = p q ', 'p q'],
    ['Server=s;PWD=old;Application Name=;Password=new', 'new'],
    ['DRIVER={ODBC Driver 18 for SQL Server};SERVER=s;PWD={p;}}w }', 'p;}w '],
    ['DRIVER={ODBC Driver 18 for SQL Server};SERVER=s;PWD="p"', '"p"'],
  ] as const;
  for (const [text, expected] of cases) assert.equal(passwordOf(text), expected, text);
});

const addressOf = (server: string) => {
  const config = parseConnection(`Server=${server};Database=d;User Id=u;Password=p`);
  return [config.server, config.port, config.instanceName];
};

test('an address is a host, an instance or a port over TCP; anything else is named with its remedy', () => {
  const good = [
    ['.', 'localhost', 1433, null],
    ['(local)', 'localhost', 1433, null],
    ['(local)\\SQLEXPRESS', 'localhost', null, 'SQLEXPRESS'],
    ['tcp:db.example.com', 'db.example.com', 1433, null],
    ['TCP:db , 1500', 'db', 1500, null],
    ['lpc:.\\SQLEXPRESS', 'localhost', null, 'SQLEXPRESS'],
    ['lpc:box', 'box', 1433, null],
    ['db\\MSSQLSERVER', 'db', 1433, null],
    ['db\\crm, 1500', 'db', 1500, null],
    ['[::1]', '::1', 1433, null],
    ['fe80::1,1500', 'fe80::1', 1500, null],
  ] as const;
  for (const [text, ...expected] of good) assert.deepEqual(addressOf(text), expected, text);
  assert.deepEqual(parseConnection('mssql://u:p@[::1]:1500/d').server, '::1');

  const bad = [
    ['np:\\\\db\\pipe\\sql\\query', /only TCP is supported/],
    ['\\\\db\\pipe\\MSSQL$X\\sql\\query', /only TCP is supported/],
    ['admin:db', /only TCP is supported/],
    ['(localdb)\\MSSQLLocalDB', /LocalDB takes no TCP/],
    ['db:1433', /a port follows a comma[^]*HOST,PORT/],
    ['db,70000', /no address of a server/],
    ['two words', /no address of a server/],
    ['', /no server is named/],
  ] as const;
  for (const [text, message] of bad) assert.throws(() => addressOf(text), message, text);
});

const faultsOf = (text: string) => {
  try {
    return parseConnection(`Server=s;Database=d;User Id=u;Password=p;${text}`);
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error.faults.map(({ place, message }) => `${place}: ${message}`);
  }
};

test('what the driver cannot do is refused by name where it is asked for', () => {
  for (const text of [
    'AttachDbFilename=x.mdf',
    'Column Encryption Setting=Enabled',
    'Failover Partner=t',
    'Network Library=dbnmpntw',
    'User Instance=True',
    'Server Certificate=x.cer',
  ]) {
    const keyword = text.split('=')[0]?.replaceAll(' ', '').toLowerCase();
    assert.deepEqual(faultsOf(text), [`${keyword}: this is not supported`]);
  }
  assert.ok(
    'server' in faultsOf('AttachDbFilename=;User Instance=False;Column Encryption Setting=Disabled;Net=dbmssocn'),
  );
});

test('a URL says the same, with %XX for special characters', () => {
  const expected = { ...DEFAULTS, server: 'db', database: 'crm', login: SQL_LOGIN };
  assert.deepEqual(parseConnection('mssql://ada:p%3Bw@db/crm'), expected);
  assert.deepEqual(parseConnection('mssql://ada:p%3Bw@db:1444/crm?encrypt=strict&connect%20timeout=5'), {
    ...expected,
    port: 1444,
    encrypt: 'strict',
    connectSeconds: 5,
  });
});

test('a named instance tells its own port, unless one is given', () => {
  const rest = 'Database=crm;User Id=ada;Password=x';
  const named = parseConnection(`Server=.\\SQLEXPRESS;${rest}`);
  assert.deepEqual([named.server, named.port, named.instanceName], ['localhost', null, 'SQLEXPRESS']);
  const ported = parseConnection(`Server=box\\SQLEXPRESS,1500;${rest}`);
  assert.deepEqual([ported.server, ported.port, ported.instanceName], ['box', 1500, null]);
});

const login = (text: string) => parseConnection(`Server=s;Database=d;${text}`).login;

test('SQL login, NTLM and Microsoft Entra are told apart', () => {
  assert.deepEqual(login('User Id=ada;Password=x'), { kind: 'sql', user: 'ada', password: 'x' });
  assert.deepEqual(login('User Id=CORP\\ada;Password=x'), { kind: 'ntlm', domain: 'CORP', user: 'ada', password: 'x' });
  assert.deepEqual(login('Authentication=Active Directory Default'), { kind: 'entra', clientId: null });
  assert.deepEqual(login('Authentication=azure-active-directory-default'), { kind: 'entra', clientId: null });
  assert.deepEqual(login('Authentication=ActiveDirectoryManagedIdentity;User Id=42'), {
    kind: 'entra',
    clientId: '42',
  });
});

test('without a user, or where it is asked for, Windows logs in, with the server as it was written', () => {
  const cases = [
    ['Server=localhost\\SQLEXPRESS', 'localhost\\SQLEXPRESS', 'localhost', null, 'SQLEXPRESS'],
    ['Server=(local)', '(local)', 'localhost', 1433, null],
    ['Server=lpc:.\\DEV', 'lpc:.\\DEV', 'localhost', null, 'DEV'],
    ['Server=tcp:db,1500;Trusted_Connection=yes', 'tcp:db,1500', 'db', 1500, null],
    ['Server=(localdb)\\MSSQLLocalDB', '(localdb)\\MSSQLLocalDB', 'localhost', null, 'MSSQLLocalDB'],
    ['Server=np:\\\\db\\pipe\\sql\\query', 'np:\\\\db\\pipe\\sql\\query', '\\\\db\\pipe\\sql\\query', null, null],
  ] as const;
  for (const [text, address, ...expected] of cases) {
    const { login: found, server, port, instanceName } = parseConnection(`${text};Database=d`);
    assert.deepEqual([found, server, port, instanceName], [{ kind: 'integrated', address, driver: null }, ...expected]);
  }
});

const trusts = (text: string) => parseConnection(`${text};Database=d`).trustServerCertificate;

test('the certificate of a server is trusted unchecked on this machine only, where an ODBC driver talks to it', () => {
  assert.deepEqual(
    [
      'Server=.',
      'Server=(localdb)\\v11',
      'Server=db',
      'Server=.;UID=u;PWD=p',
      'Server=.;TrustServerCertificate=no',
    ].map(trusts),
    [true, true, false, false, false],
  );
});

test('half a login, or a way to log in without a user, asks for no other way', () => {
  for (const text of ['Password=p', 'Authentication=SQL Password', 'Authentication=NTLM;Password=p'])
    assert.throws(() => login(text), /user id: no user is named\n {4}Use a SQL login/, text);
});

test('every fault is reported at once, and no value is shown', () => {
  const text = 'User Id=ada;Password=sEcret;Encrypt=perhaps;Max Pool Size=0;Colour=sEcret';
  assert.throws(
    () => parseConnection(text),
    (error) => {
      assert.ok(error instanceof InputError);
      assert.deepEqual(
        error.faults.map(({ place, message }) => `${place}: ${message}`),
        [
          'colour: unknown keyword',
          'server: no server is named',
          'database: no database is named',
          'max pool size: expected a whole number from 1 to 32767',
          'encrypt: expected true or false',
        ],
      );
      assert.doesNotMatch(error.message, /sEcret/u);
      return true;
    },
  );
  const unreadable = [
    'Server=s;=sEcret',
    'Server=s;sEcret;Database=d',
    'Password="sEcret;Server=s',
    'Password="sEcret"x',
  ];
  for (const broken of ['mssql://ada:sEcret@/', 'mssql://ada:sEcret%zz@db/crm', ...unreadable])
    assert.throws(
      () => parseConnection(broken),
      (error) => error instanceof InputError && !error.message.includes('sEcret'),
    );
});

test('the driver is given encryption, UTC dates and XACT_ABORT', () => {
  const config = driverConfig(parseConnection('Server=s;Database=d;User Id=CORP\\ada;Password=x;Command Timeout=7'));
  assert.deepEqual(config.authentication, {
    type: 'ntlm',
    options: { userName: 'ada', password: 'x', domain: 'CORP' },
  });
  assert.equal(config.requestTimeout, 7000);
  const { encrypt, trustServerCertificate, useUTC, abortTransactionOnError } = config.options ?? {};
  assert.deepEqual([encrypt, trustServerCertificate, useUTC, abortTransactionOnError], [true, false, true, true]);
});

test('no limit for statements is none for the driver, which still waits for a connection no longer than for its opening', () => {
  const config = driverConfig(parseConnection('Server=s;Database=d;User Id=u;Password=x;Command Timeout=0'));
  assert.deepEqual([config.requestTimeout, config.pool?.acquireTimeoutMillis], [0, 30_000]);
});

test('an ODBC driver gets every setting that it knows, in braces', () => {
  const text =
    'Server=db\\crm;Database="a}b";Integrated Security=SSPI;Encrypt=strict;Application Intent=ReadOnly;Host Name In Certificate=c';
  assert.equal(
    odbcString(parseConnection(text), 'ODBC Driver 18 for SQL Server'),
    'Driver={ODBC Driver 18 for SQL Server};Server={db\\crm};Database={a}}b};Trusted_Connection={Yes};Encrypt={Strict};' +
      'TrustServerCertificate={No};HostnameInCertificate={c};APP={xmlfan};ApplicationIntent={ReadOnly}',
  );
});

const failure = (message: string, fields: object) => Object.assign(new Error(message), fields);

test('errors of ODBC are told apart as those of the usual driver are', () => {
  const cases = [
    [failure('Violation of UNIQUE KEY constraint', { number: 2627, code: 'EREQUEST' }), 'document'],
    [failure('Transaction was deadlocked', { number: 1205, code: 'EREQUEST' }), 'transient'],
    [failure('Login failed for user', { code: 18_456 }), 'infrastructure'],
    [failure('Query timeout expired', { number: 0, code: 'EREQUEST' }), 'transient'],
    [failure('Communication link failure', { number: 0, code: 'EREQUEST' }), 'transient'],
    [failure('Login timeout expired', { code: 0 }), 'transient'],
    [
      failure('SSL Provider: The certificate chain was issued by an authority that is not trusted', { code: 0 }),
      'infrastructure',
    ],
    [failure('begin', { code: 'EABORT', originalError: failure('Query timeout expired', { number: 0 }) }), 'transient'],
  ] as const;
  for (const [found, expected] of cases) assert.equal(classOf(explainOdbc(found)), expected, found.message);
});
