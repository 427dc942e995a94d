import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY_INTEGER } from '../../src/document-id.ts';
import { planInstances } from '../../src/store/shares.ts';

const share = (number: number, first: string, last: string) => ({
  number,
  documents: 5,
  first,
  last,
  isLast: number === 1,
});
const EVERYTHING = { start: null, end: null };

function boundsOf(limit: number | null, bounds = EVERYTHING as { start: string | null; end: string | null }) {
  const request = { by: 'range', instanceCount: 3, bounds, limit } as const;
  return planInstances(request, ANY_INTEGER, [share(0, '10', '19'), share(1, '30', '39')]).map(
    ({ partition }) => partition.bounds,
  );
}

test('ranges touch and are open at the ends, so that what arrives between or before them belongs to one', () => {
  assert.deepEqual(boundsOf(null), [
    { start: null, end: '29' },
    { start: '30', end: null },
    { start: '1', end: '0' },
  ]);
  assert.deepEqual(boundsOf(null, { start: '5', end: '50' }).slice(0, 2), [
    { start: '5', end: '29' },
    { start: '30', end: '50' },
  ]);
});

test('a limit is an upper bound', () => {
  assert.deepEqual(boundsOf(10).slice(0, 2), [
    { start: null, end: '29' },
    { start: '30', end: '39' },
  ]);
});
