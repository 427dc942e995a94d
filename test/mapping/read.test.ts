import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openReader } from '../../src/mapping/read.ts';
import { DEFAULT_LIMITS, type Reach } from '../../src/xml/element.ts';
import { nodeCount } from '../../src/xml/tape.ts';
import { smallContract } from './small-line.ts';

const REACH: Reach = {
  paths: new Set(['/Provenir']),
  names: new Set(),
  attributes: new Set(['amount']),
  wanted: new Set(['amount']),
};

/** A document in which nothing but an attribute brings an element into reach, at a path of its own. */
function stray(index: number): string {
  return `<Provenir><s${index} amount="1"/><other/><other/></Provenir>`;
}

test('paths that an attribute brings into reach are learned, but no more than a thousand of them', () => {
  const contract = smallContract([{ column: 'a', attribute: 'a' }]);
  const read = openReader(contract, REACH, DEFAULT_LIMITS);
  const size = (index: number): number => {
    const reading = read({ xml: stray(index) });
    return reading.ok ? nodeCount(reading.tape) : assert.fail('well formed');
  };
  // The first of a path is read whole.
  assert.equal(size(0), 4);
  for (let index = 1; index < 2100; index += 1) size(index);
  // What was learned is read by its path alone, all else whole, however often it comes.
  assert.deepEqual([size(0), size(500), size(999)], [2, 2, 2]);
  assert.deepEqual([size(1050), size(1050)], [4, 4]);
});
