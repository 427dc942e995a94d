import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_RULE, child, CONTACT_RULE, example, faultsOf, load, mapping, warningsOf } from './example.ts';
import type { Json } from './example.ts';

const A = '/Provenir/Request/CustData/application';
const rules = (...list: Json[]): Json => ({ element_filtering: { filter_rules: list } });

/** A contract with one more mapping in app_base. */
const withMapping = (changes: Json, rest: Json = {}): Json =>
  example({ mappings: [mapping(), mapping({ target_column: 'extra', ...changes })], ...rest });

/** A contract with one more table, listed and with one mapping. */
const withTable = (table: string, changes: Json = {}, rest: Json = {}): Json =>
  example({
    table_insertion_order: ['app_base', table],
    mappings: [mapping(), mapping({ target_table: table, target_column: 'extra', ...changes })],
    ...rest,
  });

test('a contract without mappings is refused', () => {
  assert.deepEqual(faultsOf(example({ mappings: [] })), [
    'mappings: is empty',
    '  Map at least one attribute to a column.',
  ]);
});

test('contact and address rules are required, with a list of types, where such tables are filled', () => {
  const tables = withTable(
    'app_contact_address',
    { target_column: 'city' },
    { relationships: [child('app_contact_address')] },
  );
  assert.deepEqual(faultsOf(tables), [
    'element_filtering.filter_rules: has no rule with element_type contact',
    '  Add one: the contract has tables that are filled from each contact.',
    'element_filtering.filter_rules: has no rule with element_type address',
    '  Add one: the contract has tables that are filled from each address.',
  ]);
  const bare = { con_id: true };
  const lists = rules({ ...CONTACT_RULE, required_attributes: bare }, { ...ADDRESS_RULE, required_attributes: bare });
  assert.deepEqual(faultsOf({ ...tables, ...lists }), [
    'element_filtering.filter_rules[0].required_attributes: has no list of types',
    '  Give the attribute that tells the type of each contact the list of its values, the preferred one first.',
    'element_filtering.filter_rules[1].required_attributes: has no list of types',
    '  Give the attribute that tells the type of each address the list of its values, the preferred one first.',
  ]);
});

test('a contract without contact tables needs no filter rules', () => {
  assert.deepEqual(load(example()).filters, []);
});

test('two filter rules of one element type are refused', () => {
  assert.deepEqual(faultsOf(example(rules(CONTACT_RULE, ADDRESS_RULE, CONTACT_RULE))), [
    'element_filtering.filter_rules[2].element_type: there is already a rule for contact',
    '  Merge the two rules.',
  ]);
});

test('employments without a rule are legal and get no rows', () => {
  const contract = withTable(
    'app_contact_employment',
    {},
    { relationships: [child('app_contact_employment')], ...rules(CONTACT_RULE) },
  );
  assert.deepEqual(warningsOf(contract), [
    'element_filtering.filter_rules: has no rule with element_type employment, so the table of employments gets no rows',
  ]);
  assert.deepEqual(
    load(contract).tables.map(({ name }) => name),
    ['app_base'],
  );
});

test('a child table that is not in the order of inserts is refused', () => {
  assert.deepEqual(faultsOf(example({ relationships: [child('terms')] })), [
    'relationships[0].child_table: terms is not in table_insertion_order',
    '  Add it there, after its parent.',
  ]);
});

test('a relationship that names another element than the filter rule is a warning', () => {
  const contract = withTable(
    'app_contact_base',
    { target_column: 'first_name' },
    { relationships: [child('app_contact_base', { xml_child_path: `${A}/person` })], ...rules(CONTACT_RULE) },
  );
  assert.deepEqual(warningsOf(contract), [
    'relationships[0].xml_child_path: names person, but the filter rule for contact names another element, which is used' +
      ' | Make the two agree.',
  ]);
});

test('a table to insert into needs a relationship or mappings of the kinds that do without', () => {
  const order = ['app_base', 'terms', 'nowhere', 'scores', 'indicators', 'app_collateral_rl', 'processing_log'];
  const mappings = [
    mapping(),
    mapping({ target_table: 'terms' }),
    mapping({ target_table: 'scores', target_column: '', mapping_type: ['add_score(A)'] }),
    mapping({ target_table: 'indicators', target_column: '', mapping_type: ['add_indicator(A)'] }),
    mapping({ target_table: 'indicators', target_column: 'plain' }),
    mapping({ target_table: 'app_collateral_rl', target_column: 'make', mapping_type: ['add_collateral(1)'] }),
  ];
  assert.deepEqual(faultsOf(example({ table_insertion_order: order, mappings })), [
    'table_insertion_order[1]: terms is no child table of a relationship',
    '  Add the relationship to its parent.',
    'table_insertion_order[2]: nowhere has no mapping and is no child table',
    '  Remove it, or add its relationship and mappings.',
    'table_insertion_order[4]: indicators is no child table of a relationship',
    '  Add the relationship to its parent.',
    'table_insertion_order[5]: app_collateral_rl is no child table of a relationship',
    '  Add the relationship to its parent.',
  ]);
});

test('a table that is listed twice is a warning', () => {
  assert.deepEqual(warningsOf(example({ table_insertion_order: ['app_base', 'app_base'] })), [
    'table_insertion_order[1]: app_base is listed twice | Keep the first.',
  ]);
});

test('a column that is mapped twice is refused, in any case of letters', () => {
  assert.deepEqual(faultsOf(example({ mappings: [mapping(), mapping({ target_column: 'APP_ID' })] })), [
    'mappings[1].target_column: app_base.app_id is already the target of mappings[0]',
    '  Keep one of the two.',
  ]);
});

const pick = (type: string): Json => mapping({ target_column: 'x', mapping_type: [type] });

test('row-creating types and the last valid contacts may share a column', () => {
  const contract = example({
    ...rules(CONTACT_RULE),
    table_insertion_order: ['app_base', 'app_warranties_rl'],
    relationships: [child('app_warranties_rl')],
    mappings: [
      mapping({ target_column: 'x' }),
      pick('last_valid_pr_contact'),
      pick('last_valid_sec_contact'),
      ...[1, 2].map((n) =>
        mapping({ target_table: 'app_warranties_rl', target_column: 'amount', mapping_type: [`warranty_field(${n})`] }),
      ),
    ],
  });
  assert.equal(load(contract).tables.flatMap((table) => table.mappings).length, 5);
});

test('a table of the converter itself is no destination', () => {
  for (const table of ['processing_log', 'PROCESSING_LOG_HISTORY', 'xmlfan_run', 'xmlfan_instance', 'documents']) {
    assert.deepEqual(faultsOf(example({ mappings: [mapping(), mapping({ target_table: table })] })), [
      `mappings[1].target_table: ${table} is a table that the converter itself reads or writes`,
      '  Choose another table.',
    ]);
  }
});

test('a column is required, but for types that make rows, in their own tables', () => {
  const advice = '  Name the column; only the types that make rows of fixed columns do without, each in its own table.';
  const missing = ['mappings[1].target_column: is missing', advice];
  assert.deepEqual(faultsOf(withMapping({ target_column: '' })), missing);
  assert.deepEqual(faultsOf(withMapping({ target_column: undefined })), missing);
  assert.deepEqual(faultsOf(withMapping({ target_column: '', mapping_type: ['add_score(A)'] })), missing);
  const group = { target_column: '', mapping_type: ['add_collateral(1)'] };
  assert.deepEqual(
    faultsOf(withTable('app_collateral_rl', group, { relationships: [child('app_collateral_rl')] })),
    missing,
  );
  assert.equal(load(withTable('scores', { target_column: '', mapping_type: ['add_score(A)'] })).tables.length, 2);
});

test('an unknown data type is a warning and is read as text', () => {
  const contract = withMapping({ data_type: 'money' });
  assert.deepEqual(warningsOf(contract), [
    'mappings[1].data_type: money is not a known type and is read as text | Use one of string, int, smallint, tinyint, ' +
      'bigint, decimal, float, bit, boolean, date, datetime, smalldatetime, time, uniqueidentifier.',
  ]);
  assert.equal(load(contract).tables[0]?.mappings[1]?.dataType, 'other');
});

test('unknown mapping types are warnings and stay in the chain', () => {
  const contract = withMapping({ mapping_type: 'trimm, numbers_only(2)' });
  assert.deepEqual(warningsOf(contract), [
    'mappings[1].mapping_type: trimm is not a known type; it only converts to the data type | Check its spelling.',
    'mappings[1].mapping_type: numbers_only(2) is not a known type; it only converts to the data type | Did you mean numbers_only?',
  ]);
  assert.deepEqual(load(contract).tables[0]?.mappings[1]?.steps, [
    { name: 'trimm', parameter: null },
    { name: 'numbers_only(2)', parameter: null },
  ]);
});

test('a row-creating type outside its table is an unknown word', () => {
  assert.deepEqual(warningsOf(withMapping({ mapping_type: ['add_score(A)'] })), [
    'mappings[1].mapping_type: add_score makes rows only in a table of kind score, which app_base is not; here it only converts' +
      ' | Declare the table under row_tables, or correct target_table.',
  ]);
});

test('a mapping without the type that makes rows has no effect in such a table', () => {
  const contract = withTable('scores', {}, { relationships: [child('scores')] });
  assert.deepEqual(warningsOf(contract), [
    'mappings[1].mapping_type: has no type that makes rows in scores, so the mapping has no effect',
  ]);
});

const PARAMETERS: readonly (readonly [table: string, type: string, message: string])[] = [
  ['scores', 'add_score', 'add_score needs a name in parentheses, found add_score'],
  ['scores', 'add_score( )', 'add_score needs a name in parentheses, found add_score()'],
  ['indicators', 'add_indicator()', 'add_indicator needs a name in parentheses, found add_indicator()'],
  ['app_historical_lookup', 'add_history(X)', 'add_history is written without parentheses, found add_history(X)'],
  [
    'app_report_results_lookup',
    'add_report_lookup()',
    'add_report_lookup takes a key in parentheses, or none, found add_report_lookup()',
  ],
  [
    'app_policy_exceptions_rl',
    'policy_exceptions(A)',
    'policy_exceptions needs a whole number in parentheses, or () for the notes, found policy_exceptions(A)',
  ],
  [
    'app_warranties_rl',
    'warranty_field()',
    'warranty_field needs a whole number in parentheses, found warranty_field()',
  ],
  [
    'app_collateral_rl',
    'add_collateral(1.5)',
    'add_collateral needs a whole number in parentheses, found add_collateral(1.5)',
  ],
  ['app_collateral_rl', 'add_collateral', 'add_collateral needs a whole number in parentheses, found add_collateral'],
];

for (const [table, type, message] of PARAMETERS) {
  test(`${type} has no effect in ${table}, which is a warning`, () => {
    const contract = withTable(table, { mapping_type: [type] }, { relationships: [child(table)] });
    assert.deepEqual(warningsOf(contract), [
      `mappings[1].mapping_type: ${message} | Correct it, or no rows come of the mapping.`,
    ]);
  });
}

test('policy exceptions take a number, or nothing for the notes', () => {
  for (const type of ['policy_exceptions(630)', 'policy_exceptions( )']) {
    const relationships = [child('app_policy_exceptions_rl')];
    assert.deepEqual(
      warningsOf(withTable('app_policy_exceptions_rl', { mapping_type: [type] }, { relationships })),
      [],
    );
  }
});

test('an enum is named like the column or by enum_name, and exists', () => {
  assert.deepEqual(faultsOf(withMapping({ mapping_type: ['enum'] })), [
    'mappings[1].mapping_type: enum_mappings has no extra',
    '  Add an enum named like the column, or name another one by enum_name.',
  ]);
  const enums = { enum_mappings: { extra: { a: 1, A: 'x', '': 2 } } };
  assert.deepEqual(faultsOf(withMapping({ mapping_type: ['enum'], enum_name: 'extr' }, enums)), [
    'mappings[1].enum_name: enum_mappings has no extr',
    '  Did you mean extra?',
  ]);
  const scores = withTable('scores', { target_column: '', mapping_type: ['enum', 'add_score(A)'] });
  assert.deepEqual(faultsOf(scores), [
    'mappings[1].mapping_type: enum has neither enum_name nor a column to be named like',
    '  Add an enum named like the column, or name another one by enum_name.',
  ]);
  const [, found] = load(withMapping({ mapping_type: ['enum'] }, enums)).tables[0]?.mappings ?? [];
  assert.deepEqual(
    [...(found?.enumeration ?? [])],
    [
      ['a', 1],
      ['A', 'x'],
      ['', 2],
    ],
  );
  assert.deepEqual(warningsOf(withMapping({ enum_name: 'extr' })), [
    'mappings[1].enum_name: has no effect without the type enum',
  ]);
});

test('a calculated field needs an expression that can be read', () => {
  const calculated = { mapping_type: ['calculated_field'] };
  const missing = ['mappings[1].expression: is missing', '  Add the expression that calculated_field computes.'];
  assert.deepEqual(faultsOf(withMapping(calculated)), missing);
  assert.deepEqual(faultsOf(withMapping({ ...calculated, expression: ' ' })), missing);
  assert.deepEqual(faultsOf(withMapping({ ...calculated, expression: 'CASE WHEN a = 1 b THEN 2 END' })), [
    'mappings[1].expression, column 17: expected THEN, found b',
  ]);
  assert.deepEqual(faultsOf(withMapping({ ...calculated, expression: 'CASE\nWHEN a = 1 b THEN 2 END' })), [
    'mappings[1].expression, line 2, column 12: expected THEN, found b',
  ]);
});

test('an expression without calculated_field is ignored with a warning, even if it cannot be read', () => {
  const contract = withMapping({ expression: 'CASE' });
  assert.deepEqual(warningsOf(contract), ['mappings[1].expression: has no effect without the type calculated_field']);
  assert.equal(load(contract).tables[0]?.mappings[1]?.expression, null);
});

test('types that read a contact need its filter rule', () => {
  for (const type of ['last_valid_pr_contact', 'last_valid_sec_contact', 'authu_contact']) {
    assert.deepEqual(faultsOf(withMapping({ mapping_type: [type] })), [
      `mappings[1].mapping_type: ${type} needs a filter rule with element_type contact`,
      '  Add it to element_filtering.',
    ]);
  }
  assert.deepEqual(faultsOf(withMapping({ mapping_type: ['curr_address_only'] }, rules(CONTACT_RULE))), [
    'mappings[1].mapping_type: curr_address_only needs a filter rule with element_type address',
    '  Add it to element_filtering.',
  ]);
});

test('bits without their conversions are a warning', () => {
  assert.deepEqual(
    warningsOf(withMapping({ mapping_type: ['boolean_to_bit'] }, { bit_conversions: { char_to_bit: {} } })),
    ['mappings[1].mapping_type: bit_conversions has no boolean_to_bit, so every value becomes 0'],
  );
});

test('what can never be found is a warning', () => {
  assert.deepEqual(warningsOf(withMapping({ xml_path: '/Provenirs/A' })), [
    'mappings[1].xml_path: does not begin with the root element /Provenir, so nothing is ever found there',
  ]);
  for (const attribute of ['B/@id', 'id ', '@', ':id']) {
    assert.deepEqual(warningsOf(withMapping({ xml_attribute: attribute })), [
      `mappings[1].xml_attribute: ${JSON.stringify(attribute)} is no attribute name, so nothing is ever found there` +
        ' | Write the name alone, without a path.',
    ]);
  }
  for (const attribute of ['id', '@id', 'p:id', '@p:id', 'राशि', 'text', '']) {
    assert.deepEqual(warningsOf(withMapping({ xml_attribute: attribute })), []);
  }
});

test('a calculation comes first, and before no type that makes rows but add_collateral', () => {
  const expression = { expression: 'a' };
  assert.deepEqual(faultsOf(withMapping({ ...expression, mapping_type: 'numbers_only, calculated_field' })), [
    'mappings[1].mapping_type: has calculated_field after another type',
    '  Put calculated_field first.',
  ]);
  assert.deepEqual(
    faultsOf(withTable('scores', { ...expression, mapping_type: ['calculated_field', 'add_score(A)'] })),
    [
      'mappings[1].mapping_type: has calculated_field with add_score, which reads an attribute and no calculation',
      '  Remove one of the two; only add_collateral takes calculated values.',
    ],
  );
  const collateral = { ...expression, mapping_type: ['calculated_field', 'add_collateral(1)'] };
  const relationships = [child('app_collateral_rl')];
  assert.deepEqual(warningsOf(withTable('app_collateral_rl', collateral, { relationships })), []);
});

test('numbers that no column or program could hold are refused', () => {
  assert.deepEqual(faultsOf(withMapping({ data_type: 'decimal', data_length: 39 })), [
    'mappings[1].data_length: a decimal has at most 38 digits after the point, found 39',
  ]);
  assert.deepEqual(faultsOf(withMapping({ data_type: 'bigint', default_value: 2 ** 53 })), [
    'mappings[1].default_value: is too large to be read exactly as a number',
    '  Write it as text, in quotes.',
  ]);
});

const LINES = {
  tables: { lines: { rows: { each: 'line' } } },
  ...rules(
    { element_type: 'line', xml_child_path: '/Provenir/Order/Line', required_attributes: {} },
    { element_type: 'parcel', xml_child_path: '/Provenir/Parcel', required_attributes: {} },
    { element_type: 'tax', xml_child_path: '/Provenir/Order/Line/Tax', required_attributes: {} },
  ),
};

const lineWarnings = (path: string, more: Json = {}): readonly string[] =>
  warningsOf(withTable('lines', { xml_path: path, ...more }, LINES));
const lastBelow = (of: string, below: string): string =>
  `mappings[1].xml_path: ${of} repeats: each row of lines gets the last one below its own ${below} | ` +
  'Read it in a table of its own rows.';

test('rows of elements are warned of paths that cannot be their own', () => {
  for (const own of [
    '/Provenir',
    '/Provenir/Customer',
    '/Provenir/Order/Line',
    '/Provenir/Order/Carrier',
    '/Provenir/Order/Line/Note',
  ]) {
    assert.deepEqual(lineWarnings(own), [], own);
  }
  assert.deepEqual(lineWarnings('/Provenir/Parcel/No'), [lastBelow('/Provenir/Parcel', '/Provenir')]);
  assert.deepEqual(lineWarnings('/Provenir/Order/Line/Tax'), [
    lastBelow('/Provenir/Order/Line/Tax', '/Provenir/Order/Line'),
  ]);
  assert.deepEqual(lineWarnings('/Provenir/Parcel', { mapping_type: ['calculated_field'], expression: 'a' }), []);
});
