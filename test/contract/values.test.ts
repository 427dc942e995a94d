import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_RULE, child, CONTACT_RULE, example, faultsOf, mapping, warningsOf } from './example.ts';
import type { Json } from './example.ts';

/** The warnings of a contract with a second mapping. */
const warned = (changes: Json, contract: Json = {}): string[] =>
  warningsOf(
    example({
      mappings: [mapping(), mapping({ target_column: 'extra', xml_attribute: 'x', ...changes })],
      ...contract,
    }),
  );

const UNREADABLE: readonly (readonly [type: string, value: unknown])[] = [
  ['int', 'N/A'],
  ['decimal', 'free'],
  ['bit', 'maybe'],
  ['date', '31.12.2024'],
  ['time', 'noon'],
  ['uniqueidentifier', '0'],
];

for (const [type, value] of UNREADABLE) {
  test(`a default that is no ${type} is a warning`, () => {
    assert.deepEqual(warned({ data_type: type, default_value: value }), [
      `mappings[1].default_value: ${JSON.stringify(value)} is no ${type}, so that documents that need the default fail or go without it | Write a ${type}.`,
    ]);
  });
}

test('defaults that can be read are none', () => {
  for (const [type, value] of [
    ['int', 0],
    ['int', '$1,200'],
    ['bit', 'N'],
    ['bit', true],
    ['float', '1e3'],
    ['datetime', '2024-01-31'],
    ['string', ''],
  ]) {
    assert.deepEqual(warned({ data_type: type, default_value: value }), []);
  }
});

test('a default that is longer than its column is a warning', () => {
  assert.deepEqual(warned({ data_type: 'string', data_length: 2, default_value: 'abc' }), [
    'mappings[1].default_value: has 3 characters, more than data_length (2) | Shorten it, or allow more.',
  ]);
  assert.deepEqual(warned({ data_type: 'string', data_length: 2, default_value: '😀😀' }), []);
});

test('values of an enum that the column cannot hold are warnings, unless another type comes after', () => {
  const enums = { enum_mappings: { codes: { A: 1, B: 'two', C: '3' } } };
  assert.deepEqual(warned({ mapping_type: 'enum', enum_name: 'codes' }, enums), [
    'enum_mappings.codes.B: "two" is no int, as which mappings[1] reads it | Correct the value, or the data_type.',
  ]);
  assert.deepEqual(warned({ mapping_type: 'enum, numbers_only', enum_name: 'codes' }, enums), []);
  assert.deepEqual(warned({ mapping_type: 'enum', enum_name: 'codes', data_type: 'string' }, enums), []);
});

test('a column that the key replaces is a warning, unless it reads the id', () => {
  const key = { target_table: 'app_base', target_column: 'app_id' };
  const replaced = [
    "mappings[0].target_column: app_id is the key of app_base, which gets the document's id whatever is mapped to it | Name another column.",
  ];
  assert.deepEqual(warningsOf(example({ mappings: [mapping({ ...key, xml_attribute: 'other' })] })), replaced);
  assert.deepEqual(warningsOf(example({ mappings: [mapping({ ...key, xml_path: '/Provenir/Other' })] })), replaced);
  assert.deepEqual(warningsOf(example({ mappings: [mapping({ ...key, xml_attribute: 'id' })] })), []);
});

test('texts with blanks at their ends that are compared with trimmed ones are warnings', () => {
  const contract = example({
    enum_mappings: { codes: { 'A ': 1, ' ': 2, B: 3 } },
    bit_conversions: { char_to_bit: { ' Y': 1 } },
    element_filtering: {
      filter_rules: [{ ...CONTACT_RULE, required_attributes: { con_id: true, role: ['PR ', 'SEC'] } }, ADDRESS_RULE],
    },
  });
  const tail = 'has blanks at its ends, so that no value is ever equal to it';
  assert.deepEqual(warningsOf(contract), [
    `enum_mappings.codes: "A " ${tail} | Write "A".`,
    `bit_conversions.char_to_bit: " Y" ${tail} | Write "Y".`,
    `element_filtering.filter_rules[0].required_attributes.role: "PR " ${tail} | Write "PR".`,
  ]);
});

test('a meaningful column that no mapping fills, and a parent that is no table, are warnings', () => {
  const contract = example({
    table_insertion_order: ['app_base', 'app_contact_base'],
    relationships: [child('app_contact_base', { parent_table: 'app_bsae' })],
    element_filtering: { filter_rules: [{ ...CONTACT_RULE, meaningful_columns: ['lastname', 'first_name'] }] },
    mappings: ['first_name', 'last_name'].map((column) =>
      mapping({ target_table: 'app_contact_base', target_column: column, xml_path: CONTACT_RULE.xml_child_path }),
    ),
  });
  assert.deepEqual(warningsOf(contract), [
    'element_filtering.filter_rules[0].meaningful_columns[0]: lastname is no column that is mapped for contact, so that it never makes a row meaningful | Did you mean last_name?',
    'relationships[0].parent_table: app_bsae is no table of the contract | Did you mean app_base?',
  ]);
});

test('a filter rule that is missing is told with the one that may be meant', () => {
  const contract = example({
    table_insertion_order: ['app_base', 'app_contact_base'],
    relationships: [child('app_contact_base')],
    element_filtering: { filter_rules: [{ ...CONTACT_RULE, element_type: 'contacts' }] },
  });
  assert.deepEqual(faultsOf(contract), [
    'element_filtering.filter_rules: has no rule with element_type contact',
    '  Call contacts so: the contract has tables that are filled from each contact.',
  ]);
});
