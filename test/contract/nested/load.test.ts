import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../src/errors.ts';
import { loadNested } from '../../../src/contract/nested/load.ts';
import type { NestedContract } from '../../../src/contract/nested/model.ts';
import { parseText } from '../../../src/contract/source.ts';

const HEAD = 'format: 2\nsource: { table: docs, column: body, id: id }\ndocument: { root: r }\n';

const load = (text: string, head = HEAD): NestedContract => loadNested(parseText(head + text, 'yaml'), 'line').contract;
const warningsOf = (text: string): string[] =>
  loadNested(parseText(HEAD + text, 'yaml'), 'line').warnings.map(({ place, message }) => `${place}: ${message}`);

/** Faults as `place: message`. */
function faultsOf(text: string, head = HEAD): readonly string[] {
  return rawFaultsOf(text, head).map(({ place, message }) => `${place}: ${message}`);
}

/** Faults as `place: advice`. */
function advicesOf(text: string): readonly string[] {
  return rawFaultsOf(text).map(({ place, advice }) => `${place}: ${advice}`);
}

function rawFaultsOf(text: string, head = HEAD): InputError['faults'] {
  try {
    load(text, head);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.faults;
  }
  return [];
}

/** One column `v` of a table with at most one row. */
const column = (text: string): string => `tables: { a: { each: /r, columns: { v: { ${text} } } } }`;
const AT = 'tables.a.columns.v';

test('a contract is read with its defaults, and everything by name', () => {
  const contract = load(`
product_name: Order
schema: sales
key: order_id
namespaces: { p: urn:p }
maps: { states: { values: { 01: 007, N: no }, otherwise: fail, ignore_case: true } }
tables:
  orders:
    each: /r
    name: archive.all_orders
    columns:
      state: { from: ["@p:state", state], map: states, type: varchar(5), default: 01 }
      total: { expr: "net + tax", type: "DECIMAL( 18, 2 )" }
      net: { from: net, type: "decimal(18,2)", required: true }
      tax: { expr: "net * 0.19", type: "decimal(18,2)", store: false }
    tables:
      lines: { each: line, position: line_no, columns: { sku: { from: ., type: nvarchar(max), long: cut } } }
`);
  assert.deepEqual(
    [contract.productLine, contract.productName, contract.logTable, contract.key, contract.source.idType],
    ['line', 'Order', 'processing_log', 'order_id', { kind: 'int' }],
  );
  const [orders] = contract.tables;
  assert.deepEqual(orders?.destination, { schema: 'archive', table: 'all_orders', label: 'archive.all_orders' });
  assert.deepEqual(orders.tables[0]?.destination, { schema: 'sales', table: 'lines', label: 'lines' });
  assert.deepEqual(orders.evaluation, [0, 2, 3, 1], 'expressions after what they read');
  const [state, total, , tax] = orders.columns;
  assert.deepEqual(total?.type, { kind: 'decimal', precision: 18, scale: 2 });
  assert.equal(tax?.stored, false);
  assert.ok(state?.source.kind === 'paths');
  assert.equal(state.source.default, '01', 'as written');
  assert.deepEqual(
    [...(state.source.map?.values ?? [])],
    [
      ['01', '007'],
      ['N', 'no'],
    ],
  );
  assert.deepEqual(state.source.alternatives[0]?.[0]?.steps, [
    { axis: 'attribute', test: { local: 'state', namespace: 'urn:p' }, predicates: [] },
  ]);
});

/** The default of the first column. */
function defaultOf(contract: NestedContract): string | null {
  const source = contract.tables[0]?.columns[0]?.source;
  return source?.kind === 'paths' ? source.default : null;
}

test('texts are what was written, quoted or not, in YAML and JSON', () => {
  for (const [written, text] of [
    ['01', '01'],
    ['1.0', '1.0'],
    ['no', 'no'],
    ['True', 'True'],
    ['"01"', '01'],
  ]) {
    assert.equal(defaultOf(load(column(`from: v, type: varchar(9), default: ${written}`))), text);
  }
  const json = `{"format": 2, "source": {"table": "docs", "column": "b", "id": "i"}, "document": {"root": "r"},
    "tables": {"a": {"each": "/r", "columns": {"v": {"from": "v", "type": "varchar(9)", "default": 1.10}}}}}`;
  assert.equal(defaultOf(loadNested(parseText(json, 'json'), 'x').contract), '1.10');
});

test('faults of every kind are told at once, each with its place in the file', () => {
  const faults = faultsOf(`key: ""
zzz: 1
limits: { depth: -1 }
tables:
  a:
    each: /r
    columns:
      v: { fro: v, type: int }
      w: { from: w, type: int, requird: true, take: most }
      x: { from: "p:x", type: foo }
      y: { from: [], type: int }
      z: { expr: "x + 1 +", type: int }
  b: { each: /q }
`);
  assert.deepEqual(
    faults.map((fault) => fault.split(': ')[0]),
    [
      'key (line 4, column 1)',
      'tables.a.columns.v.fro (line 11, column 12)',
      'tables.a.columns.w.take (line 12, column 47)',
      'tables.a.columns.w.requird (line 12, column 32)',
      'tables.a.columns.y.from (line 14, column 12)',
      'limits.depth (line 6, column 11)',
      'zzz (line 5, column 1)',
      'tables.a.columns.x.type (line 13, column 25)',
      'tables.a.columns.x.from, column 1 (line 13, column 19)',
      'tables.a.columns.z.expr, column 8 (line 15, column 26)',
      'tables.b.each (line 16, column 8)',
    ],
  );
});

test('what reads a column with a fault has no fault of its own for that', () => {
  const text =
    'tables: { a: { each: /r/a, unique: [v], columns: { v: { from: v, type: foo }, w: { expr: "V * 2", type: int }, x: { expr: "y", type: int } } } }';
  assert.deepEqual(
    faultsOf(text).map((fault) => fault.split(/[,: ]/)[0]),
    ['tables.a.columns.v.type', 'tables.a.columns.x.expr'],
  );
});

/** Contracts that are refused, with a part of their only fault. */
const REFUSED: Readonly<Record<string, readonly [text: string, fault: string]>> = {
  'no table': ['tables: {}', 'tables (line 4, column 1): is empty'],
  'a type that there is not': [column('from: v, type: integer'), 'integer is no type'],
  'a length out of range': [column('from: v, type: varchar(9000)'), 'varchar(9000) has other numbers'],
  'neither from nor expr': [column('type: int'), 'has neither from nor expr'],
  'from and expr': [column('from: v, expr: "1", type: int'), 'has both from and expr'],
  'a key that only goes with from': [
    column('expr: "1", type: int, take: first'),
    'only type, required, long and store go with expr',
  ],
  'required and unreadable: blank': [
    column('from: v, type: int, required: true, unreadable: blank'),
    'contradict each other',
  ],
  'unreadable: default without one': [column('from: v, type: int, unreadable: default'), 'there is no default'],
  'a default of another type': [column('from: v, type: date, default: soon'), 'the default soon does not fit date'],
  'a default that is too long': [column('from: v, type: char(2), default: abc'), 'does not fit char(2)'],
  'take: all of numbers': [column('from: v, type: int, take: all'), 'needs a text type'],
  'join without take: all': [column('from: v, type: varchar(5), join: ","'), 'join goes with take: all'],
  'long of a number': [column('from: v, type: int, long: cut'), 'long goes with text types'],
  'a pattern that cannot be read': [column('from: v, type: date, format: qqq'), 'qqq'],
  'a zone that there is not': [column('from: v, type: datetime, zone: Mars/X'), 'Mars/X is neither'],
  'one mark for two things': [column('from: v, type: int, decimal: ",", group: ","'), 'is the decimal mark as well'],
  'a map that there is not': [column('from: v, type: int, map: states'), 'there is no map states'],
  'a value of a map that does not fit': [
    column('from: v, type: int, map: { a: b }'),
    'the value b of the map does not fit int',
  ],
  'a value of a map that is none': [column('from: v, type: int, map: { N: null, Y: 1 }'), 'tables.a.columns.v.map.N'],
  'texts of a map that are one': [
    column('from: v, type: int, map: { values: { y: 1, Y: 2 }, ignore_case: true }'),
    'is y in another case',
  ],
  'a text of a map with blanks': [column('from: v, type: int, map: { "y ": 1 }'), 'has blanks at its ends'],
  'a prefix that is not declared': [column('from: p:v, type: int'), 'the prefix p is not declared'],
  'a prefix that cannot be declared': [
    `namespaces: { xml: urn:x }\n${column('from: v, type: int')}`,
    '"xml" is no prefix',
  ],
  'a circle': [column('expr: v, type: int'), 'v read one another in a circle'],
  'a type error': [column('expr: "UPPER(1, 2)", type: int'), 'it takes 1 argument'],
  'an expression of another type': [column(`expr: "'a'", type: date`), 'does not become a date'],
  'a stranger in an expression': [column('expr: "b.x", type: int'), 'no column b.x'],
  'a name that is none': [
    'tables: { a: { each: /r, columns: { " v": { from: v, type: int } } } }',
    'is no name of a column',
  ],
  'columns that differ in case': [
    'tables: { a: { each: /r, columns: { v: { from: v, type: int }, V: { from: w, type: int } } } }',
    'is there twice',
  ],
  'a column called like the key': [
    'key: ID\ntables: { a: { each: /r, columns: { id: { from: v, type: int } } } }',
    'is a column of the key',
  ],
  'a position called like a column': [
    'tables: { a: { each: /r/a, position: V, columns: { v: { from: v, type: int } } } }',
    'V is a column as well',
  ],
  'position and unique': [
    'tables: { a: { each: /r/a, position: n, unique: [v], columns: { v: { from: v, type: int } } } }',
    'both position and unique',
  ],
  'unique of no column': [
    'tables: { a: { each: /r/a, unique: [w], columns: { v: { from: v, type: int } } } }',
    'there is no column w',
  ],
  'unique without bound': [
    'tables: { a: { each: /r/a, unique: [v], columns: { v: { from: v, type: nvarchar(max) } } } }',
    'cannot be part of a key',
  ],
  'a key that is too wide': [
    'tables: { a: { each: /r/a, unique: [v], columns: { v: { from: v, type: nvarchar(449) } } } }',
    'may have 902 bytes',
  ],
  'on_duplicate without unique': ['tables: { a: { each: /r/a, position: n, on_duplicate: skip } }', 'goes with unique'],
  'update over nested tables': [
    'tables: { a: { each: /r/a, unique: [v], on_duplicate: update, columns: { v: { from: v, type: int } }, tables: { b: { each: b } } } }',
    'update cannot replace',
  ],
  'fewer than at least': ['tables: { a: { each: /r/a, position: n, rows: { min: 2, max: 1 } } }', 'max is below min'],
  'two tables of one destination': [
    'tables: { a: { each: /r/a }, b: { each: /r/b, name: dbo.A } }',
    'two tables go to a',
  ],
  'the source table': ['tables: { DOCS: { each: /r } }', 'is the source table'],
  'a table of xmlfan': ['tables: { xmlfan_run: { each: /r } }', 'is a table of xmlfan itself'],
  'a top table without each': ['tables: { a: { columns: {} } }', 'has no each'],
  'a top table that is relative': ['tables: { a: { each: r/a } }', 'a top table begins at the document'],
  'a nested table that is not': [
    'tables: { a: { each: /r, tables: { b: { each: ../b } } } }',
    'relative to its parent row',
  ],
  'rows of text': ['tables: { a: { each: /r/text() } }', 'rows are elements or attributes'],
  'another root': ['tables: { a: { each: /q } }', 'cannot match'],
  'a path above the root': [column('from: ../v, type: int'), 'cannot match'],
  'an ancestor that is none': [column('from: ancestor::q/v, type: int'), 'cannot match: the rows stand in no q'],
  'a path over all rows': [
    'tables: { a: { each: /r/a, position: n, columns: { v: { from: /r/a/v, type: int } } } }',
    'leads through all rows of a',
  ],
  'a path that begins with //': [column('from: //v, type: int'), 'cannot begin with //'],
  'a condition that is none': [
    'tables: { a: { each: /r/a, position: n, where: v, columns: { v: { from: v, type: int } } } }',
    'expected =',
  ],
};

for (const [title, [text, fault]] of Object.entries(REFUSED)) {
  test(`${title} is refused`, () => {
    const faults = faultsOf(text);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.ok(faults[0]?.includes(fault), faults[0]);
    assert.match(faults[0] ?? '', /\(line \d+, column \d+\)/);
  });
}

test('the head of a contract is checked', () => {
  const tables = 'tables: { a: { each: /r } }';
  const document = 'document: { root: [r, a/b, q:x], id: //x }\n';
  assert.deepEqual(
    faultsOf(tables, `format: 2\nsource: { table: a.b.c, column: x, id: y, id_type: float }\n${document}`),
    [
      'source.id_type (line 2, column 43): float is no type of ids',
      'source.table (line 2, column 11): a.b.c is no name of a table',
      'document.root[1] (line 3, column 23): a/b is no name of an element',
      'document.root[2], column 1 (line 3, column 28): the prefix q is not declared',
      'document.id, column 1 (line 3, column 38): a path cannot begin with //',
    ],
  );
  assert.deepEqual(
    faultsOf('', 'format: 3\n').map((fault) => fault.split(',')[0]),
    ['format (line 1', 'source (line 1', 'document (line 1', 'tables (line 1'],
  );
  assert.deepEqual(faultsOf('x', ''), ['contract (line 1, column 1): must be an object, found "x"']);
});

test('what is odd is told without refusing it', () => {
  assert.deepEqual(warningsOf(`maps: { m: { a: 1 } }\n${column('from: v, type: int')}`), [
    'maps.m (line 4, column 9): is used by no column',
  ]);
  assert.deepEqual(warningsOf('tables: { a: { each: /r/a/b, columns: { v: { from: /r/a/v, type: int } } } }'), [
    `${AT}.from (line 4, column 46): begins like the rows of its table`,
  ]);
  assert.deepEqual(warningsOf(column('from: v, type: int, required: true, default: 1')), [
    `${AT}.required (line 4, column 62): means little beside default: what is missing takes that, only what is unreadable fails`,
  ]);
});

/** Warnings of a table of these columns, without their places in the text. */
function warned(columns: string, rest = ''): readonly string[] {
  return warningsOf(`tables: { a: { each: /r, ${rest}columns: { ${columns} } } }`).map((text) =>
    text.replace(/ \(.*?\)/, ''),
  );
}

test('a hidden column that nothing reads is told, and by which rules it keeps documents out', () => {
  const v = 'v: { from: v, type: int, store: false }';
  const unread = ['tables.a.columns.v: is not stored, and no expression reads it'];
  assert.deepEqual(warned(`${v}, w: { from: w, type: int }`), unread);
  assert.deepEqual(warned(`${v}, w: { expr: V + 1, type: int }`), []);
  assert.deepEqual(warned(`${v}, w: { from: w, type: int }`, 'where: v > 0, '), []);
  assert.deepEqual(
    warned(`${v}, w: { from: w, type: int }`, 'tables: { b: { columns: { x: { expr: a.v, type: int } } } }, '),
    [],
  );
  assert.deepEqual(
    warned(
      `${v}, w: { from: w, type: int }`,
      'tables: { b: { where: a.v = 1, columns: { x: { from: x, type: int } } } }, ',
    ),
    [],
  );
  for (const [keeps, by] of [
    ['type: int, required: true', 'required'],
    ['type: int, unreadable: fail, take: only', 'unreadable, take: only'],
    ['type: int, map: { values: { 1: 1 }, otherwise: fail }', 'map'],
    ['type: "decimal(5,2)", digits: fail', 'digits'],
    ['type: varchar(5)', 'longer than varchar(5)'],
  ] as const)
    assert.deepEqual(
      warningsOf(`tables: { a: { each: /r, columns: { v: { from: v, store: false, ${keeps} } } } }`).map(
        (text) => /: it only keeps documents out \((.*)\)/.exec(text)?.[1],
      ),
      [by],
    );
  const fits = ['type: varchar(5), long: cut', 'type: varchar(max)'];
  for (const never of fits) assert.deepEqual(warned(`v: { from: v, store: false, ${never} }`), unread);
});

/** The remedies of what a text is refused for. */
function adviceOf(
  text: string,
  read: (text: string) => unknown = (yaml) => parseText(yaml, 'yaml'),
): readonly string[] {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error.faults.map(({ advice }) => advice);
  }
  return [];
}

test('where YAML needs quotes, its error says so', () => {
  assert.deepEqual(adviceOf('a: { from: @id }'), ['Write it in quotes: "@id".']);
  assert.deepEqual(adviceOf('each: *'), ['Write it in quotes: "*".']);
  assert.deepEqual(adviceOf("{ from: Party[@role='x']/Name }"), [
    'Write a value with one of , : # [ ] { } in it in quotes.',
  ]);
  const [cut] = adviceOf('tables: { a: { each: /r, columns: { v: { from: v, type: decimal(18,2) } } } }', load);
  assert.match(cut ?? '', /write the type in quotes, "decimal\(18,2\)"/);
});

/** Of a contract with these tables. */
const hash = (tables: string): string => load(`tables: ${tables}`).hash;

test('contracts have one hash if they mean one thing, whatever the order of tables and columns and the quotes', () => {
  const a = 'a: { each: /r, columns: { x: { from: x, type: int, default: 1 }, y: { from: y, type: int } } }';
  const b = 'b: { each: /r/b, position: n }';
  const mixed = a.replace(/(x: \{.*?\}), (y: \{.*?\})/, '$2, $1').replace('default: 1', 'default: "1"');
  assert.equal(hash(`{ ${a}, ${b} }`), hash(`{ ${b}, ${mixed} }`));
  assert.notEqual(hash(`{ ${a}, ${b} }`), hash(`{ ${a.replace('default: 1', 'default: 01')}, ${b} }`));
});

test('an unknown key is told the one that is meant, or those that its place has', () => {
  assert.deepEqual(advicesOf(`name: orders\n${column('from: v, type: int, requird: true')}`), [
    `${AT}.requird (line 5, column 62): Did you mean required?`,
    'name (line 4, column 1): Here may be $schema, format, product_line, product_name, schema, source, log, document, namespaces, key, tables, maps, limits.',
  ]);
  assert.deepEqual(advicesOf('tables: { a: { each: /r, columms: {}, columns: { v: { from: v, type: int } } } }'), [
    'tables.a.columms (line 4, column 26): Did you mean columns?',
  ]);
});
