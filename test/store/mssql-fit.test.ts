import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, misfitOf } from '../../src/store/mssql/fit.ts';
import { asJsonText, declareText, textOf } from '../../src/store/mssql/json-text.ts';
import { catalogColumn } from './mssql-plan.ts';
import type { CatalogColumn } from '../../src/store/mssql/catalog.ts';

const CASES: readonly [column: CatalogColumn, fits: readonly string[], not: readonly string[]][] = [
  [catalogColumn('c', 'tinyint'), ['0', '255', '+7'], ['-1', '256', '1.0', 'x', '']],
  [catalogColumn('c', 'bigint'), ['-9223372036854775808', '9223372036854775807'], ['9223372036854775808', '1e3']],
  [
    catalogColumn('c', 'decimal', { precision: 6, scale: 2 }),
    ['9999.99', '-9999.994', '.5', '5.', '000001.5'],
    ['10000', '9999.995', '.', '-', 'x', '1e2', '1,000'],
  ],
  [catalogColumn('c', 'float'), ['1e300', '-0.1'], ['1e999', 'x', ' ']],
  [catalogColumn('c', 'real'), ['1e38'], ['1e39']],
  [catalogColumn('c', 'nvarchar', { length: 3 }), ['abc', 'abc   '], ['abcd', '\u{1F600}\u{1F600}']],
  [catalogColumn('c', 'varchar', { length: -1 }), ['x'.repeat(9000)], []],
  [
    catalogColumn('c', 'varchar', { length: 4, codePage: 65_001 }),
    ['abcd', 'éé', '\u{1F600}', 'éé  '],
    ['ééa', '漢字'],
  ],
  [catalogColumn('c', 'varchar', { length: 2, codePage: 1252 }), ['éé', '漢字', '\u{1F600}\u{1F600}'], ['ééa']],
  [catalogColumn('c', 'varchar', { length: 2, codePage: 932 }), ['漢字'], ['漢字a']],
  [
    catalogColumn('c', 'date'),
    ['2024-02-29', '0001-01-01T23:59:59'],
    ['2023-02-29', '2024-13-01', '0000-01-01', '2024-1-1'],
  ],
  [catalogColumn('c', 'datetime'), ['1753-01-01T00:00:00'], ['1752-12-31T23:59:59', '2024-01-01T24:00:00']],
  [catalogColumn('c', 'smalldatetime'), ['2079-06-06T23:59:00'], ['1899-12-31T00:00:00', '2079-06-07T00:00:00']],
  [catalogColumn('c', 'time'), ['00:00:00', '23:59:59.1234567'], ['24:00:00', '1:00:00', 'quarter past']],
  [
    catalogColumn('c', 'uniqueidentifier'),
    ['235d1eb5-8dd7-4c1a-8ece-559df8c67da1'],
    ['235d1eb58dd74c1a8ece559df8c67da1', 'none'],
  ],
  [catalogColumn('c', 'hierarchyid'), ['left to the server'], []],
];

for (const [column, fits, not] of CASES) {
  test(`what a ${column.type} surely cannot hold is known before it is sent`, () => {
    const misfit = misfitOf(column);
    assert.deepEqual(
      fits.map(misfit),
      fits.map(() => null),
    );
    assert.deepEqual(
      not.map((text) => misfit(text) !== null),
      not.map(() => true),
    );
  });
}

const cut = (text: string, length: number, codePage: number | null) => cutText(text, { length, codePage }, 8);

test('a text is cut to what its column surely holds, between characters', () => {
  assert.equal(cut('abcdefghij', 4, null), 'abcd');
  assert.equal(cut('abcdefghij', 20, null), 'abcdefgh');
  assert.equal(cut('abcdefghij', -1, 1252), 'abcdefgh');
  assert.equal(cut('abc\u{1F600}', 4, null), 'abc');
  assert.equal(cut('éééé', 5, 65_001), 'éé');
  assert.equal(cut('漢字漢字漢', 8, 932), '漢字漢字');
  assert.equal(cut('éééé', 4, 1252), 'éééé');
  assert.equal(cut('short', 5, 65_001), 'short');
});

test('a misfit is worded with the type of the column and without the value', () => {
  assert.equal(
    misfitOf(catalogColumn('c', 'decimal', { precision: 18, scale: 2 }))('secret'),
    'does not fit decimal(18, 2)',
  );
  assert.equal(misfitOf(catalogColumn('c', 'int', { nullable: false }))(null), 'must not be NULL');
});

test('text travels as it is where JSON escapes are decoded, and by stand-ins where they are not', () => {
  const text = 'a "b" \\ \t\r\n é';
  assert.equal(asJsonText({ decodesEscapes: true, longest: Infinity }, text), text);
  const odd = { decodesEscapes: false, longest: 20 };
  const sent = asJsonText(odd, text);
  assert.equal(JSON.stringify(sent), `"${sent}"`);
  assert.equal(asJsonText(odd, 'x'.repeat(21)), null);
  assert.equal(asJsonText(odd, 'a stand-in itself: \uF8D0'), null);
  assert.equal(textOf(odd, 'r.c0'), 'TRANSLATE(r.c0, @stand_ins, @characters)');
  assert.match(declareText(odd), /^DECLARE @stand_ins nvarchar\(8\) = NCHAR\(63696\) \+ /u);
});
