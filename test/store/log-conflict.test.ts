import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkSet } from '../../src/store/destination.ts';
import { logConflict } from '../../src/store/log-conflict.ts';

const ORDERS: WorkSet = {
  schema: 'dbo',
  sourceTable: 'orders',
  sourceColumn: 'xml',
  application: null,
  logTable: 'processing_log',
};
const user = (name: string, changes: Partial<WorkSet> = {}) => ({ name, workSet: { ...ORDERS, ...changes } });

test('two lines with one log table and two sources are in conflict, which names the other and the way out', () => {
  assert.deepEqual(
    logConflict(user('returns', { sourceTable: 'returns' }), [user('orders', { logTable: 'Processing_Log' })]),
    {
      place: 'returns',
      message: 'shares the log table dbo.processing_log with orders, which reads dbo.orders.xml, not dbo.returns.xml',
      advice: 'Give one of the two contracts a log_table of its own.',
    },
  );
  const joined = { application: { schema: 'dbo', table: 'application' } };
  assert.match(
    logConflict(user('a', joined), [user('b')])?.message ?? '',
    /not dbo\.orders\.xml joined with dbo\.application$/,
  );
});

test('one source, another schema or another log table is no conflict', () => {
  const mine = user('mine', { sourceTable: 'ORDERS' });
  assert.equal(logConflict(mine, []), null);
  assert.equal(logConflict(mine, [user('same')]), null);
  assert.equal(logConflict(mine, [user('schema', { schema: 'other', sourceTable: 'x' })]), null);
  assert.equal(logConflict(mine, [user('log', { logTable: 'other_log', sourceTable: 'x' })]), null);
});
