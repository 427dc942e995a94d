import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { parseConnection } from '../../src/store/mssql/config.ts';
import { driverConfig } from '../../src/store/mssql/connection.ts';

const DEFAULTS = {
  port: 1433,
  instanceName: null,
  encrypt: true,
  trustServerCertificate: false,
  connectSeconds: 30,
  requestSeconds: 120,
  minPoolSize: 0,
  maxPoolSize: 10,
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
  });
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

const LOGIN_ADVICE =
  'Use a SQL login (User Id, Password), NTLM (User Id=DOMAIN\\USER, Password) or Microsoft Entra (Authentication=Active Directory Default).';

test('Windows integrated login is refused with the three ways there are', () => {
  for (const [text, fault] of [
    [
      'Server=localhost\\SQLEXPRESS;Database=d',
      'user id: no user is named, which asks for Windows integrated login; this driver does not have it',
    ],
    [
      'Server=s;Database=d;Trusted_Connection=yes',
      'integrated security: Windows integrated login was asked for; this driver does not have it',
    ],
  ] as const) {
    assert.throws(
      () => parseConnection(text),
      (error) =>
        error instanceof InputError &&
        error.message === `The SQL Server connection cannot be used:\n  ${fault}\n    ${LOGIN_ADVICE}`,
    );
  }
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
          'max pool size: expected a whole number from 1 to 1000',
          'encrypt: expected true or false',
        ],
      );
      assert.doesNotMatch(error.message, /sEcret/u);
      return true;
    },
  );
  for (const broken of ['mssql://ada:sEcret@/', 'mssql://ada:sEcret%zz@db/crm', 'Server=s;=sEcret'])
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
