import assert from 'node:assert/strict';
import { test } from 'node:test';
import { child, CONTACT_RULE, example, faultsOf, load, mapping, warningsOf } from './example.ts';
import type { Json } from './example.ts';

const withAttribute = (name: string): Json =>
  example({ mappings: [mapping(), mapping({ target_column: 'x', xml_attribute: name })] });

test('a table that is not in the order of inserts is a warning, with the name that may be meant', () => {
  const contract = example({
    table_insertion_order: ['app_base', 'lease_terms'],
    relationships: [child('lease_terms')],
    mappings: [mapping(), mapping({ target_table: 'lease_term' }), mapping({ target_table: 'other_table' })],
  });
  assert.deepEqual(warningsOf(contract), [
    'mappings[1].target_table: lease_term is not in table_insertion_order, so that it is written after all others' +
      ' | Did you mean lease_terms? Otherwise add it there.',
    'mappings[2].target_table: other_table is not in table_insertion_order, so that it is written after all others' +
      ' | Add it there.',
  ]);
});

test('a child before its parent in the order of inserts is refused', () => {
  const contract = example({
    table_insertion_order: ['notes', 'app_base'],
    relationships: [child('notes')],
    mappings: [mapping(), mapping({ target_table: 'notes' })],
  });
  assert.deepEqual(faultsOf(contract), [
    'table_insertion_order[0]: notes stands before app_base, which relationships[0] names as its parent',
    '  Put app_base before it, or every document fails on the foreign key.',
  ]);
});

test('a table that mappings spell in two ways is refused', () => {
  const twice = example({ mappings: [mapping(), mapping({ target_table: 'App_Base', target_column: 'x' })] });
  assert.deepEqual(faultsOf(twice), [
    'mappings[1].target_table: App_Base and app_base are one table, as names do not differ by case',
    '  Write the name in one way, or correct it.',
  ]);
});

test('other names that differ in case only are one, with a warning', () => {
  const mappings = [
    mapping({ target_column: 'App_No' }),
    mapping({ target_table: 'notes', target_column: 'kind' }),
    mapping({ target_table: 'notes', target_column: 'Kind', mapping_type: ['last_valid_pr_contact', 'enum'] }),
  ];
  const contract = example({
    table_insertion_order: ['APP_BASE', 'Notes'],
    relationships: [child('NOTES', { parent_table: 'app_base' })],
    tables: { app_base: { key: { column: 'app_no' } }, NOTES: { unique_key: ['KIND'] } },
    enum_mappings: { Kind: { a: 1 } },
    mappings,
    element_filtering: { filter_rules: [CONTACT_RULE] },
  });
  const repeated = {
    ...contract,
    mappings: [...mappings, mapping({ target_table: 'notes', target_column: 'KIND' })],
  };
  assert.match(faultsOf(repeated)[0] ?? '', /notes\.kind is already the target of mappings\[1\]/);
  assert.deepEqual(
    warningsOf(contract).map((warning) => warning.split(', and')[0]),
    [
      'table_insertion_order[0]: APP_BASE is app_base in another case',
      'table_insertion_order[1]: Notes is notes in another case',
      'relationships[0].child_table: NOTES is notes in another case',
      'tables.NOTES: NOTES is notes in another case',
      'mappings[0].target_column: App_No is app_no in another case',
      'mappings[2].target_column: Kind is kind in another case',
      'tables.notes.unique_key[0]: KIND is kind in another case',
    ],
  );
  const [root, notes] = load(contract).tables;
  assert.deepEqual([root?.name, root?.rows.kind, root?.mappings[0]?.column], ['app_base', 'root', 'app_no']);
  assert.deepEqual([notes?.uniqueKey, notes?.mappings.map(({ column }) => column)], [['kind'], ['kind', 'kind']]);
  assert.deepEqual(
    [...(notes?.mappings[1]?.enumeration ?? [])],
    [['a', 1]],
    'the enum is named like the column as written',
  );
});

test('attributes whose names the original uses itself are a warning (P06)', () => {
  for (const attribute of ['tag', 'path', 'attributes', 'tail']) {
    const [warning, ...others] = warningsOf(withAttribute(attribute));
    assert.match(
      warning ?? '',
      /^mappings\[1\]\.xml_attribute: reads the .*\(P06\) \| Write "@\w+" to read the attribute\.$/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(warningsOf(withAttribute(`@${attribute}`)), []);
  }
});
