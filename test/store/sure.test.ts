import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ColumnType } from '../../src/store/destination.ts';
import { SQLITE } from '../../src/store/sqlite/dialect.ts';
import { sureOf } from '../../src/store/sqlite/sure.ts';

const TYPES: readonly ColumnType[] = [
  ...(['bit', 'tinyint', 'smallint', 'int', 'bigint', 'float'] as const).map((kind) => ({ kind })),
  ...(['date', 'datetime', 'smalldatetime', 'time', 'uniqueidentifier'] as const).map((kind) => ({ kind })),
  { kind: 'text', length: 3 },
  { kind: 'text', length: null },
  { kind: 'decimal', precision: 5, scale: 2 },
  { kind: 'decimal', precision: 15, scale: 15 },
  { kind: 'decimal', precision: 28, scale: 10 },
  { kind: 'exact', type: { kind: 'nvarchar', length: 4 } },
  { kind: 'exact', type: { kind: 'varbinary', length: 2 } },
  { kind: 'exact', type: { kind: 'datetimeoffset', scale: 7 } },
  { kind: 'exact', type: { kind: 'money' } },
  { kind: 'exact', type: { kind: 'xml' } },
];

const digits = fc.integer({ min: 0, max: 17 }).chain((length) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)));
const number = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.constantFrom('', '.'), digits)
  .map((parts) => parts.join(''));
const day = fc
  .tuple(
    fc.constantFrom('0000', '0001', '1900', '2023', '2024', '2079'),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  )
  .map(([year, ...rest]) => [year, ...rest.map((part) => String(part).padStart(2, '0'))].join('-'));
const time = fc
  .tuple(...[24, 60, 60].map((max) => fc.integer({ min: 0, max })), fc.constantFrom('', '.', '.1234567', '.12345678'))
  .map((parts) => parts.map((part) => (typeof part === 'number' ? String(part).padStart(2, '0') : part)))
  .map(([hour, minute, second, fraction]) => `${hour}:${minute}:${second}${fraction}`);
const moment = fc
  .tuple(day, fc.constantFrom('T', ' ', ''), time, fc.constantFrom('', 'Z', '+02:00'))
  .map((parts) => parts.join(''));
const text = fc.oneof(
  number,
  day,
  time,
  moment,
  fc.uuid(),
  fc.constantFrom(
    '0',
    '1',
    '0.5',
    '0.25',
    '0aFf',
    '255',
    '32768',
    '2147483648',
    '9007199254740993',
    'é漢\u{1F600}',
    '1e5',
    ' 7',
  ),
  fc.string({ maxLength: 5, unit: 'binary' }).filter((some) => some.isWellFormed()),
);

test('what is bound without being looked at meets the CHECK that its column would have, and is stored alike', () => {
  const db = new DatabaseSync(':memory:');
  const seen = new Map<ColumnType, number>();
  const columns = TYPES.map((type, at) => {
    const column = { name: 'c', type, nullable: true };
    db.exec(`CREATE TABLE t${at} (c ${SQLITE.typeOf(type, false)} ${SQLITE.check('s', 't', column)})`);
    return {
      type,
      sure: sureOf(type),
      insert: db.prepare(`INSERT INTO t${at} VALUES (?) RETURNING c, typeof(c) AS type`),
    };
  });
  fc.assert(
    fc.property(text, (value) => {
      for (const { type, sure, insert } of columns) {
        const bound = sure(value);
        if (bound === undefined) continue;
        seen.set(type, (seen.get(type) ?? 0) + 1);
        const stored = insert.get(bound);
        if (typeof bound === 'number' || typeof bound === 'bigint')
          assert.deepEqual({ ...stored }, { ...insert.get(storable(type, value)) }, value);
      }
    }),
    { numRuns: 1000 },
  );
  assert.deepEqual(
    TYPES.filter((type) => (seen.get(type) ?? 0) === 0),
    [],
  );
  db.close();
});

/** A decimal without affinity is bound as a number where it can be. */
function storable(type: ColumnType, value: string): string | number | bigint {
  if (SQLITE.typeOf(type, false) !== '') return value;
  return value.includes('.') ? Number(value) : BigInt(value);
}
