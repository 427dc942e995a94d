import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { contractTarget } from './contract.ts';
import { expressionTarget } from './expression.ts';
import { tooSlow } from './guard.ts';
import { peerTarget } from './peer.ts';
import { rowTarget } from './rows.ts';

/** What `npm run fuzz` does a thousand times as often; `least` says how many of each kind must be among the inputs. */
const TARGETS = {
  'contracts are loaded or refused with places, and make tables and rows': {
    target: contractTarget(7),
    inputs: 150,
    least: { loaded: 20, refused: 50, mapped: 5 },
  },
  'expressions are read alike when printed, and have a value in every row': {
    target: expressionTarget(7),
    inputs: 3000,
    least: { parsed: 500, evaluated: 300, refused: 500 },
  },
  'documents are read as a strict parser of other people reads them, and mapped alike': {
    target: peerTarget(7),
    inputs: 600,
    least: { wellFormed: 100, malformed: 100, mapped: 100 },
  },
  'rows of random documents have keys of their own, and parents': {
    target: rowTarget(7),
    inputs: 1500,
    least: { mapped: 300, rejected: 100, rows: 1000 },
  },
};

suite('whatever the input', () => {
  for (const [title, { target, inputs, least }] of Object.entries(TARGETS)) {
    test(title, () => {
      for (let index = 0; index < inputs; index += 1) assert.equal(target.attempt(index), null);
      const counts = target.summary();
      for (const [kind, count] of Object.entries(least))
        assert.ok((counts[kind] ?? 0) >= count, `${kind}: ${counts[kind]}`);
    });
  }
});

test('an input that takes more time than its length explains is a failure', () => {
  assert.equal(tooSlow(1000, 10), null);
  assert.equal(tooSlow(20_000, 1_000_000), null);
  assert.equal(tooSlow(20_000, 1000), 'took 20000 ms of CPU for 1000 characters, more than 1550 ms');
});
