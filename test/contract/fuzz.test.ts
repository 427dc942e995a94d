import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { parseAnyContract } from '../../src/contract/load.ts';

test('nesting without end is refused, not a crash', () => {
  const table = (depth: number): string => (depth === 0 ? '{}' : `{"each": "a", "tables": {"t": ${table(depth - 1)}}}`);
  const contract = `{"format": 2, "source": {"table": "d", "column": "b", "id": "i"}, "document": {"root": "r"}, "tables": {"t": ${table(3000)}}}`;
  for (const format of ['json', 'yaml'] as const) {
    assert.throws(() => parseAnyContract(contract, { format }), InputError);
  }
});
