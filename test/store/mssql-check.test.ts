import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable, refusesDuplicates } from '../../src/store/mssql/catalog.ts';
import { checkDatabase } from '../../src/store/mssql/check.ts';
import { logEntry } from '../../src/store/log-conflict.ts';
import { ownTables, sourceTables } from '../../src/store/schema.ts';
import { NOTES } from './suite/world.ts';
import { scriptedContext, scriptedConnection, sqlError } from './mssql-script.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { Mismatch } from '../../src/store/port.ts';
import type { Statement } from '../../src/store/mssql/statement.ts';
import type { Reply } from './mssql-script.ts';

const WORK_SET = {
  schema: 'm',
  sourceTable: 'app_xml',
  sourceColumn: 'doc',
  application: null,
  logTable: 'processing_log',
};

interface Column {
  readonly tableName: string;
  readonly name: string;
  readonly type: string;
}

const PLAIN = {
  schemaName: 'm',
  maxLength: 40,
  precision: 0,
  scale: 0,
  nullable: true,
  hasDefault: 0,
  identity: false,
  computed: false,
  generated: 0,
  collation: null,
  codePage: null,
  indexId: null,
  refuses: null,
  filter: null,
};
const column = (tableName: string, name: string, type: string, more: object = {}): Column => ({
  tableName,
  name,
  type,
  ...PLAIN,
  ...more,
});

const OWN: readonly Column[] = [...ownTables(WORK_SET, MSSQL), ...sourceTables(WORK_SET, MSSQL)].flatMap(
  ({ name, columns }) =>
    columns.map((own) =>
      column(name, own, 'bigint', name === 'processing_log' && own === 'app_id' ? { indexId: 1 } : {}),
    ),
);
const DESTINATION = [column('notes', 'app_id', 'bigint', { nullable: false }), column('notes', 'note', 'nvarchar')];

interface World {
  readonly columns?: readonly Column[];
  readonly denied?: readonly string[];
  readonly server?: object;
  /** Whether the login may see all tables. */
  readonly sight?: 0 | 1;
  readonly openJson?: Error;
  /** What `init` noted of the log table. */
  readonly noted?: string;
}

function answers({ columns = [...OWN, ...DESTINATION], denied = [], server, sight = 1, openJson, noted }: World) {
  return ({ sql, inputs }: Statement): Reply => {
    if (sql.includes('sys.databases')) return [[{ name: 'crm', level: 150, snapshot: true, ...server }]];
    if (sql.includes('sys.columns')) return [columns];
    if (sql.includes('VIEW DEFINITION')) return [[{ granted: sight }]];
    if (sql.includes('work_set AS noted')) return [noted === undefined ? [] : [{ noted }]];
    if (sql.includes(`OPENJSON(N'[[1]]')`)) return openJson ?? [[{ n: 1 }]];
    const wanted: readonly (readonly string[])[] = JSON.parse(String(inputs['wanted']?.value));
    return [
      wanted.map(([schema, name, permission = '']) => ({
        name: `${schema}.${name}`,
        permission,
        granted: denied.includes(`${name} ${permission}`) ? 0 : 1,
      })),
    ];
  };
}

async function mismatches(world: World): Promise<readonly Mismatch[]> {
  return checkDatabase(scriptedContext(scriptedConnection(answers(world)), WORK_SET), [NOTES]);
}

const told = (found: readonly Mismatch[]) =>
  found.map(({ severity, place, message }) => `${severity} ${place}: ${message}`);

test('a database that fits has no mismatch, and is asked four questions, of however many schemas', async () => {
  const workSet = { ...WORK_SET, sourceSchema: 'elsewhere' };
  const columns = OWN.map((own) => (own.tableName === 'app_xml' ? { ...own, schemaName: 'elsewhere' } : own));
  const asked = scriptedConnection(answers({ columns: [...columns, ...DESTINATION] }));
  assert.deepEqual(await mismatches({}), []);
  assert.deepEqual(await checkDatabase(scriptedContext(asked, workSet), [NOTES]), []);
  assert.equal(asked.sent.length, 4);
});

test('a log table that was made for another source is an error, one for the same is not', async () => {
  const { workSet: own } = logEntry(WORK_SET);
  assert.deepEqual(await mismatches({ noted: own }), []);
  const { workSet: other } = logEntry({ ...WORK_SET, sourceTable: 'returns_xml' });
  assert.deepEqual(told(await mismatches({ noted: other })), [
    'error m.app_xml: shares the log table m.processing_log with the contract that it was made for, which reads m.returns_xml.doc, not m.app_xml.doc',
  ]);
});

test('columns that the server fills need no mapping, and types that nobody maps are no error', async () => {
  const extra = [
    column('notes', 'version', 'timestamp', { nullable: false }),
    column('notes', 'valid_from', 'datetime2', { nullable: false, generated: 1 }),
    column('notes', 'twice', 'int', { nullable: false, computed: true }),
    column('notes', 'id', 'bigint', { nullable: false, identity: true }),
    column('notes', 'number', 'int', { nullable: false, hasDefault: 1 }),
    column('notes', 'place', 'geography'),
    column('notes', 'node', 'hierarchyid'),
    column('notes', 'own', 'my_clr_type'),
  ];
  assert.deepEqual(await mismatches({ columns: [...OWN, ...DESTINATION, ...extra] }), []);
  const needed = column('notes', 'must', 'int', { nullable: false });
  assert.deepEqual(told(await mismatches({ columns: [...OWN, ...DESTINATION, needed] })), [
    'error m.notes.must: The column is NOT NULL and has no default, but no mapping fills it.',
  ]);
});

test('a mapped column that only the server fills is an error', async () => {
  for (const more of [{ computed: true }, { generated: 2 }]) {
    const columns = [...OWN, column('notes', 'app_id', 'bigint'), column('notes', 'note', 'nvarchar', more)];
    assert.deepEqual(told(await mismatches({ columns })), [
      'error m.notes.note: The server fills the column itself; it cannot be written.',
    ]);
  }
  const columns = [...OWN, column('notes', 'app_id', 'bigint'), column('notes', 'note', 'timestamp')];
  assert.match(told(await mismatches({ columns }))[0] ?? '', /The server fills the column itself/u);
});

test('ids that are no whole numbers are refused by the name of their type', async () => {
  for (const [type, more, message] of [
    ['uniqueidentifier', {}, 'The column is uniqueidentifier; documents are told apart by whole numbers.'],
    ['nvarchar', { maxLength: 72 }, 'The column is nvarchar(36); documents are told apart by whole numbers.'],
    ['decimal', { precision: 9, scale: 2 }, 'The column is decimal(9, 2); documents are told apart by whole numbers.'],
    ['decimal', { precision: 18, scale: 0 }, null],
    ['smallint', {}, null],
  ] as const) {
    const columns = [...OWN, ...DESTINATION].filter(
      ({ tableName, name }) => tableName !== 'app_xml' || name !== 'app_id',
    );
    const found = await mismatches({ columns: [...columns, column('app_xml', 'app_id', type, more)] });
    assert.deepEqual(told(found), message === null ? [] : [`error m.app_xml.app_id: ${message}`]);
  }
});

test('a permission that the login lacks is told as one, with the table it is for', async () => {
  const [fault, ...others] = await mismatches({ denied: ['processing_log INSERT'] });
  assert.deepEqual(others, []);
  assert.deepEqual(fault, {
    place: 'm.processing_log',
    message: 'The login lacks the permission INSERT.',
    advice: 'GRANT INSERT on it to the login.',
    severity: 'error',
    permission: 'INSERT',
  });
  const [all] = await mismatches({ denied: ['SELECT', 'INSERT', 'UPDATE'].map((name) => `processing_log ${name}`) });
  assert.deepEqual(
    [all?.message, all?.permission],
    ['The login lacks the permissions SELECT, INSERT, UPDATE.', 'SELECT'],
  );
});

test('a table that is not seen is missing, or hidden from a login that does not see all', async () => {
  const columns = OWN;
  assert.deepEqual(told(await mismatches({ columns })), ['error m.notes: The table is missing.']);
  assert.deepEqual(told(await mismatches({ columns, sight: 0 })), [
    'error m.notes: The table is missing, or the login may not see it.',
  ]);
});

test('a database without OPENJSON is refused before anything else, one that answers it by another level is not', async () => {
  const server = { level: 120 };
  assert.deepEqual(told(await mismatches({ server, openJson: sqlError(208) })), [
    "error crm: The database's compatibility level is 120; 130 is needed.",
  ]);
  assert.deepEqual(await mismatches({ server }), []);
  await assert.rejects(mismatches({ server, openJson: sqlError(1205) }), { number: 1205 });
});

test('an index refuses every duplicate if it is in use, and leaves out no rows but those that lack part of its key', async () => {
  const key = (more: object) =>
    ['code', 'born'].map((name) => column('contact', name, 'int', { indexId: 2, refuses: 1, ...more }));
  const cases = [
    { rows: key({}), refuses: true },
    { rows: key({ filter: '([code] IS NOT NULL AND [born] IS NOT NULL)' }), refuses: true },
    { rows: key({ filter: '([born]>(0))' }), refuses: false },
    { rows: key({ filter: '([born] IS NOT NULL AND [gone] IS NOT NULL)' }), refuses: false },
    { rows: key({ refuses: 0 }), refuses: false },
    { rows: [...key({}), column('contact', 'third', 'int', { indexId: 2, refuses: 1 })], refuses: false },
  ];
  for (const [index, { rows, refuses }] of cases.entries()) {
    const db = scriptedConnection(() => [rows]);
    const table = await readTable(db, 'm', 'contact');
    assert.ok(table !== undefined);
    assert.equal(refusesDuplicates(table, ['born', 'Code']), refuses, String(index));
  }
});
