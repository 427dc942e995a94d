import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ddl } from '../../src/store/ddl.ts';
import { qualify, quote } from '../../src/store/identifier.ts';
import { ownTables } from '../../src/store/schema.ts';
import type { DestinationTable } from '../../src/store/destination.ts';

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
};

test('destination tables for SQL Server have its types and a unique index over complete keys', () => {
  assert.equal(
    ddl('migration', [TABLE], 'mssql'),
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
  const text = ddl('migration', [{ ...TABLE, columns: TABLE.columns.slice(0, 2) }], 'sqlite');
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
  const [log] = ownTables(workSet, 'mssql', 'int');
  assert.equal(
    log?.create,
    `CREATE TABLE [m].[processing_log] (
  [log_id] bigint IDENTITY(1,1) NOT NULL,
  [app_id] int NOT NULL,
  [status] varchar(20) NOT NULL,
  [failure_reason] varchar(500) NULL,
  [processing_time] datetime2 NOT NULL DEFAULT SYSUTCDATETIME(),
  [session_id] varchar(50) NULL,
  [app_id_start] int NULL,
  [app_id_end] int NULL,
  PRIMARY KEY ([log_id])
)`,
  );
  assert.deepEqual(log.indexes, ['CREATE UNIQUE INDEX [ux_processing_log_app_id] ON [m].[processing_log] ([app_id])']);
});

test('no name can leave its quotes', () => {
  assert.equal(quote('sqlite', 'a"b'), '"a""b"');
  assert.equal(quote('mssql', 'a]b'), '[a]]b]');
  assert.equal(qualify('sqlite', 'x"."y', 'z"; DROP TABLE t --'), '"x"".""y.z""; DROP TABLE t --"');
  assert.equal(qualify('mssql', 's].[t', 'u'), '[s]].[t].[u]');
});

test('a name that no database takes is bad input', () => {
  for (const name of ['', 'x'.repeat(129), 'a\nb', 'a\0b']) {
    assert.throws(() => quote('mssql', name), {
      name: 'InputError',
      message: `Bad database identifier\n  ${JSON.stringify(name)}: not a name of a table or column\n    Use 1 to 128 printable characters.`,
    });
  }
});
