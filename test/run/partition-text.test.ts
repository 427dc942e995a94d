import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionText } from '../../src/run/partition-text.ts';

const OPEN = { start: null, end: null };

test('a partition is told as the original told it', () => {
  assert.equal(partitionText({ by: 'modulo', instanceId: 0, instanceCount: 3, bounds: OPEN }), 'app_id % 3 == 0');
});

test('bounds are told beside the split, and alone where they are the split', () => {
  const bounds = { start: '10', end: '20' };
  assert.equal(
    partitionText({ by: 'hash', instanceId: 1, instanceCount: 4, bounds }),
    'hash(app_id) % 4 == 1 and app_id >= 10 and app_id <= 20',
  );
  assert.equal(
    partitionText({ by: 'range', instanceId: 1, instanceCount: 4, bounds: { start: '10', end: null } }),
    'app_id >= 10',
  );
  assert.equal(partitionText({ by: 'range', instanceId: 0, instanceCount: 1, bounds: OPEN }), 'all documents');
});
