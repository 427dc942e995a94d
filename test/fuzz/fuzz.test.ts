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
    inputs: 60,
    least: { loaded: 8, refused: 20, mapped: 2 },
  },
  'expressions are read alike when printed, and have a value in every row': {
    target: expressionTarget(7),
    inputs: 1000,
    least: { parsed: 165, evaluated: 100, refused: 165 },
  },
  'documents are read as a strict parser of other people reads them, and mapped alike': {
    target: peerTarget(7),
    inputs: 200,
    least: { wellFormed: 33, malformed: 33, mapped: 33 },
  },
  'rows of random documents have keys of their own, and parents': {
    target: rowTarget(7),
    inputs: 500,
    least: { mapped: 100, rejected: 33, rows: 330 },
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
