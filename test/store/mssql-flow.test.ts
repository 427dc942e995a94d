import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writerStore } from '../../src/store/mssql/group.ts';
import { sourceStore } from '../../src/store/mssql/source.ts';
import { namesOf } from '../../src/store/names.ts';
import { groupServer, planOf } from './mssql-group-server.ts';
import { partPlan } from './mssql-plan.ts';
import { scriptedContext, scriptedConnection, sqlError } from './mssql-script.ts';
import type { Cells } from '../support/rows.ts';
import { mapped as mappedBy, PLACES, rejected, LONG } from './suite/world.ts';
import { MSSQL } from '../../src/store/mssql/dialect.ts';
import type { Repertoire } from '../../src/store/mssql/code-page.ts';
import type { Plan } from '../../src/store/mssql/group-plans.ts';
import type { Claim, Group, GroupDocument } from '../../src/store/port.ts';

const WORK_SET = {
  schema: 'm',
  sourceTable: 'app_xml',
  sourceColumn: 'doc',
  application: null,
  logTable: 'processing_log',
};
const NAMES = namesOf(WORK_SET, MSSQL);
const CLAIM: Claim = {
  runId: 'r',
  instanceId: 3,
  token: 't',
  sessionId: 's',
  contractHash: 'abc',
  issues: [],
  samples: [],
  unmatched: null,
  latest: null,
};

type Server = ReturnType<typeof groupServer>;

/** What the statement sent as the n-th was given. */
function valuesOf(server: Server, index = 0): Record<string, unknown> {
  const inputs = server.db.sent.at(index)?.inputs ?? {};
  return Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, value]));
}

/** A writer to a server, with what it forgot of its plans. */
function writerTo(server: Server, plan: Partial<Plan> = {}) {
  const forgotten: string[] = [];
  const made = { ...planOf(NAMES), ...plan };
  const plans = { of: async () => made, forget: (runId: string) => void forgotten.push(runId) };
  const repertoire: Repertoire = new Map();
  const store = writerStore(scriptedContext(server.db, WORK_SET, LONG), plans, repertoire);
  const write = (documents: readonly GroupDocument[], more: Partial<Group> = {}) =>
    store.writeGroup(CLAIM, {
      documents,
      cursor: '99',
      range: { start: '1', end: null },
      tables: made.tables.map(({ table }) => table),
      dryRun: false,
      ...more,
    });
  return { ...store, write, forgotten, tables: made.tables.map(({ table }) => table) };
}

const KNOWN = planOf(NAMES).tables.map(({ table }) => table);

const mapped = (appId: number, base: Cells = {}, others: Readonly<Record<string, readonly Cells[]>> = {}) =>
  mappedBy(appId, base, others, KNOWN);

const documents = (...ids: readonly number[]) => ids.map((id) => mapped(id, { title: `d${id}` }));

test('a group is one statement with the fence of its claim, its cursor, its range and its counts', async () => {
  const server = groupServer();
  const result = await writerTo(server).write(documents(1, 2));
  assert.equal(result.result, 'written');
  assert.equal(server.db.sent.length, 1);
  const values = valuesOf(server);
  assert.deepEqual(values, {
    documents: '[[0,"1",0,null,null],[1,"2",0,null,null]]',
    roots: '[[0,"1"],[1,"2"]]',
    t0: '[[0,0,"",1,"1","d1"],[1,1,"",1,"2","d2"]]',
    t1: '[]',
    success: 2,
    failed: 0,
    present: 0,
    skippable: 0,
    updating: 0,
    run_id: 'r',
    instance_id: 3,
    token: 't',
    cursor: '99',
    lease: 60,
    alive: 60,
    batch: 1,
    issues: '[]',
    samples: '[]',
    unmatched: JSON.stringify({ missed: [], unasked: PLACES }),
    session_id: 's',
    contract_mark: values['contract_mark'],
    elsewhere: 0,
    range_start: '1',
    range_end: null,
    again: 0,
  });
  assert.ok(typeof values['contract_mark'] === 'string' && values['contract_mark'] !== '');
  if (result.result !== 'written') return;
  assert.equal(result.totals.documents, 2);
  assert.equal(result.status, 'running');
  assert.deepEqual(result.claim.latest, [12, 2, 0]);
});

test('from the second attempt on the statement asks whether the first was a commit', async () => {
  const server = groupServer({ attempts: [0, 1] });
  await writerTo(server).write(documents(1));
  assert.deepEqual(
    server.db.sent.map(({ inputs }) => inputs['again']?.value),
    [0, 1],
  );
});

test('a duplicate key is looked at once more whole, since another session may have written it meanwhile', async () => {
  const server = groupServer({ once: [sqlError(2627)] });
  await writerTo(server).write(documents(1, 2));
  const [first, second] = server.db.sent.map(({ inputs }) => inputs['t0']?.value);
  assert.equal(server.db.sent.length, 2);
  assert.equal(first, second);
  assert.deepEqual(server.log, ['1', '2']);
});

test('after a duplicate that an index refused, the group is sent again with what looks for duplicates, and so are all that follow', async () => {
  const server = groupServer({ once: [sqlError(2601), sqlError(2627)] });
  const writer = writerTo(server, partPlan(NAMES, { masks: ['011'], keys: [['code', 'born']] }));
  await writer.write([rejected(1, 'bad')]);
  await writer.write([rejected(2, 'bad')]);
  // The second refusal is another session's doing, and looked at once more as ever.
  assert.deepEqual(
    server.db.sent.map(({ sql }) => sql.includes('rank_first')),
    [false, true, true, true],
  );
  assert.deepEqual(server.log, ['1 failed bad', '2 failed bad']);
});

test('a duplicate key that stays is halved to its document, which fails without its rows', async () => {
  const server = groupServer({ bad: new Map([['3', sqlError(2601, "in object 'm.notes' with unique index 'ux'")]]) });
  const result = await writerTo(server).write(documents(1, 2, 3, 4));
  assert.deepEqual(server.log, [
    '1',
    '2',
    '3 failed constraint_violation: duplicate key: m.notes, ux (SQL error 2601)',
    '4',
  ]);
  assert.deepEqual(server.pieces, ['1 2 3 4', '1 2 3 4', '1 2', '3 4', '3 4', '3', '3', '3', '4']);
  // Only the last piece ends the group, and only it carries its cursor.
  assert.deepEqual(server.ends, ['2:0', '3:0', '99:1']);
  assert.ok(result.result === 'written');
  assert.deepEqual([result.totals.documents, result.totals.failed, result.totals.batches], [4, 1, 1]);
});

test('an error that nobody knows is halved too, and its document fails if it is written without its rows', async () => {
  for (const number of [50_001, 511, 1946, 3609, 6522, 6905, 8134, 9420, 33_557_097]) {
    const server = groupServer({ bad: new Map([['2', sqlError(number, 'says "secret"')]]) });
    await writerTo(server).write(documents(1, 2, 3));
    const [first, second = '', third] = server.log;
    assert.deepEqual([first, third], ['1', '3'], String(number));
    assert.match(second, new RegExp(`^2 failed constraint_violation: .*\\(SQL error ${number}\\)$`));
    assert.doesNotMatch(second, /secret/);
  }
});

test('an error that stays without any rows is no document’s: it stops the slice, and what was written before stays', async () => {
  const server = groupServer({ always: (id) => (Number(id) > 2 ? sqlError(50_000, 'frozen') : null) });
  await assert.rejects(writerTo(server).write(documents(1, 2, 3, 4)), {
    name: 'StoreError',
    message: 'SQL Server: frozen (SQL error 50000)',
    transient: false,
  });
  assert.deepEqual(server.log, ['1', '2']);
});

test('a rejected document that the log refuses stops the slice', async () => {
  const server = groupServer({ always: () => sqlError(2628, "table 'processing_log'") });
  await assert.rejects(writerTo(server).write([rejected(1)]), { name: 'StoreError' });
  assert.deepEqual(server.log, []);
});

test('what is known to be no document’s fault stops at once, and the plan is made anew', async () => {
  for (const number of [208, 229, 1105, 9002, 18_456]) {
    const server = groupServer({ bad: new Map([['1', sqlError(number)]]) });
    const writer = writerTo(server);
    await assert.rejects(writer.write(documents(1, 2)), { name: 'StoreError', transient: false });
    assert.equal(server.db.sent.length, 1, String(number));
    assert.deepEqual(writer.forgotten, ['r']);
  }
  const slip = groupServer({ bad: new Map([['1', new TypeError('a slip of ours')]]) });
  await assert.rejects(writerTo(slip).write(documents(1, 2)), /a slip of ours/);
  assert.equal(slip.db.sent.length, 1);
});

test('a lost lease is told and nothing more is sent, also between halves', async () => {
  const lost = groupServer({ lostAfter: 0 });
  assert.deepEqual(await writerTo(lost).write(documents(1, 2)), { result: 'lost' });
  assert.equal(lost.db.sent.length, 1);
  const later = groupServer({ bad: new Map([['1', sqlError(547)]]), lostAfter: 4 });
  assert.deepEqual(await writerTo(later).write(documents(1, 2, 3, 4)), { result: 'lost' });
  assert.deepEqual(later.pieces, ['1 2 3 4', '1 2', '1', '1', '2']);
  assert.deepEqual(later.log, [
    '1 failed constraint_violation: a foreign key or check constraint refuses a row (SQL error 547)',
  ]);
});

test('documents that another session has logged leave the group and are counted as done elsewhere', async () => {
  const server = groupServer({ taken: ['2'] });
  const result = await writerTo(server).write(documents(1, 2, 3));
  assert.deepEqual(server.pieces, ['1 2 3', '1 3']);
  assert.ok(result.result === 'written');
  assert.deepEqual([result.totals.documents, result.totals.doneByAnother], [3, 1]);
});

test('documents whose root row is there are sent again without their rows, as a success, also those that the database refuses', async () => {
  const server = groupServer({ taken: ['3'], present: ['1', '2'], bad: new Map([['2', sqlError(547)]]) });
  const result = await writerTo(server).write([
    ...documents(1, 2, 3, 4),
    rejected(5),
    mapped(6, { title: 'x'.repeat(41) }),
  ]);
  assert.deepEqual(server.pieces, ['1 2 3 4 5 6', '1 2 4 5 6', '1 2 4 5 6']);
  assert.deepEqual(server.log.slice(0, 3), ['1', '2', '4']);
  assert.deepEqual(valuesOf(server, 2)['roots'], '[[2,"4"],[4,"6"]]');
  assert.deepEqual(valuesOf(server, 2)['t0'], '[[0,2,"",1,"4","d4"]]');
  assert.ok(result.result === 'written');
  const { documents: all, success, failed, alreadyPresent, doneByAnother } = result.totals;
  assert.deepEqual([all, success, failed, alreadyPresent, doneByAnother], [6, 1, 2, 2, 1]);
});

test('a document that is given twice is written once and counted twice', async () => {
  const server = groupServer();
  await writerTo(server).write([...documents(1), ...documents(1)]);
  assert.deepEqual(server.log, ['1']);
  assert.equal(valuesOf(server)['elsewhere'], 1);
});

test('a document with a value that its column cannot hold is sent without its rows, without asking the server', async () => {
  const server = groupServer();
  await writerTo(server).write([mapped(1, { title: 'x'.repeat(41) }), mapped(2, { title: 'fits' })]);
  assert.deepEqual(server.log, ['1 failed constraint_violation: app_base.title does not fit varchar(40)', '2']);
  assert.equal(server.db.sent.length, 1);
  assert.equal(valuesOf(server)['t0'], '[[0,1,"",1,"2","fits"]]');
});

test('result sets of triggers before the answer are passed over', async () => {
  const server = groupServer({ before: [[{ name: 'audit' }], [{ result: 42 }], [{ result: 'lost' }], []] });
  const result = await writerTo(server).write(documents(1));
  assert.equal(result.result, 'written');
  const taken = groupServer({ before: [[{ position: 'x' }]], taken: ['1'] });
  const { result: second } = await writerTo(taken).write(documents(1, 2));
  assert.equal(second, 'written');
  assert.deepEqual(taken.log, ['2']);
});

test('issues and samples of one piece go on in the next, and a reason is cut to what the log column holds', async () => {
  const issue = { kind: 'cut', table: 'app_base', column: 'title' };
  const [first, second] = documents(1, 2).map((document) => ({ ...document, issues: [issue] }));
  assert.ok(first !== undefined && second !== undefined);
  const server = groupServer({ bad: new Map([['2', sqlError(547)]]) });
  const result = await writerTo(server, { reason: { length: 20, codePage: 65_001 } }).write([first, second]);
  assert.deepEqual(server.log, ['1', '2 failed constraint_violation']);
  assert.ok(result.result === 'written');
  assert.deepEqual(result.claim.issues, [{ ...issue, documents: 2, appIds: ['1', '2'] }]);
  assert.equal(valuesOf(server, -1)['samples'], '[[12,1,0]]');
});

test('characters that a code page lacks are asked for once, and counted of the documents that have them', async () => {
  const server = groupServer();
  const writer = writerTo(server);
  const result = await writer.write([
    mapped(1, { title: 'é' }),
    mapped(2, { title: '漢' }),
    mapped(3, { title: 'plain' }),
  ]);
  assert.ok(result.result === 'written');
  const lost = { kind: 'text_not_representable', table: 'app_base', column: 'title', documents: 1, appIds: ['2'] };
  assert.deepEqual(result.claim.issues, [lost]);
  await writer.write([mapped(4, { title: 'é漢' })]);
  assert.deepEqual(server.asked, ['é漢']);
});

test('rows that have no place to go are refused before anything is written', async () => {
  const server = groupServer();
  const missing = new Map([['notes', 'there is no table [m].[notes]']]);
  const writer = writerTo(server, { missing });
  await assert.rejects(writer.write([mapped(1, {}, { notes: [{ note: 'x' }] })]), /no table \[m\]\.\[notes\]/);
  await assert.rejects(writer.write([mapped(1, {}, { other: [{}] })]), /rows of table other/);
  await assert.rejects(writer.write([mapped(1, { colour: 'red' })]), /a row of \d+ values for \d+ columns of app_base/);
  assert.deepEqual(server.db.sent, []);
});

test('a dry run counts what it has, and writes no row', async () => {
  const server = groupServer();
  const bad = { ...mapped(1), issues: [{ kind: 'cut', table: null, column: null }] };
  const result = await writerTo(server).write([bad, ...documents(2), rejected(3)], { dryRun: true });
  assert.ok(result.result === 'written');
  const values = valuesOf(server);
  assert.deepEqual([values['count'], values['success'], values['failed'], values['rows']], [3, 2, 1, 2]);
  assert.doesNotMatch(server.db.sent[0]?.sql ?? '', /INSERT/);
  assert.equal(result.claim.issues.length, 1);
  const broken = groupServer({ always: () => sqlError(547) });
  await assert.rejects(writerTo(broken).write(documents(1), { dryRun: true }), { name: 'StoreError' });
});

test('the statement is compiled once by a group that the fence refuses, and again if that failed', async () => {
  const server = groupServer({ lostAfter: 0, once: [sqlError(208)] });
  const writer = writerTo(server);
  await assert.rejects(writer.prepareGroups('r', writer.tables), { name: 'StoreError' });
  await Promise.all([writer.prepareGroups('r', writer.tables), writer.prepareGroups('r', writer.tables)]);
  await writer.prepareGroups('r', writer.tables);
  assert.equal(server.db.sent.length, 2);
  assert.deepEqual(server.log, []);
  const { run_id: runId, instance_id: instanceId, documents: sent } = valuesOf(server, 1);
  assert.deepEqual([runId, instanceId, sent], ['r', -1, '[]']);
});

test('a page comes ordered as the server orders ids, whatever order it gives its rows in', async () => {
  const rows = [
    ['10', 3],
    ['9', 2],
    ['-1', 1],
    ['100', 4],
  ].map(([appId, place]) => ({ appId, xml: `<d id="${appId}"/>`, found: 5, place }));
  const db = scriptedConnection(({ sql }) => [sql.includes('COLLATIONPROPERTY') ? [] : rows]);
  const partition = { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: { start: null, end: null } } as const;
  const { readPage } = sourceStore(scriptedContext(db, WORK_SET));
  const page = await readPage({ partition, cursor: null, maxDocuments: 4, maxBytes: 1000 });
  assert.deepEqual(
    page.documents.map(({ appId }) => appId),
    ['-1', '9', '10', '100'],
  );
  assert.equal(page.last, false);
});

test('documents are asked for in the bytes that the server keeps of them, and as text where those are not known', async () => {
  const utf16 = Buffer.from('ä€', 'utf16le');
  const windows = Buffer.from([0xe4, 0x80]);
  const refused = sqlError(529, 'no such conversion');
  const cases = [
    { type: 'nvarchar', sample: utf16, page: 'CAST(d.[doc] AS varbinary(max)) AS xml', encoding: 'utf-16le' },
    {
      type: 'nvarchar',
      sample: windows,
      utf8: [[{ sample: Buffer.from('ä€') }]],
      page: 'AS ntext) AS varbinary(max)) AS xml',
      encoding: 'utf-8',
    },
    { type: 'nvarchar', sample: windows, utf8: [[{ sample: utf16 }]], page: 'appId, d.[doc] AS xml' },
    { type: 'nvarchar', sample: windows, utf8: refused, page: 'appId, d.[doc] AS xml' },
    {
      type: 'varchar',
      codePage: 1252,
      sample: utf16,
      page: 'CAST(d.[doc] AS varbinary(max)) AS xml',
      encoding: 'windows-1252',
    },
    { type: 'varchar', codePage: 932, sample: utf16, page: 'appId, d.[doc] AS xml' },
    { type: 'xml', sample: utf16, page: 'appId, d.[doc] AS xml' },
  ];
  for (const { type, codePage = null, sample, utf8, page, encoding } of cases) {
    const db = scriptedConnection(({ sql }) => {
      if (sql.includes('COLLATIONPROPERTY')) return [[{ type, codePage, sample }]];
      if (!sql.includes('AS xml')) return utf8 ?? [];
      return [[{ appId: '1', xml: sql.includes('varbinary') ? sample : 'ä€', found: 1, place: 1 }]];
    });
    const partition = { by: 'modulo', instanceId: 0, instanceCount: 1, bounds: { start: null, end: null } } as const;
    const { readPage, readDocuments } = sourceStore(scriptedContext(db, WORK_SET));
    const [document] = (await readPage({ partition, cursor: null, maxDocuments: 4, maxBytes: 1000 })).documents;
    assert.ok(db.sent.at(-1)?.sql.includes(page), `${type} ${page}`);
    assert.equal(document?.encoding, encoding);
    // Nothing takes these to a thread.
    const [again] = await readDocuments(['1']);
    assert.equal(again?.encoding, encoding === 'utf-16le' ? undefined : encoding);
  }
});
