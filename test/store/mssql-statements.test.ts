import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from '../../src/store/names.ts';
import { permissionsFor } from '../../src/store/mssql/permissions.ts';
import { encode, entryOf } from '../../src/store/mssql/encode.ts';
import { importStatement } from '../../src/store/mssql/import.ts';
import { groupStatement } from '../../src/store/mssql/group-statement.ts';
import { declareStage, insertRows } from '../../src/store/mssql/row-statements.ts';
import { PLAIN_JSON } from '../../src/store/mssql/json-text.ts';
import { pageStatement } from '../../src/store/mssql/source.ts';
import { everyStatement } from './mssql-statements.ts';
import { catalogColumn, catalogTable, part, partPlan } from './mssql-plan.ts';
import { planTable } from '../../src/store/mssql/table-plan.ts';
import type { CatalogColumn } from '../../src/store/mssql/catalog.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { GroupPlan } from '../../src/store/mssql/group-statement.ts';
import type { Cells } from '../support/rows.ts';
import { rowOf } from '../support/rows.ts';
import type { GroupDocument } from '../../src/store/port.ts';

const NAMES = namesOf(
  { schema: 'dbo', sourceTable: 'app_xml', sourceColumn: 'doc', application: null, logTable: 'processing_log' },
  MSSQL,
);

test('names are quoted in every statement, and nothing but names, types and numbers is written into one', () => {
  for (const [name, sql] of everyStatement()) {
    assert.doesNotMatch(sql, /undefined|\[object|NaN/u, name);
    assert.doesNotMatch(sql, /app xml\](?!\]'s\])/u, `${name} quotes the source table`);
  }
});

test('a page seeks the key and the log, and reads only the documents that fit', () => {
  const partition = { by: 'modulo', instanceId: 1, instanceCount: 3, bounds: { start: null, end: '900' } } as const;
  const request = { partition, cursor: '41', maxDocuments: 100, maxBytes: 5_000_000_000 };
  const page = pageStatement(NAMES, request, 'text');
  assert.equal(
    page?.sql,
    `WITH candidate AS (SELECT TOP (@max_documents + 1) s.app_id, CAST(DATALENGTH(s.[doc]) AS bigint) AS bytes
  FROM [dbo].[app_xml] s WHERE s.[doc] IS NOT NULL AND NOT EXISTS (SELECT 1 FROM [dbo].[processing_log] l WHERE l.app_id = s.app_id)
    AND s.app_id >= CAST(@start AS bigint) AND s.app_id <= CAST(@end AS bigint) AND (((s.app_id % 3) + 3) % 3) = 1
  ORDER BY s.app_id),
p AS (SELECT app_id, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY app_id ROWS UNBOUNDED PRECEDING) AS bytes_so_far,
  ROW_NUMBER() OVER (ORDER BY app_id) AS place FROM candidate)
SELECT CAST(p.app_id AS varchar(20)) AS appId, d.[doc] AS xml, p.found, p.place
FROM p JOIN [dbo].[app_xml] d ON d.app_id = p.app_id WHERE p.place = 1 OR (p.place <= @max_documents AND p.bytes_so_far <= @max_bytes)`,
  );
  assert.deepEqual(page.inputs, {
    start: { type: 'word', value: '42' },
    end: { type: 'word', value: '900' },
    max_documents: { type: 'int', value: 100 },
    max_bytes: { type: 'int', value: 2_147_483_647 },
  });
  const bytes = pageStatement(NAMES, request, 'bytes');
  assert.equal(bytes?.sql, page.sql.replace('d.[doc] AS xml', 'CAST(d.[doc] AS varbinary(max)) AS xml'));
  const done = { partition, cursor: '9223372036854775807', maxDocuments: 1, maxBytes: 1 };
  assert.equal(pageStatement(NAMES, done, 'bytes'), null);
});

test('rows are taken out of their JSON once and inserted by one statement for each mask, identity insert being on only where the identity is set', () => {
  const plan = part('notes');
  for (const mask of ['100', '001']) plan.masks.add(mask);
  assert.equal(
    declareStage(plan, '@t3'),
    'DECLARE @t3_rows TABLE (n int, v varchar(400), c0 bigint, c1 nvarchar(max), c2 decimal(18, 2), c3 nvarchar(max), c4 datetime2(7));\n',
  );
  assert.equal(
    insertRows(plan, '@t3', PLAIN_JSON),
    `INSERT INTO @t3_rows (n, v, c0, c1, c2, c3, c4)
SELECT r.n, r.v, r.c0 AS c0, r.c1 AS c1, r.c2 AS c2, r.c3 AS c3, r.c4 AS c4
FROM OPENJSON(@t3) WITH (n int '$[0]', v varchar(400) '$[2]', c0 bigint '$[4]', c1 nvarchar(max) '$[5]', c2 decimal(18, 2) '$[6]', c3 nvarchar(max) '$[7]', c4 datetime2(7) '$[8]') r;
INSERT INTO [migration].[notes] ([score], [note], [born])
SELECT r.c2, r.c3, r.c4
FROM @t3_rows r WHERE r.v = '001' ORDER BY r.n;
SET @rows += @@ROWCOUNT;
SET IDENTITY_INSERT [migration].[notes] ON;
INSERT INTO [migration].[notes] ([id], [note], [born])
SELECT r.c0, r.c3, r.c4
FROM @t3_rows r WHERE r.v = '100' ORDER BY r.n;
SET @rows += @@ROWCOUNT;
SET IDENTITY_INSERT [migration].[notes] OFF;
`,
  );
});

test('rows that one statement reads stay in their JSON', () => {
  const plan = part('notes');
  plan.masks.add('001');
  assert.equal(declareStage(plan, '@t3'), '');
  const sql = insertRows(plan, '@t3', PLAIN_JSON);
  assert.equal(sql.match(/INSERT INTO/gu)?.length, 1);
  assert.match(sql, /FROM OPENJSON\(@t3\) WITH [^\n]* r WHERE r\.v = '001' ORDER BY r\.n;/u);
});

test('rows are ordered only where the database may fill a column by their order', () => {
  const columns = ['id', 'note'].map((name) => catalogColumn(name, 'bigint'));
  const table = { ...part('notes').table, columns: part('notes').table.columns.filter(({ name }) => name === 'note') };
  const insertInto = (...more: readonly CatalogColumn[]): string => {
    const plan = planTable('[m].[notes]', table, catalogTable('notes', [...columns, ...more]));
    assert.ok(!('missing' in plan));
    return insertRows(plan, '@t0', PLAIN_JSON);
  };
  assert.equal(
    insertInto(),
    `INSERT INTO [m].[notes] ([note])
SELECT r.c0
FROM OPENJSON(@t0) WITH (c0 bigint '$[4]') r;
SET @rows += @@ROWCOUNT;
`,
  );
  for (const filled of [{ identity: true }, { hasDefault: true }, { serverOnly: true }])
    assert.match(insertInto(catalogColumn('more', 'bigint', filled)), /WITH \(n int '\$\[0\]', [^\n]* ORDER BY r\.n;/u);
});

test('keys are compared as their columns compare them, and found by index', () => {
  const plan = part('contact', { onDuplicate: 'skip' });
  plan.masks.add('010');
  const sql = insertRows(plan, '@t1', PLAIN_JSON);
  assert.match(sql, /PARTITION BY r\.c1 COLLATE SQL_Latin1_General_CP1_CI_AS, CONVERT\(datetime, r\.c4\), CASE/u);
  assert.match(
    sql,
    /x\.\[code\] = CONVERT\(varchar\(20\), r\.c1 COLLATE SQL_Latin1_General_CP1_CI_AS\) AND x\.\[code\] = r\.c1 COLLATE SQL_Latin1_General_CP1_CI_AS AND x\.\[born\] = CONVERT\(datetime, r\.c4\)/u,
  );
  assert.match(sql, /ORDER BY r\.c1, r\.c4, r\.n;/u);
});

test('an update touches the value alone, and sets the default where the document leaves it out', () => {
  const plan = part('scores', { onDuplicate: 'update', updateColumns: ['score'] });
  plan.masks.add('011');
  plan.masks.add('010');
  const sql = insertRows(plan, '@t2', PLAIN_JSON);
  const [without, withScore] = sql.match(/^UPDATE.*$/gmu) ?? [];
  assert.equal(without, 'UPDATE x SET [score] = DEFAULT');
  assert.equal(withScore, 'UPDATE x SET [score] = r.c2');
  assert.match(sql, /FROM @t2_rows r WHERE r\.v = '011' AND r\.rank_first = 1 AND NOT EXISTS/u);
  assert.match(
    declareStage(plan, '@t2'),
    /c4 datetime2\(7\), rank_first int, rank_last int, last_c2 decimal\(18, 2\)\);/u,
  );
});

test('rows whose duplicates an index refuses are not compared, until one came or a key is incomplete', () => {
  const key = [['code', 'born']];
  const scores = { onDuplicate: 'update', updateColumns: ['score'] } as const;
  for (const [more, counted] of [
    [{ onDuplicate: 'skip' }, 'SET @kept += @@ROWCOUNT;\n'],
    [scores, ''],
  ] as const) {
    const plan = part('contact', more, key);
    plan.masks.add('011');
    assert.equal(declareStage(plan, '@t1'), '');
    const plain = part('contact', { onDuplicate: 'fail' });
    plain.masks.add('011');
    const all = insertRows(plain, '@t1', PLAIN_JSON).replace('SET @rows += @@ROWCOUNT;\n', '');
    assert.equal(insertRows(plan, '@t1', PLAIN_JSON), `${all}${counted}`);
    plan.duplicates.expected = true;
    assert.match(insertRows(plan, '@t1', PLAIN_JSON), /rank_first = 1 AND NOT EXISTS/u);
  }
  const plan = partPlan(NAMES, { masks: [], keys: key });
  const expected = () => plan.tables.map(({ duplicates }) => duplicates.expected);
  encoded(plan, document('7', { contact: [{ code: 'x', born: '2024-01-01' }] }));
  assert.deepEqual(expected(), [true, false, false, true]);
  encoded(plan, document('8', { contact: [{ code: 'x', born: '2024-01-01' }, { code: 'y' }] }));
  assert.deepEqual(expected(), [true, true, false, true]);
});

function document(appId: string, tables: Readonly<Record<string, readonly Cells[]>>): GroupDocument {
  const known = partPlan(NAMES, { masks: [] }).tables.map(({ table }) => table);
  const list = Object.entries(tables).map(([table, rows]) => ({
    table,
    rows: rows.map((cells) => rowOf(known, table, cells)),
  }));
  return { appId, sourceHash: 'h', issues: [], outcome: 'mapped', tables: list, matches: { places: [], digits: '' } };
}

test('a group travels as JSON text, and its statement stays the same for groups of the same shape', () => {
  const plan = partPlan(NAMES, { masks: [] });
  const entries = [
    document('7', { app_base: [{ id: '7', note: '' }], contact: [{ code: 'x', score: '1.50' }, { note: 'second' }] }),
    document('8', { app_base: [{ id: '8', score: 'no number' }] }),
    { appId: '9', sourceHash: null, issues: [], outcome: 'rejected', reason: 'validation: bad' } as const,
  ].map((one) => entryOf(plan, one));
  const values = Object.fromEntries(
    Object.entries(encode(plan, entries)).map(([name, { value }]) => [name, JSON.parse(String(value))]),
  );
  assert.deepEqual(values, {
    documents: [
      [0, '7', 0, null, 'h'],
      [1, '8', 1, 'constraint_violation: app_base.score does not fit decimal(18, 2)', 'h'],
      [2, '9', 1, 'validation: bad', null],
    ],
    roots: [
      [0, '7'],
      [1, '8'],
    ],
    t0: [[0, 0, '100', 1, '7', null, null, null, null]],
    t1: [
      [1, 0, '011', 0, null, 'x', '1.50', null, null],
      [2, 0, '011', 0, null, null, null, 'second', null],
    ],
    t2: [],
    t3: [],
    success: 1,
    failed: 2,
    present: 0,
    skippable: 2,
    updating: 0,
  });
  const first = groupStatement(plan);
  encode(plan, entries.slice(0, 1));
  assert.equal(groupStatement(plan), first);
});

/** The inputs of a group of mapped documents, as values. */
function encoded(plan: GroupPlan, ...documents: readonly GroupDocument[]): Record<string, unknown> {
  const inputs = encode(
    plan,
    documents.map((one) => entryOf(plan, one)),
  );
  return Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, JSON.parse(String(value))]));
}

test('rows of tables that are updated are counted apart from those that may be left out', () => {
  const rows: Readonly<Record<string, readonly Cells[]>> = {
    contact: [{ code: 'x' }],
    scores: [{ code: 'y', born: '2024-01-01' }, { code: 'z' }],
  };
  const { skippable, updating, t2 } = encoded(partPlan(NAMES, { masks: [] }), document('7', rows));
  assert.deepEqual([skippable, updating], [1, 2]);
  assert.deepEqual(t2, [
    [1, 0, '010', 1, null, 'y', null, null, '2024-01-01'],
    [2, 0, '010', 1, null, 'z', null, null, null],
  ]);
});

test('a root key that its column cannot hold is not looked for', () => {
  const { roots } = encoded(
    partPlan(NAMES, { masks: [] }),
    document('1', { app_base: [{ id: 'x' }] }),
    document('2', { app_base: [{ id: '2' }] }),
  );
  assert.deepEqual(roots, [[1, '2']]);
});

test('a statement with more masks than it should keep begins anew with those of its group', () => {
  const masks = Array.from({ length: 8 }, (_, mask) => mask.toString(2).padStart(3, '0'));
  const plan = partPlan(NAMES, { masks: [...masks, ...masks.map((mask) => `1${mask}`)] });
  const [base] = plan.tables;
  encoded(plan, document('1', { app_base: [{ id: '1' }] }));
  assert.equal(base?.masks.size, 16);
  base?.masks.add('one too many');
  encoded(plan, document('1', { app_base: [{ id: '1' }] }));
  assert.deepEqual([...(base?.masks ?? [])], ['100']);
});

test('stand-ins for characters are put back in the columns that had some, from the first on', () => {
  const plan = partPlan(NAMES, { masks: [], decodesEscapes: false });
  const columns = () => groupStatement(plan).match(/TRANSLATE\(r\.c\d/gu) ?? [];
  const { t3: plain } = encoded(plan, document('7', { notes: [{ code: 'x', note: 'y' }] }));
  assert.deepEqual([plain, columns()], [[[0, 0, '010', 1, null, 'x', null, 'y', null]], []]);
  const { t3: quoted } = encoded(plan, document('8', { notes: [{ code: 'x', note: '"y"' }] }));
  assert.deepEqual(quoted, [[0, 0, '010', 1, null, 'x', null, '\uF8D0y\uF8D0', null]]);
  encoded(plan, document('9', { notes: [{ code: 'x', note: 'y' }] }));
  assert.deepEqual(columns(), ['TRANSLATE(r.c3']);
});

test('a text that a server would not give back as it was is refused by the id of its document', () => {
  const plan = partPlan(NAMES, { masks: [], decodesEscapes: false });
  assert.throws(() => encoded(plan, document('8', { notes: [{ note: 'stand-in \uF8D0' }] })), {
    name: 'StoreError',
    message: /a value of document 8/u,
  });
});

test('the fence comes first, the commit last, and an error leaves no session state behind', () => {
  const sql = groupStatement(partPlan(NAMES, { masks: ['111'] }));
  const order = [
    'BEGIN TRANSACTION',
    'AND token = @token',
    "SELECT 'lost'",
    "SELECT 'taken'",
    "SELECT 'present'",
    'INTO [migration].[app_base]',
    'INTO [dbo].[processing_log]',
    'documents = documents +',
    'COMMIT TRANSACTION;\nUPDATE',
    'BEGIN CATCH',
    'THROW;',
  ];
  const places = order.map((text) => sql.indexOf(text));
  assert.ok(
    places.every((place) => place > 0),
    String(places),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(
    sql.slice(sql.indexOf('BEGIN CATCH')),
    /ROLLBACK TRANSACTION;\nSET IDENTITY_INSERT \[migration\]\.\[app_base\] OFF;/u,
  );
});

test('a table is asked for the permissions that its writing needs, ALTER where ids of an identity column are given', () => {
  const workSet = { schema: 'm', sourceTable: 'app_xml', sourceColumn: 'doc', application: null, logTable: 'log' };
  const updated = part('scores', { onDuplicate: 'update', updateColumns: ['score'] }).table;
  const appended = { ...part('notes').table, columns: updated.columns.filter(({ name }) => name !== 'id') };
  const columns = new Map([catalogColumn('id', 'bigint', { identity: true })].map((column) => [column.name, column]));
  const found = ['app_xml', 'log', 'scores', 'notes'].map((name) => ({ schema: 'm', name, columns }));
  const permissions = Map.groupBy(permissionsFor(workSet, [updated, appended], found), ({ name }) => name);
  assert.deepEqual(
    [...permissions].map(([name, wanted]) => [name, ...wanted.map(({ permission }) => permission)]),
    [
      ['app_xml', 'SELECT'],
      ['log', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'],
      ['scores', 'SELECT', 'INSERT', 'UPDATE', 'ALTER'],
      ['notes', 'SELECT', 'INSERT'],
    ],
  );
});

const storedText = (xml: Uint8Array): unknown =>
  importStatement(NAMES, [{ appId: '7', xml }], false).inputs['xml0']?.value;

test('documents given as bytes are stored as the text they stand for, and those that stand for none not at all', () => {
  const declared = '<?xml version="1.0" encoding="KOI8-R"?><a>';
  assert.equal(storedText(Buffer.from(`${declared}\xC1</a>`, 'latin1')), `${declared}а</a>`);
  assert.equal(storedText(Buffer.from('<a>\xE9</a>', 'latin1')), '<a>é</a>');
  assert.throws(() => storedText(Buffer.from('<?xml version="1.0" encoding="x-none"?><a/>')), {
    message: 'Document 7 cannot be stored as text: the encoding x-none is not known',
  });
});
