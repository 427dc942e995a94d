import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InputError } from '../../../src/errors.ts';
import { loadNested } from '../../../src/contract/nested/load.ts';
import { parseText } from '../../../src/contract/source.ts';

const HEAD = 'format: 2\nsource: { table: docs, column: body, id: id }\ndocument: { root: r }\n';

/** Faults as `place: message`, each with a line and column. */
function faultsOf(text: string): readonly string[] {
  try {
    loadNested(parseText(text, 'yaml'), 'line');
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    for (const { place } of error.faults) assert.match(place, /\(line \d+, column \d+\)$/);
    return error.faults.map(({ place, message }) => `${place.replace(/ \(line.*/, '')}: ${message}`);
  }
  return [];
}

const column = (keys: string): string => `${HEAD}tables: { a: { each: /r, columns: { v: { ${keys} } } } }`;
const rows = (keys: string, columns = 'v: { from: a, type: int }'): string =>
  `${HEAD}tables: { a: { each: /r/x, ${keys}, columns: { ${columns} } } }`;
const V = 'tables.a.columns.v';

/** Contracts that are wrong in one way, and what is said of them. */
const WRONG: readonly (readonly [contract: string, fault: string])[] = [
  [column('from: a, type: integer'), `${V}.type: integer is no type of SQL Server, which has int`],
  [column('from: a, type: boolean'), `${V}.type: boolean is no type of SQL Server, which has bit`],
  [
    column('from: a, type: varchar(9000)'),
    `${V}.type: varchar(9000) has other numbers than its type takes: 1 to 8000, or max`,
  ],
  [column('from: a, type: nchar(max)'), `${V}.type: nchar(max) has other numbers than its type takes: 1 to 4000`],
  [
    column('from: a, type: "decimal(40,2)"'),
    `${V}.type: decimal(40,2) has other numbers than its type takes: up to 38 digits, and of these so many behind the point`,
  ],
  [
    column('from: a, type: time(9)'),
    `${V}.type: time(9) has other numbers than its type takes: 0 to 7 digits of the fraction of a second`,
  ],
  [column('from: a, type: int(4)'), `${V}.type: int(4) has other numbers than its type takes: none`],
  [column('from: a, type: date, format: HH:mm'), `${V}.format: HH:mm reads no day, which date needs`],
  [
    column('from: a, type: time(0), format: [HH:mm, yyyy]'),
    `${V}.format[1]: yyyy reads no time of day, which time(0) needs`,
  ],
  [column('from: "@a", type: xml'), `${V}.from: finds no elements, and xml stores elements`],
  [column('from: a, type: xml, map: { x: y }'), `${V}.map: xml stores the element, which no map has`],
  [column('from: a, take: count, type: int, default: 3'), `${V}.default: default means nothing for a count`],
  [rows('unique: [v, V]'), 'tables.a.unique[1]: V is there twice'],
  [
    rows('unique: [v]', 'v: { from: a, type: int, unreadable: blank }'),
    `${V}.unreadable: columns of unique are required, and unreadable: blank contradicts it`,
  ],
  [rows('position: DOCUMENT_ID'), 'tables.a.position: DOCUMENT_ID is a column of the key of the document as well'],
  [
    rows('position: n', Array.from({ length: 1025 }, (_, i) => `c${i}: { from: a, type: int }`).join(', ')),
    'tables.a.columns: has 1025 columns, SQL Server takes 1024 with those of the key',
  ],
  [`${column('from: a, type: int')}\nlog: docs`, 'log: the log table is the source table'],
  [
    column('from: a, type: int').replace('id: id', 'id: id, join: { table: DOCS, on: id }'),
    'source.join.table: is the source table itself',
  ],
  [column('from: a, type: int').replace('id: id', 'id: Body'), 'source.id: is the column of XML as well'],
  [
    column('from: a, type: int').replace('root: r', 'root: r, id: ../@no'),
    'document.id: cannot match: it begins above the root element',
  ],
  [
    column('from: a, type: int').replace('root: r', 'root: r, id: /q/@no'),
    'document.id: cannot match: no document begins with it, as its root is r',
  ],
  [column('from: a, type: int').replace('root: r', 'root: /r/x'), 'document.root: /r/x is no name of an element'],
  [
    `${column('from: a, type: int')}\nlimits: { rows: 0 }`,
    'limits.rows: must be at least 1, or every document fails, found 0',
  ],
  [rows('each: [{ as: x }], position: n').replace('each: /r/x, ', ''), 'tables.a.each[0].path: is missing'],
  [rows('position: n').replace('/r/x', '""'), 'tables.a.each: must not be blank, found ""'],
];

describe('a contract of format 2 is refused', () => {
  for (const [contract, fault] of WRONG) {
    test(fault.slice(0, 100), () => assert.deepEqual(faultsOf(contract), [fault]));
  }

  test('with all that is wrong at once', () => {
    const contract = `format: 2
log: docs
source: { table: docs, column: body, id: body, id_type: float }
document: { root: r, id: ../@no }
tables:
  a:
    each: /q
    unique: [k, k]
    columns:
      k: { from: a, type: uuid }
      d: { from: b, type: date, format: HH, zone: Nowhere }
      x: { from: "@c", type: xml }
      e: { expr: "zz + 1", type: int }
    tables:
      b: { each: /r/y, position: K, columns: { w: { from: //y, type: int } } }
`;
    assert.deepEqual(
      faultsOf(contract)
        .map((fault) => fault.slice(0, fault.indexOf(':')))
        .toSorted(),
      [
        'document.id',
        'log',
        'source.id',
        'source.id_type',
        'tables.a.columns.d.format',
        'tables.a.columns.d.zone',
        'tables.a.columns.e.expr, column 1',
        'tables.a.columns.k.type',
        'tables.a.columns.x.from',
        'tables.a.each',
        'tables.a.tables.b.columns.w.from, column 1',
        'tables.a.tables.b.each',
        'tables.a.tables.b.position',
      ],
    );
  });
});

const warnings = (text: string) => loadNested(parseText(text, 'yaml'), 'line').warnings.map(({ message }) => message);

test('what is odd but legal is a warning', () => {
  assert.deepEqual(warnings(column('from: a, type: varchar(max), long: cut')), [
    'no text is too long for varchar(max)',
  ]);
  assert.deepEqual(
    warnings(rows('each: [{ as: x, path: /r/a }, { as: x, path: /r/b }], position: n').replace('each: /r/x, ', '')),
    ['x is there twice: name() does not tell these rows apart'],
  );
});

test('what every contract has and this one lacks keeps no other fault from being told', () => {
  const tables = 'tables: { a: { each: r, columns: { v: { from: "@v", type: in } } } }';
  const others = [
    /^tables\.a\.columns\.v\.type: in is no type/,
    /^tables\.a\.each: a top table begins at the document$/,
  ];
  const heads: readonly (readonly [head: string, ...RegExp[]])[] = [
    ['format: 2\n', /^source: is missing$/, /^document: is missing$/],
    ['format: 2\nsource: 5\ndocument: {}\n', /^source: must be an object/, /^document\.root: is missing$/],
    [
      'format: 2\nsource: { table: [], id: id }\ndocument: { root: [r, 5] }\n',
      /^source\.table: must be text/,
      /^source\.column: is missing$/,
      /^document\.root\[1\]: must be text/,
    ],
    ['format: 7\nsource: { table: t, column: c, id: i }\ndocument: { root: r }\n', /^format: must be 2/],
  ];
  for (const [head, ...own] of heads) {
    const faults = faultsOf(head + tables);
    assert.equal(faults.length, own.length + others.length, faults.join('\n'));
    for (const fault of [...own, ...others])
      assert.ok(
        faults.some((one) => fault.test(one)),
        `${fault}: ${faults.join('\n')}`,
      );
  }
  assert.deepEqual(faultsOf(`${HEAD}tables: []`), ['tables: must be an object, found []']);
});
