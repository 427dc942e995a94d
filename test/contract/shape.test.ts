import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_RULE, example, faultsOf, load, mapping, warningsOf } from './example.ts';

test('a contract that is right has no warnings', () => {
  assert.deepEqual(warningsOf(example()), []);
});

test('every missing key is named, with what it is for', () => {
  assert.deepEqual(faultsOf({}), [
    'source_table: is missing',
    '  Add it: Table that holds the documents, in target_schema.',
    'source_column: is missing',
    '  Add it: XML column of the source table.',
    'xml_root_element: is missing',
    '  Add it: Name of the root element.',
    'table_insertion_order: is missing',
    '  Add it: Tables in the order of their inserts.',
    'element_filtering: is missing',
    '  Add it: Which contacts, addresses and employments count.',
    'relationships: is missing',
    '  Add it: How tables belong together.',
    'mappings: is missing',
    '  Add it: Columns and where their values come from.',
  ]);
});

test('every missing key of a mapping, relationship and filter rule is named', () => {
  const contract = example({
    mappings: [mapping(), {}],
    relationships: [{}],
    element_filtering: { filter_rules: [{}] },
  });
  assert.deepEqual(
    faultsOf(contract).filter((line) => !line.startsWith(' ')),
    [
      'element_filtering.filter_rules[0].element_type: is missing',
      'element_filtering.filter_rules[0].xml_child_path: is missing',
      'element_filtering.filter_rules[0].required_attributes: is missing',
      'relationships[0].parent_table: is missing',
      'relationships[0].child_table: is missing',
      'relationships[0].foreign_key_column: is missing',
      'relationships[0].xml_parent_path: is missing',
      'relationships[0].xml_child_path: is missing',
      'mappings[1].xml_path: is missing',
      'mappings[1].target_table: is missing',
      'mappings[1].data_type: is missing',
    ],
  );
});

test('a missing key is told beside the unknown one that may be meant', () => {
  const { data_type: type, ...rest } = mapping();
  assert.equal(
    faultsOf(example({ mappings: [mapping(), { ...rest, data_typ: type }] }))[0],
    'mappings[1].data_type: is missing, but there is data_typ',
  );
});

test('something that is no object is refused as such', () => {
  assert.deepEqual(faultsOf([]), ['contract: must be an object, found []']);
  assert.deepEqual(faultsOf(null), ['contract: must be an object, found null']);
});

const NAME_RULE = 'must be 1 to 128 characters without blanks at its ends, as it names something in the database';
const PATH_RULE = 'must be an absolute path of local names such as /A/B/C';
const LENGTH = 'must be a whole number; below 0 means no limit';

const MAPPING_FAULTS: readonly (readonly [key: string, value: unknown, message: string])[] = [
  ['xml_path', ' ', 'must not be blank, found " "'],
  ['xml_path', 5, 'must be text, found 5'],
  ['xml_attribute', 5, 'must be text, found 5'],
  ['target_table', 'a\u0000b', `${NAME_RULE}, found "a\\u0000b"`],
  ['target_table', ' a', `${NAME_RULE}, found " a"`],
  ['target_table', '', `${NAME_RULE}, found ""`],
  ['target_table', 'x'.repeat(129), `${NAME_RULE}, found "${'x'.repeat(56)}...`],
  ['target_column', 'a ', `${NAME_RULE}, found "a "`],
  ['data_type', ' ', 'must not be blank, found " "'],
  ['data_length', 1.5, `${LENGTH}, found 1.5`],
  ['data_length', 'ten', `${LENGTH}, found "ten"`],
  ['mapping_type', 5, 'must be a list of types or text with commas, found 5'],
  ['mapping_type', [5], 'must be a list of types or text with commas, found [5]'],
  ['nullable', 'yes', 'must be true or false, found "yes"'],
  ['default_value', [], 'must be text, a number, true or false, found []'],
  ['expression', 5, 'must be text, found 5'],
  ['enum_name', 5, 'must be text, found 5'],
];

for (const [key, value, message] of MAPPING_FAULTS) {
  test(`mapping with ${key} ${JSON.stringify(value).slice(0, 30)} is refused`, () => {
    const [first] = faultsOf(example({ mappings: [mapping(), mapping({ target_column: 'other', [key]: value })] }));
    assert.equal(first, `mappings[1].${key}: ${message}`);
  });
}

const TOP_FAULTS: readonly (readonly [key: string, value: unknown, line: string])[] = [
  ['source_table', 'a\n', `source_table: ${NAME_RULE}, found "a\\n"`],
  ['target_schema', ' ', `target_schema: ${NAME_RULE}, found " "`],
  ['log_table', '', `log_table: ${NAME_RULE}, found ""`],
  ['application_schema', 7, 'application_schema: must be text, found 7'],
  ['product_line', 'a/b', 'product_line: must be 1 to 64 letters, digits, _, . or -, found "a/b"'],
  ['product_name', '', 'product_name: must not be blank, found ""'],
  ['xml_application_path', 'x', `xml_application_path: ${PATH_RULE}, found "x"`],
  ['application_id', { path: '/A' }, 'application_id.attribute: is missing'],
  ['table_insertion_order', 'app_base', 'table_insertion_order: must be a list, found "app_base"'],
  ['table_insertion_order', ['app_base', 4], 'table_insertion_order[1]: must be text, found 4'],
  ['relationships', {}, 'relationships: must be a list, found {}'],
  ['element_filtering', [], 'element_filtering: must be an object, found []'],
  ['mappings', [4], 'mappings[0]: must be an object, found 4'],
  ['enum_mappings', { a: { b: 1.5 } }, 'enum_mappings.a.b: must be text or a whole number, found 1.5'],
  ['enum_mappings', { 'a b': { c: null } }, 'enum_mappings["a b"].c: must be text or a whole number, found null'],
  ['bit_conversions', { char_to_bit: { Y: '1' } }, 'bit_conversions.char_to_bit.Y: must be 0 or 1, found "1"'],
  [
    'tables',
    { app_base: { role: 'boss' } },
    'tables.app_base.role: must be root, application, contact, address or employment, found "boss"',
  ],
  [
    'tables',
    { app_base: { on_duplicate: 'x' } },
    'tables.app_base.on_duplicate: must be fail, skip or update, found "x"',
  ],
  [
    'row_tables',
    { a: { kind: 'x' } },
    'row_tables.a.kind: must be score, indicator, history, report, exception or group, found "x"',
  ],
  [
    'row_tables',
    { a: { kind: 'group', always: { b: true } } },
    'row_tables.a.always.b: must be text or a number, found true',
  ],
];

for (const [key, value, line] of TOP_FAULTS) {
  test(`${key} ${JSON.stringify(value)} is refused`, () => {
    assert.equal(faultsOf(example({ [key]: value }))[0], line);
  });
}

test('required attributes are true or a list that is not empty', () => {
  for (const allowed of [false, [], 'HOME', [1]]) {
    const rule = { ...ADDRESS_RULE, required_attributes: { kind: allowed } };
    assert.deepEqual(faultsOf(example({ element_filtering: { filter_rules: [rule] } })), [
      'element_filtering.filter_rules[0].required_attributes.kind: ' +
        `must be true or a list of allowed texts that is not empty, found ${JSON.stringify(allowed)}`,
    ]);
  }
});

test('null is as good as absent where a key is optional', () => {
  const nothing = {
    data_length: null,
    mapping_type: null,
    nullable: null,
    default_value: null,
    expression: null,
    enum_name: null,
  };
  const contract = example({ mappings: [mapping(nothing)], xml_application_path: null, target_schema: null });
  assert.deepEqual(load(contract).tables[0]?.mappings, load(example()).tables[0]?.mappings);
});

test('unknown keys are warnings, wherever they stand', () => {
  const contract = example({
    sorce: 1,
    mappings: [mapping({ nulable: true })],
    tables: { app_base: { rolle: 'root' } },
    element_filtering: { filter_rules: [{ ...ADDRESS_RULE, comment: '' }], mode: 1 },
    validation_rules: { anything: true },
    description: 'not a warning',
    $schema: './contract.schema.json',
  });
  const what = 'is not a key of the format and has no effect';
  const tail = `${what} | Check its spelling, or remove it.`;
  assert.deepEqual(warningsOf(contract), [
    `tables.app_base.rolle: ${what} | Did you mean role?`,
    `element_filtering.filter_rules[0].comment: ${tail}`,
    `element_filtering.mode: ${tail}`,
    `mappings[0].nulable: ${what} | Did you mean nullable?`,
    `sorce: ${tail}`,
  ]);
});

test('faults of shape and of rules are reported together, and misshapen items keep the places of the others', () => {
  const contract = example({
    source_table: 5,
    mappings: [
      mapping({ xml_path: 5 }),
      mapping({ target_column: 'a', mapping_type: ['enum'] }),
      mapping({ target_column: 'b', mapping_type: ['calculated_field'], expression: 'CASE WHEN a = 1 b THEN 2 END' }),
    ],
  });
  assert.deepEqual(faultsOf(contract), [
    'source_table: must be text, found 5',
    '  Table that holds the documents, in target_schema.',
    'mappings[0].xml_path: must be text, found 5',
    '  Absolute path of the element, /A/B/C, local names only.',
    'mappings[1].mapping_type: enum_mappings has no a',
    '  Add an enum named like the column, or name another one by enum_name.',
    'mappings[2].expression, column 17: expected THEN, found b',
  ]);
});

test('a part that is misshapen is not held against the rest', () => {
  const contract = example({
    table_insertion_order: ['app_base', 'app_extra'],
    relationships: [5],
    enum_mappings: 5,
    tables: 5,
    mappings: [mapping({ mapping_type: 'enum' }), 5],
  });
  assert.deepEqual(
    faultsOf(contract).filter((line) => !line.startsWith(' ')),
    [
      'tables: must be an object, found 5',
      'relationships[0]: must be an object, found 5',
      'mappings[1]: must be an object, found 5',
      'enum_mappings: must be an object, found 5',
    ],
  );
});

test('the advice for a key says what the key is for, whether it may be null or not', () => {
  assert.deepEqual(faultsOf(example({ mappings: [mapping({ nullable: 'yes', data_type: 5 })] })), [
    'mappings[0].data_type: must be text, found 5',
    '  Type of the column; any other word is read as text.',
    'mappings[0].nullable: must be true or false, found "yes"',
    '  Whether the column may be left out; absent means false.',
  ]);
});
