import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseContract } from '../../src/contract/load.ts';
import { parseText } from '../../src/contract/source.ts';
import { ADDRESS_RULE, CONTACT_RULE, child, example, load, mapping, warningsOf } from './example.ts';

/** A contract with everything that the original loads although it is odd (spec 2). */
const ODD = example({
  application_comment: 'unknown keys',
  target_schema: null,
  xml_application_path: '/Provenir/Request/CustData/application',
  validation_rules: ['never read'],
  table_insertion_order: ['app_base', 'app_contact_base', 'processing_log', 'Order Details (old)', 'app_base'],
  element_filtering: {
    filter_rules: [
      { ...CONTACT_RULE, xml_parent_path: 'anything' },
      { ...ADDRESS_RULE, comment: 'unknown' },
    ],
  },
  relationships: [
    child('app_contact_base', { parent_table: '', xml_parent_path: '', note: 'unknown' }),
    child('Order Details (old)', { xml_child_path: '' }),
  ],
  enum_mappings: {
    _comment: 'kinds of things',
    kind: { _comment: 'by letter', A: 1, B: 'two', '': 0 },
    empty: {},
  },
  bit_conversions: { char_to_bit: { _comment: 'Y and N', Y: 1, N: 0 } },
  mappings: [
    mapping({ data_length: null, required: 'true', nullable: 'true', exclude_default_when_record_empty: 'no' }),
    mapping({ target_column: 'name', data_type: 'string', data_length: -1, default_value: null }),
    mapping({
      target_column: 'short',
      data_type: 'string',
      data_length: ' 12 ',
      mapping_type: 'enum , ',
      enum_name: 'kind',
    }),
    mapping({ target_column: 'word', data_type: 'varchar', data_length: '20', expression: 'ignored % (' }),
    mapping({ target_column: 'rate', data_type: 'decimal', data_length: '-1', mapping_type: null }),
    mapping({ target_column: 'count', data_length: 'max'.length, mapping_type: ['identity_insert', 'anything'] }),
    mapping({ target_column: 'kind', mapping_type: ['enum'], xml_attribute: '' }),
    mapping({ target_column: 'odd', mapping_type: ['calculated_field'], expression: 'a % 2' }),
    mapping({ target_table: 'Order Details (old)', target_column: 'Amount (USD)' }),
    mapping({ target_table: 'Order Details (old)', target_column: '#no' }),
    mapping({ target_table: 'Order Details (old)', target_column: 'a.b]c"d' }),
    mapping({ target_table: 'Order Details (old)', target_column: 'राशि', xml_path: '/Provenir/राशि' }),
    mapping({ target_table: 'app_contact_base', target_column: 'x', mapping_type: 'last_valid_pr_contact' }),
    mapping({ target_table: 'app_contact_base', target_column: 'x', mapping_type: 'last_valid_sec_contact' }),
  ],
});

test('a contract with every oddity that the original loads is loaded', () => {
  const { tables, bitConversions, targetSchema } = load(ODD);
  assert.deepEqual(
    tables.map(({ name, mappings }) => [name, mappings.length]),
    [
      ['app_base', 8],
      ['app_contact_base', 2],
      ['Order Details (old)', 4],
    ],
  );
  const columns = new Map(tables[0]?.mappings.map((one) => [one.column, one]));
  assert.equal(targetSchema, 'dbo');
  assert.equal(columns.get('app_id')?.nullable, true);
  assert.equal(columns.get('name')?.length, null, 'below 0 means no limit (V11)');
  assert.equal(columns.get('short')?.length, 12);
  assert.equal(columns.get('word')?.length, 20, 'any other word is text (spec 2.2)');
  assert.equal(columns.get('rate')?.length, null);
  assert.deepEqual(
    [...(columns.get('kind')?.enumeration ?? [])],
    [
      ['A', 1],
      ['B', 'two'],
      ['', 0],
    ],
  );
  assert.deepEqual([...bitConversions.charToBit.keys()], ['Y', 'N']);
});

test('what has no effect or is taken for a comment is told', () => {
  const warnings = warningsOf(ODD).map((warning) => warning.split(':')[0]);
  for (const place of [
    'application_comment',
    'enum_mappings._comment',
    'enum_mappings.kind._comment',
    'bit_conversions.char_to_bit._comment',
    'element_filtering.filter_rules[1].comment',
    'relationships[0].note',
    'table_insertion_order[4]',
    'mappings[3].data_type',
    'mappings[3].expression',
    'mappings[5].mapping_type',
    'mappings[7].expression',
  ]) {
    assert.ok(warnings.includes(place), `${place} is not among ${warnings.join(', ')}`);
  }
});

test('a number of YAML is what was written where text is wanted', () => {
  const yaml = `
source_table: docs
source_column: xml
xml_root_element: Order
application_id: { path: /Order, attribute: no }
table_insertion_order: [orders]
tables: { orders: { role: root } }
element_filtering: { filter_rules: [] }
relationships: []
enum_mappings: { state: { 01: 007, 1.0: 2 } }
mappings:
  - { xml_path: /Order, target_table: orders, target_column: zip, data_type: string, default_value: 01234 }
  - { xml_path: /Order, target_table: orders, target_column: version, data_type: varchar, default_value: 1.10 }
  - { xml_path: /Order, target_table: orders, target_column: count, data_type: int, default_value: 012 }
  - { xml_path: /Order, target_table: orders, target_column: state, data_type: int, mapping_type: enum }
`;
  const [zip, version, count, state] = parseContract(yaml, { format: 'yaml' }).contract.tables[0]?.mappings ?? [];
  assert.deepEqual(
    [zip, version, count].map((one) => one?.defaultValue),
    ['01234', '1.10', 12],
  );
  assert.deepEqual(
    [...(state?.enumeration ?? [])],
    [
      ['01', '007'],
      ['1.0', 2],
    ],
  );
});

test('a key that is there twice is refused with its place, in JSON as in YAML', () => {
  assert.throws(() => parseContract('{"a": {"b": 1,\n  "b": 2}, "a": 3}', { format: 'json' }), {
    message:
      'The contract is not valid:\n' +
      '  line 2, column 3: the key b is there twice\n' +
      '    Remove one of the two.\n' +
      '  line 2, column 12: the key a is there twice\n' +
      '    Remove one of the two.',
  });
});

test('what JSON holds is read as it is, whatever looks like a key in its texts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) =>
      assert.deepEqual(parseText(JSON.stringify(value), 'json').data, JSON.parse(JSON.stringify(value))),
    ),
  );
  assert.deepEqual(parseText('{"a\\"": "\\": \\\\", "b" :{":": ["c: ", {}]}}', 'json').data, {
    'a"': '": \\',
    b: { ':': ['c: ', {}] },
  });
  assert.throws(() => parseText('{"a": 1, "\\u0061" : 2}', 'json'), /line 1, column 10: the key a is there twice/);
});

test('a place of a file has its line and column', () => {
  const json = JSON.stringify(
    example({ mappings: [mapping(), mapping({ target_column: 'x', data_length: 1.5 })] }),
    null,
    1,
  );
  assert.throws(
    () => parseContract(json, { format: 'json' }),
    /mappings\[1\]\.data_length \(line 28, column 4\): must be/,
  );
  const yaml = 'mappings:\n  - &one\n    xml_path: 7\n  - *one\nsource_table: 5\n';
  assert.throws(
    () => parseContract(yaml, { format: 'yaml' }),
    /source_table \(line 5, column 1\)[^]*mappings\[0\]\.xml_path \(line 3, column 5\)[^]*mappings\[1\]\.xml_path \(line 3, column 5\)/,
  );
});
