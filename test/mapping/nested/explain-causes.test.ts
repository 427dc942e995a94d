import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnyContract } from '../../../src/contract/contract.ts';
import { parseAnyContract } from '../../../src/contract/load.ts';
import { openExplanation } from '../../../src/mapping/explain/explain.ts';
import { assertWhy, columnOf, type Why } from '../../support/explained.ts';
import { NOW } from '../small-line.ts';

function nested(columns: string, table = ''): AnyContract {
  const text = `format: 2
product_line: notes
schema: dbo
source: { table: t, column: x, id: id }
document: { root: r }
namespaces: { m: "urn:m" }
key: id
tables:
  rows:
    each: /r/n[@k='1']
    position: no
    ${table}
    columns:
      other: { from: "@k", type: int }
      ${columns}
`;
  return parseAnyContract(text, { format: 'yaml', productLine: 'notes' }).contract;
}

const NESTED: readonly (readonly [name: string, columns: string, inside: string, why: Why])[] = [
  [
    'a missing attribute',
    'a: { from: "@abc", type: int }',
    '<n k="1" abd="1"/>',
    ['no_attribute', /^\/r\/n \(line 1, column 4\) has no attribute abc\.$/, '@abd'],
  ],
  [
    'a missing element',
    'a: { from: x/y, type: int }',
    '<n k="1"><x><Y/></x></n>',
    ['no_path', /^\/r\/n\/x \(line 1, column 13\) has no element y\.$/, '/r/n/x/Y'],
  ],
  [
    'an element that a predicate leaves out',
    `a: { from: "x[@t='b']", type: int }`,
    '<n k="1"><x t="c">1</x></n>',
    ['filtered', /among x\[@t='b'\]: @t is "c" \(line 1, column 13\)\.$/, null],
  ],
  [
    'elements that a predicate leaves out',
    `a: { from: "x[@t='b']", type: int }`,
    '<n k="1"><x t="c">1</x><x/><x t="B"/><x t="d"/></n>',
    ['filtered', /^4 elements .*: @t is "c" \(.*\), @t is not there \(.*\), @t is "B" \(.*\), 1 more\.$/, null],
  ],
  [
    'too few elements',
    'a: { from: "x[2]", type: int }',
    '<n k="1"><x>1</x></n>',
    ['filtered', /not among x\[2\]: in line 1, column 13\.$/, null],
  ],
  [
    'an attribute of another namespace',
    'a: { from: "@m:x", type: int }',
    '<n k="1" x="1"/>',
    ['no_attribute', /has an attribute x, but of another namespace/, null],
  ],
  [
    'each of several paths',
    'a: { from: [x/y, "@z"], type: int }',
    '<n k="1"><x/></n>',
    ['no_path', /has no element y\. .* has no attribute z\.$/, null],
  ],
  [
    'an element that says it is nil',
    'a: { from: x, type: int }',
    '<n k="1"><x xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/></n>',
    ['blank', /xsi:nil/, null],
  ],
  [
    'a text that only children have',
    'a: { from: x, text: own, type: nvarchar(9) }',
    '<n k="1"><x><b>1</b></x></n>',
    ['blank', /no text of its own.*`text: all`/, null],
  ],
  [
    'a number with other marks',
    'a: { from: x, type: "decimal(9,2)" }',
    '<n k="1"><x>1.234,50</x></n>',
    ['unreadable', /`decimal: ","` and `group: "\."`\.$/, null],
  ],
  [
    'a number beyond its type',
    'a: { from: x, type: tinyint }',
    '<n k="1"><x>300</x></n>',
    ['unreadable', /smallint holds it\.$/, null],
  ],
  [
    'a fraction in an integer',
    'a: { from: x, type: int }',
    '<n k="1"><x>1.5</x></n>',
    ['unreadable', /a decimal could hold it\.$/, null],
  ],
  [
    'a day in another form',
    'a: { from: x, type: date }',
    '<n k="1"><x>31.12.2024</x></n>',
    ['unreadable', /`format: dd\.MM\.yyyy`/, null],
  ],
  [
    'a day that needs no format',
    'a: { from: x, type: date, format: dd/MM/yyyy }',
    '<n k="1"><x>2024-12-31</x></n>',
    ['unreadable', /without `format`\. The column reads dd\/MM\/yyyy\.$/, null],
  ],
  [
    'an hour that clocks skip',
    'a: { from: x, type: datetime2(0), zone: Europe/Berlin }',
    '<n k="1"><x>2024-03-31T02:30:00</x></n>',
    ['unreadable', /Europe\/Berlin has no such time\.$/, null],
  ],
  [
    'a word that is no bit',
    'a: { from: x, type: bit }',
    '<n k="1"><x>yes</x></n>',
    ['unreadable', /A `map` says what words/, null],
  ],
  [
    'a word that a map lacks',
    'a: { from: x, type: int, map: { values: { O: 1, S: 2 } } }',
    '<n k="1"><x>X</x></n>',
    ['unmapped', /^There is no entry for "X"\. There are O, S\.$/, null],
  ],
  [
    'a required column without a value',
    'a: { from: "@abc", type: int, required: true }',
    '<n k="1" abd="1"/>',
    ['required', /has no attribute abc\.$/, '@abd'],
  ],
  [
    'a division by zero',
    'b: { from: x, type: int }\n      a: { expr: "1 / b", type: int }',
    '<n k="1"><x>0</x></n>',
    ['unreadable', /could not be computed from b "0"/, null],
  ],
  ['a blank element', 'a: { from: x, type: int }', '<n k="1"><x> </x></n>', ['blank', /blank/, null]],
  [
    'a text that is no number',
    'a: { from: x, type: int }',
    '<n k="1"><x>abc</x></n>',
    ['unreadable', /^"abc" cannot be read as int\.$/, null],
  ],
  [
    'a default',
    'a: { from: x, type: int, default: 3 }',
    '<n k="1"/>',
    ['default', /takes "3"\. .*has no element x\.$/, null],
  ],
  [
    'a text that is too long',
    'a: { from: x, type: nvarchar(2), long: cut }',
    '<n k="1"><x>abc</x></n>',
    ['cut', /^"abc" is longer/, null],
  ],
  [
    'several values',
    'a: { from: x, type: int }',
    '<n k="1"><x>1</x><x>2</x></n>',
    ['several', /^Of the 2 values/, null],
  ],
  [
    'rounded digits',
    'a: { from: x, type: "decimal(5,1)" }',
    '<n k="1"><x>1.25</x></n>',
    ['rounded', /^"1\.25" has more digits/, null],
  ],
  [
    'an expression',
    'b: { from: x, type: int }\n      a: { expr: "b + 1", type: int }',
    '<n k="1"/>',
    ['no_value', /There is no value of b\.$/, null],
  ],
];

describe('why a column of format 2 is not what the document has', () => {
  for (const [name, columns, inside, why] of NESTED) {
    it(name, () =>
      assertWhy(columnOf(openExplanation(nested(columns))({ xml: `<r>${inside}</r>`, appId: '1' }, NOW), 'a'), why),
    );
  }

  it('elements are left out by predicates, rows by conditions', () => {
    const explain = openExplanation(nested('a: { from: "@a", type: int }', 'where: a > 1'));
    const xml = '<r><n k="2"/><n k="1" a="1"/><n a="3"/><n k="1" a="2"/></r>';
    const [table] = explain({ xml, appId: '1' }, NOW).tables;
    assert.deepEqual(
      table?.rows.map(({ at }) => at?.path),
      ['/r/n[4]'],
    );
    assert.deepEqual(
      table.left.map(({ at, attribute, rule }) => [at?.path, attribute, rule]),
      [
        ['/r/n[1]', 'k', `it is not among /r/n[@k='1']: @k is "2"`],
        ['/r/n[3]', 'k', `it is not among /r/n[@k='1']: @k is not there`],
        ['/r/n[2]', null, 'the condition `where` of its table is not true of it: a is "1"'],
      ],
    );
  });

  it('what a condition looks at is no read of the last column', () => {
    const explain = openExplanation(
      nested('a: { from: "@a", type: int }\n      z: { from: "@z", type: int }', 'where: a > 1'),
    );
    const [table] = explain({ xml: '<r><n k="1" a="1"/></r>', appId: '1' }, NOW).tables;
    const last = table?.left[0]?.columns.at(-1);
    assert.deepEqual([last?.column, last?.read, last?.reason?.code], ['z', [], 'no_attribute']);
  });

  it('a table that was not tried since the document was rejected says so', () => {
    const text = nested(
      'a: { from: "@a", type: int, required: true }',
      'tables: { more: { columns: { b: { from: "@b", type: int } } } }',
    );
    const { tables } = openExplanation(text)({ xml: '<r><n k="1"/></r>', appId: '1' }, NOW);
    assert.equal(tables[1]?.empty?.sentence, 'The document was rejected before.');
  });

  it('a table without rows says what its path does not find', () => {
    const { tables, outcome, reason } = openExplanation(nested(''))({ xml: '<r><N k="1"/></r>', appId: '1' }, NOW);
    assert.deepEqual([outcome, reason], ['rejected', 'no rows: No table gets a row of it.']);
    assertWhy({ reason: tables[0]?.empty ?? null }, [
      'no_path',
      /^\/r \(line 1, column 1\) has no element n\.$/,
      '/r/N',
    ]);
  });

  it('a required column that rejects the document is named with its cause', () => {
    const explanation = openExplanation(nested('a: { from: "@a", type: int, required: true }'))(
      { xml: '<r><n k="1" a="x"/></r>', appId: '1' },
      NOW,
    );
    assert.equal(explanation.outcome, 'rejected');
    assertWhy(columnOf(explanation, 'a'), ['unreadable', /^"x" cannot be read as int\.$/, null]);
  });
});
