import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redoStore } from '../../src/store/mssql/redo.ts';
import { scriptedContext, scriptedConnection, sqlError } from './mssql-script.ts';
import { TABLES } from './suite/world.ts';
import type { WorkSet } from '../../src/store/destination.ts';

const WORK_SET: WorkSet = { schema: 'm', sourceTable: 's', sourceColumn: 'x', application: null, logTable: 'log' };

test('redo tells what its one answer holds, and asks for it in the order children, parents, log', async () => {
  const db = scriptedConnection(() => [
    [
      { kind: 'without_source', name: '3', number: '0' },
      { kind: 'documents', name: '', number: '2' },
      { kind: 'rows', name: 'address', number: '4' },
      { kind: 'rows', name: 'contact', number: '0' },
    ],
  ]);
  assert.deepEqual(await redoStore(scriptedContext(db, WORK_SET)).redo(['1', '2', '3'], TABLES, { dryRun: false }), {
    documents: 2,
    rows: [{ table: 'address', rows: 4 }],
    withoutSource: ['3'],
  });
  const sql = db.sent[0]?.sql ?? '';
  const places = [
    'DELETE r0 FROM [m].[address]',
    'DELETE r0 FROM [m].[contact]',
    'DELETE FROM [m].[log]',
    'COMMIT',
  ].map((part) => sql.indexOf(part));
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    places,
  );
  assert.doesNotMatch(sql, /DELETE r0 FROM \[m\]\.\[scores\]/);
});

test('a dry redo deletes nothing', async () => {
  const db = scriptedConnection(() => [[]]);
  await redoStore(scriptedContext(db, WORK_SET)).redo(['1'], TABLES, { dryRun: true });
  assert.doesNotMatch(db.sent[0]?.sql ?? '', /DELETE/);
});

test('a foreign key that refuses is told as such, anything else is thrown', async () => {
  const refusing = redoStore(
    scriptedContext(
      scriptedConnection(() => sqlError(547)),
      WORK_SET,
    ),
  );
  assert.equal(await refusing.redo(['1'], TABLES, { dryRun: false }), 'referred_to');
  const broken = redoStore(
    scriptedContext(
      scriptedConnection(() => sqlError(208)),
      WORK_SET,
    ),
  );
  await assert.rejects(broken.redo(['1'], TABLES, { dryRun: false }));
});
