import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pack, unpack } from '../../src/run/pack.ts';
import { anyText } from '../support/any-text.ts';

const text = anyText({ maxLength: 8 });
const nullable = fc.option(text, { nil: null });
const plain = { noNullPrototype: true } as const;
const issue = fc.record({ kind: text, table: nullable, column: nullable }, plain);
const table = fc.nat(3).chain((columns) =>
  fc.record(
    {
      table: text,
      rows: fc.array(
        fc.array(fc.oneof(text, fc.constant(null), fc.constant(undefined)), { minLength: columns, maxLength: columns }),
        { maxLength: 3, minLength: 1 },
      ),
    },
    plain,
  ),
);
const mapped = fc.record(
  {
    outcome: fc.constant('mapped' as const),
    appId: text,
    tables: fc.array(table, { maxLength: 3 }),
    issues: fc.array(issue, { maxLength: 3 }),
    matches: text,
    sourceHash: nullable,
  },
  plain,
);
const rejected = fc.record(
  {
    outcome: fc.constant('rejected' as const),
    appId: nullable,
    stage: fc.constantFrom('source', 'validation', 'parsing', 'mapping', 'constraint_violation', 'unknown'),
    reason: text,
    issues: fc.array(issue, { maxLength: 3 }),
    sourceHash: nullable,
  },
  plain,
);

test('what is packed comes out as it went in: absent values and null, empty texts, reasons and issues', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(mapped, rejected), { maxLength: 4 }), (documents) => {
      assert.deepEqual(unpack(structuredClone(pack(documents))), documents);
    }),
  );
});
