import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_RULE, child, CONTACT_RULE, example, mapping, warningsOf } from './example.ts';

function warned(path: string, more: object = {}): readonly string[] {
  return warningsOf(example({ mappings: [mapping(), mapping({ target_column: 'other', xml_path: path, ...more })] }));
}

test('a path that can match nothing is a warning with the path that is meant, as the original loads it', () => {
  for (const [path, meant] of [
    ['/Provenir/x:Request', '/Provenir/Request'],
    ['/Provenir/Request/', '/Provenir/Request'],
    ['Provenir/Request', '/Provenir/Request'],
    [' /Provenir//Request ', '/Provenir/Request'],
    ['/Provenir/@ID', null],
    ['/Provenir/Request[1]', null],
    ['/Provenir/*', null],
  ] as const) {
    const advice = meant === null ? 'An attribute is named in xml_attribute.' : `Write ${meant}.`;
    assert.deepEqual(warned(path), [
      `mappings[1].xml_path: ${JSON.stringify(path)} is no absolute path of local names such as /A/B/C, so nothing is ever found there | ${advice}`,
    ]);
  }
  assert.deepEqual(warned('/x:A', { mapping_type: ['calculated_field'], expression: '1' }), []);
});

function ofAddress(more: object): readonly string[] {
  return warningsOf(
    example({
      table_insertion_order: ['app_base', 'app_contact_address'],
      relationships: [child('app_contact_address')],
      element_filtering: { filter_rules: [CONTACT_RULE, ADDRESS_RULE] },
      mappings: [
        mapping(),
        mapping({ target_table: 'app_contact_address', target_column: 'zip', xml_path: '/x:A', ...more }),
      ],
    }),
  ).filter((line) => line.includes('nothing is ever found'));
}

test('addresses read their own element whatever their path says, which is no warning then', () => {
  assert.deepEqual(ofAddress({}), []);
  assert.equal(ofAddress({ mapping_type: ['last_valid_pr_contact'] }).length, 1);
});
