import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ddl } from '../../src/store/ddl.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import { SQLITE } from '../../src/store/sqlite/dialect.ts';
import { ownNames, ownTables } from '../../src/store/schema.ts';
import { ownTablesOf } from '../../src/own-tables.ts';
import type { ColumnType, DestinationTable } from '../../src/store/destination.ts';
import { InputError } from '../../src/errors.ts';

const TABLE: DestinationTable = {
  name: 'address',
  role: 'other',
  columns: [
    { name: 'app_id', type: { kind: 'bigint' }, nullable: false },
    { name: 'kind', type: { kind: 'text', length: null }, nullable: true },
    { name: 'rent', type: { kind: 'decimal', precision: 10, scale: 2 }, nullable: true },
    { name: 'moved', type: { kind: 'datetime' }, nullable: true },
    { name: 'note', type: { kind: 'text', length: 5000 }, nullable: false },
  ],
  primaryKey: ['app_id'],
  uniqueKey: ['app_id', 'kind'],
  onDuplicate: 'skip',
  updateColumns: [],
  owner: null,
};

test('destination tables for SQL Server have its types and a unique index over complete keys', () => {
  assert.equal(
    ddl('migration', [TABLE], MSSQL),
    `CREATE TABLE [migration].[address] (
  [app_id] bigint NOT NULL,
  [kind] nvarchar(200) NULL,
  [rent] decimal(10, 2) NULL,
  [moved] datetime2 NULL,
  [note] nvarchar(max) NOT NULL,
  PRIMARY KEY ([app_id])
);

CREATE UNIQUE INDEX [ux_address_app_id_kind] ON [migration].[address] ([app_id], [kind]) WHERE [app_id] IS NOT NULL AND [kind] IS NOT NULL;
`,
  );
});

test('destination tables for SQLite check what their types cannot', () => {
  const text = ddl('migration', [{ ...TABLE, columns: TABLE.columns.slice(0, 2) }], SQLITE);
  assert.equal(
    text,
    `CREATE TABLE "migration.address" (
  "app_id" BIGINT NOT NULL CONSTRAINT "migration.address.app_id does not fit bigint" CHECK (typeof("app_id") IN ('integer', 'null')),
  "kind" TEXT NULL,
  PRIMARY KEY ("app_id")
);

CREATE UNIQUE INDEX "migration.ux_address_app_id_kind" ON "migration.address" ("app_id", "kind") WHERE "app_id" IS NOT NULL AND "kind" IS NOT NULL;
`,
  );
});

test('the log has the columns of the original, a unique app_id of the type of the source, and an index', () => {
  const workSet = { schema: 'm', sourceTable: 's', sourceColumn: 'x', application: null, logTable: 'processing_log' };
  const [log] = ownTables(workSet, MSSQL, 'int');
  assert.equal(
    log?.create,
    `CREATE TABLE [m].[processing_log] (
  [log_id] bigint IDENTITY(1,1) NOT NULL,
  [app_id] int NOT NULL,
  [status] varchar(20) NOT NULL,
  [failure_reason] varchar(500) NULL,
  [processing_time] datetime2 NOT NULL DEFAULT (SYSUTCDATETIME()),
  [session_id] varchar(50) NULL,
  [app_id_start] int NULL,
  [app_id_end] int NULL,
  PRIMARY KEY ([log_id])
)`,
  );
  assert.deepEqual(log.indexes, ['CREATE UNIQUE INDEX [ux_processing_log_app_id] ON [m].[processing_log] ([app_id])']);
});

test('no name can leave its quotes', () => {
  assert.equal(SQLITE.quote('a"b'), '"a""b"');
  assert.equal(MSSQL.quote('a]b'), '[a]]b]');
  assert.equal(SQLITE.qualify('x"."y', 'z"; DROP TABLE t --'), '"x"".""y.z""; DROP TABLE t --"');
  assert.equal(MSSQL.qualify('s].[t', 'u'), '[s]].[t].[u]');
});

test('a name that no database takes is bad input', () => {
  for (const name of ['', 'x'.repeat(129), 'a\nb', 'a\0b']) {
    assert.throws(() => MSSQL.quote(name), {
      name: 'InputError',
      message: `Bad database identifier\n  ${JSON.stringify(name)}: not a name of a table or column\n    Use 1 to 128 printable characters.`,
    });
  }
});

const wide = (columns: readonly (readonly [name: string, type: ColumnType])[], key: 'primaryKey' | 'uniqueKey') => ({
  ...TABLE,
  columns: columns.map(([name, type]) => ({ name, type, nullable: key === 'uniqueKey' })),
  primaryKey: [],
  uniqueKey: null,
  [key]: columns.map(([name]) => name),
});
const text = (length: number | null): ColumnType => ({ kind: 'text', length });

test('keys that SQL Server could not index are refused for it, all at once, and not for SQLite', () => {
  const tables = [
    wide(
      [
        ['sku', text(225)],
        ['code', text(226)],
      ],
      'primaryKey',
    ),
    wide([['sku', text(4001)]], 'primaryKey'),
    wide(
      [
        ['sku', text(850)],
        ['day', { kind: 'date' }],
      ],
      'uniqueKey',
    ),
  ];
  assert.throws(
    () => ddl('dbo', tables, MSSQL),
    (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.deepEqual(
        error.faults.map(({ place, message }) => `${place}: ${message}`),
        [
          'dbo.address: the primary key (sku, code) may need 902 bytes, and SQL Server takes 900',
          'dbo.address: the primary key (sku) holds sku, of a type without bound that SQL Server takes in no key',
          'dbo.address: the unique key (sku, day) may need 1703 bytes, and SQL Server takes 1700',
        ],
      );
      return true;
    },
  );
  assert.match(ddl('dbo', tables, SQLITE), /PRIMARY KEY \("sku", "code"\)/);
});

test('keys of exactly the width that SQL Server takes are made', () => {
  const amount: ColumnType = { kind: 'decimal', precision: 28, scale: 2 };
  const primary = wide(
    [
      ['sku', text(441)],
      ['amount', amount],
      ['flag', { kind: 'bit' }],
      ['n', { kind: 'int' }],
    ],
    'primaryKey',
  );
  const unique = wide(
    [
      ['sku', text(null)],
      ['code', text(646)],
      ['at', { kind: 'datetime' }],
    ],
    'uniqueKey',
  );
  assert.match(ddl('dbo', [primary, unique], MSSQL), /PRIMARY KEY \(\[sku\], \[amount\], \[flag\], \[n\]\)/);
});

const oneColumn = (kind: 'time' | 'uniqueidentifier'): DestinationTable => ({
  ...TABLE,
  columns: [{ name: 'v', type: { kind }, nullable: true }],
  primaryKey: [],
  uniqueKey: null,
});

const HELD: readonly (readonly [kind: 'time' | 'uniqueidentifier', fits: readonly string[], not: readonly string[]])[] =
  [
    [
      'time',
      ['00:00:00', '23:59:59', '10:20:30.1234567'],
      ['24:00:00', '10:20', '1:00:00', '10:20:30.12345678', '10:20:30.', 'quarter past'],
    ],
    [
      'uniqueidentifier',
      ['235d1eb5-8dd7-4c1a-8ece-559df8c67da1', '235D1EB5-8DD7-4C1A-8ECE-559DF8C67DA1'],
      ['{235d1eb5-8dd7-4c1a-8ece-559df8c67da1}', '235d1eb58dd74c1a8ece559df8c67da1', ''],
    ],
  ];

for (const [kind, fits, not] of HELD) {
  test(`a column of SQLite refuses what no ${kind} is`, () => {
    assert.match(ddl('dbo', [oneColumn(kind)], MSSQL), new RegExp(`\\[v\\] ${kind} NULL`));
    const db = new DatabaseSync(':memory:');
    db.exec(ddl('dbo', [oneColumn(kind)], SQLITE));
    const insert = db.prepare('INSERT INTO address VALUES (?)');
    for (const value of [null, ...fits]) insert.run(value);
    for (const value of not) assert.throws(() => insert.run(value), /does not fit/, value);
  });
}

test('contracts may claim none of the tables that the store makes for itself', () => {
  const workSet = { schema: 'dbo', sourceTable: 's', sourceColumn: 'x', logTable: 'l', application: null };
  assert.deepEqual(Object.values(ownNames(workSet)).toSorted(), ['l', ...Object.values(ownTablesOf('l'))].toSorted());
});
