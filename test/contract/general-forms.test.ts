import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contract, Table } from '../../src/contract/contract.ts';
import { ADDRESS_RULE, child, CONTACT_RULE, example, faultsOf, load, mapping, warningsOf } from './example.ts';
import type { Json } from './example.ts';

const ITEM_RULE = { element_type: 'item', xml_child_path: '/Claim/Item', required_attributes: { no: true } };

/** A contract with one mapping for each of some tables, and what `tables` and `row_tables` say of them. */
function tables(names: readonly string[], changes: Json = {}): Json {
  return example({
    source_application_table: undefined,
    mappings: names.map((name) => mapping({ target_table: name, target_column: 'extra' })),
    table_insertion_order: names,
    element_filtering: { filter_rules: [CONTACT_RULE, ADDRESS_RULE, ITEM_RULE] },
    relationships: names
      .filter((name) => name !== 'file')
      .map((name) => child(name, { parent_table: 'people', foreign_key_column: 'person_ref' })),
    ...changes,
  });
}

function tableOf(contract: Contract, name: string): Table {
  const table = contract.tables.find((candidate) => candidate.name === name);
  assert.ok(table, name);
  return table;
}

test('a contract without general forms gets the original names', () => {
  const contract = load(example());
  assert.equal(contract.targetSchema, 'dbo');
  assert.equal(contract.logTable, 'processing_log');
  assert.deepEqual(contract.applicationTable, { schema: 'dbo', table: 'application' });
  assert.deepEqual(contract.applicationId, { path: '/Provenir/Request', attribute: 'ID', optional: false });
  assert.deepEqual(contract.applicationElement, {
    path: '/Provenir/Request/CustData/application',
    name: 'application',
  });
  assert.deepEqual(contract.keyColumns, { document: 'app_id', contact: 'con_id' });
  assert.equal(contract.productName, 'Credit Card');
  assert.equal(load(example({ source_application_table: 'IL_application' })).productName, 'Rec Lending');
});

test('without source_application_table nothing is joined and no element is required', () => {
  const contract = load(example({ source_application_table: undefined }));
  assert.equal(contract.applicationTable, null);
  assert.equal(contract.applicationElement, null);
  assert.equal(contract.productName, 'test');
});

test('xml_application_path counts where it agrees with the table or the contract has a layout of its own', () => {
  const path = '/Provenir/Other/application';
  assert.equal(load(example({ xml_application_path: path })).applicationElement?.path, path);
  assert.deepEqual(load(example({ xml_application_path: '/Provenir/Loan' })).applicationElement, {
    path: '/Provenir/Request/CustData/application',
    name: 'application',
  });
  const own = { xml_application_path: '/Provenir/Loan', application_id: { path: '/Provenir', attribute: 'no' } };
  assert.deepEqual(load(example(own)).applicationElement, { path: '/Provenir/Loan', name: 'Loan' });
});

test('names of schemas, log table, root and product are those of the contract', () => {
  const contract = load(
    example({
      target_schema: 'claims',
      application_schema: 'intake',
      log_table: 'conversion_log',
      product_line: 'claims',
      product_name: 'Claim',
      xml_root_element: 'File',
      table_insertion_order: ['app_base', 'conversion_log'],
      mappings: [mapping({ xml_path: '/File' })],
    }),
  );
  assert.equal(contract.targetSchema, 'claims');
  assert.deepEqual(contract.applicationTable, { schema: 'intake', table: 'application' });
  assert.equal(contract.logTable, 'conversion_log');
  assert.equal(contract.productLine, 'claims');
  assert.equal(contract.productName, 'Claim');
  assert.deepEqual(contract.applicationId, { path: '/File/Request', attribute: 'ID', optional: false });
  assert.deepEqual(
    contract.tables.map(({ name }) => name),
    ['app_base'],
  );
});

test('tables are inserted in the order of the contract, then by name', () => {
  const order = ['app_base', 'zeta', 'processing_log'];
  const names = ['omega', 'app_base', 'alpha', 'zeta'];
  const contract = load(tables(names, { table_insertion_order: order, relationships: [child('zeta')] }));
  assert.deepEqual(
    contract.tables.map(({ name }) => name),
    ['app_base', 'zeta', 'alpha', 'omega'],
  );
});

test('roles give tables the rows, keys and duplicate rules of the original ones', () => {
  const contract = load(
    tables(['file', 'people', 'places', 'facts'], {
      tables: {
        file: { role: 'root', key: { column: 'file_id' } },
        people: { role: 'contact', key: { column: 'person_id', attribute: 'no' } },
        places: { role: 'address', unique_key: ['person_ref', 'extra'] },
      },
    }),
  );
  assert.deepEqual(contract.keyColumns, { document: 'file_id', contact: 'person_id' });
  const file = tableOf(contract, 'file');
  assert.deepEqual(
    [file.rows, file.keys, file.uniqueKey],
    [{ kind: 'root', keyAlone: true }, [{ column: 'file_id', of: 'document' }], null],
  );
  const people = tableOf(contract, 'people');
  assert.equal(people.rows.kind === 'contact' && people.rows.filter.idAttribute, 'no');
  assert.deepEqual(people.keys, [
    { column: 'person_id', of: 'contact' },
    { column: 'file_id', of: 'document' },
  ]);
  assert.deepEqual([people.uniqueKey, people.onDuplicate], [['person_id'], 'skip']);
  const places = tableOf(contract, 'places');
  assert.deepEqual(places.keys, [{ column: 'person_ref', of: 'contact' }], 'the foreign key of the relationship');
  assert.deepEqual([places.uniqueKey, places.onDuplicate], [['person_ref', 'extra'], 'skip']);
  assert.deepEqual(tableOf(contract, 'facts').keys, [{ column: 'file_id', of: 'document' }]);
});

test('foreign keys are not read where the contract names no key, as in the original', () => {
  const contract = load(
    tables(['app_base', 'app_contact_base', 'app_contact_address'], {
      relationships: ['app_contact_base', 'app_contact_address'].map((name) =>
        child(name, { parent_table: 'app_contact_base', foreign_key_column: 'odd' }),
      ),
      mappings: ['app_base', 'app_contact_base', 'app_contact_address'].map((name) =>
        mapping({ target_table: name, target_column: 'address_type_enum' }),
      ),
    }),
  );
  const address = tableOf(contract, 'app_contact_address');
  assert.deepEqual(address.keys, [{ column: 'con_id', of: 'contact' }]);
  assert.deepEqual([address.uniqueKey, address.onDuplicate], [['con_id', 'address_type_enum'], 'skip']);
});

test('addresses without their type column have no key to tell duplicates by', () => {
  const contract = load(tables(['app_contact_address'], {}));
  const { uniqueKey, onDuplicate } = tableOf(contract, 'app_contact_address');
  assert.deepEqual([uniqueKey, onDuplicate], [null, 'fail']);
});

test('rows.each makes rows of a named rule, and unique_key tells duplicates', () => {
  const contract = load(
    tables(['app_base', 'items', 'notes'], {
      relationships: [],
      tables: {
        items: { rows: { each: 'item' }, unique_key: ['app_id', 'extra'], on_duplicate: 'update' },
        notes: { role: 'application', key: { column: 'note_of' } },
      },
      mappings: ['app_base', 'items', 'items', 'notes'].map((table, i) =>
        mapping({ target_table: table, target_column: i === 2 ? 'price' : 'extra' }),
      ),
    }),
  );
  const items = tableOf(contract, 'items');
  assert.equal(items.rows.kind === 'each' && items.rows.filter.elementType, 'item');
  assert.deepEqual(
    [items.keys, items.uniqueKey, items.onDuplicate, items.updateColumns],
    [[{ column: 'app_id', of: 'document' }], ['app_id', 'extra'], 'update', ['price']],
  );
  assert.deepEqual(tableOf(contract, 'notes').keys, [{ column: 'note_of', of: 'document' }]);
});

test('meaningful attributes and columns are those of the rule, else the original ones', () => {
  const own = { ...CONTACT_RULE, meaningful_attributes: ['nick'], meaningful_columns: ['nick_name'] };
  const [contact, address] = load(example({ element_filtering: { filter_rules: [own, ADDRESS_RULE] } })).filters;
  assert.deepEqual([contact?.meaningfulAttributes, contact?.meaningfulColumns], [['nick'], ['nick_name']]);
  assert.deepEqual(address?.meaningfulAttributes, ['zip_code', 'city', 'street_name']);
  assert.deepEqual(contact?.type, { attribute: 'role', values: ['PR', 'SEC'] });
});

/** One row table of a contract whose only other table is app_base. */
function rowTable(kind: string, type: string, options: Json = {}): Table {
  const contract = tables(['app_base', 'made'], {
    relationships: [],
    row_tables: { made: { kind, ...options } },
    mappings: [mapping(), mapping({ target_table: 'made', target_column: 'extra', mapping_type: [type] })],
  });
  return tableOf(load(contract), 'made');
}

test('row tables have the original columns unless the contract names others', () => {
  const score = rowTable('score', 'add_score(A)', { columns: { value: 'points' } });
  assert.deepEqual(score.rows, { kind: 'score', columns: { identifier: 'score_identifier', value: 'points' } });
  assert.deepEqual(
    [score.uniqueKey, score.onDuplicate, score.updateColumns],
    [['app_id', 'score_identifier'], 'update', ['points']],
  );
  const indicator = rowTable('indicator', 'add_indicator(A)', { on_duplicate: 'skip' });
  assert.deepEqual(
    [indicator.uniqueKey, indicator.onDuplicate, indicator.updateColumns],
    [['app_id', 'indicator'], 'skip', []],
  );
  const history = rowTable('history', 'add_history');
  assert.deepEqual([history.uniqueKey, history.updateColumns], [['app_id', 'name', 'source'], ['value']]);
  const report = rowTable('report', 'add_report_lookup', { on_duplicate: 'fail' });
  assert.deepEqual([report.uniqueKey, report.onDuplicate], [null, 'fail']);
  const unique = ['app_id', 'policy_exception_type_enum'];
  const exception = rowTable('exception', 'policy_exceptions(1)', { unique_key: unique, on_duplicate: 'update' });
  assert.deepEqual([exception.uniqueKey, exception.updateColumns], [unique, ['reason_code', 'notes']]);
});

test('groups take the rules of the type that fills them', () => {
  const plain = rowTable('group', 'warranty_field(1)', { group_column: 'no' });
  assert.deepEqual(plain.rows, {
    kind: 'group',
    flavour: 'warranty',
    groupColumn: 'no',
    always: {},
    defaults: false,
    positiveOnly: [],
  });
  const options = {
    group_column: 'no',
    always: { flag: 0 },
    defaults: true,
    positive_only: ['extra'],
    unique_key: ['no', 'flag'],
  };
  const full = rowTable('group', 'add_collateral(1)', options);
  assert.deepEqual(full.rows, {
    kind: 'group',
    flavour: 'collateral',
    groupColumn: 'no',
    always: { flag: '0' },
    defaults: true,
    positiveOnly: ['extra'],
  });
  assert.deepEqual([full.uniqueKey, full.onDuplicate], [['no', 'flag'], 'skip']);
});

test('a table keeps no original meaning that the contract takes from it', () => {
  const contract = tables(['app_base', 'scores'], { tables: { scores: { role: 'application' } }, relationships: [] });
  assert.deepEqual(tableOf(load(contract), 'scores').rows, { kind: 'application' });
});

const faulty = (changes: Json): string[] => faultsOf(tables(['app_base', 'made'], changes));

const REFUSED: readonly (readonly [title: string, changes: Json, lines: readonly string[]])[] = [
  [
    'two root tables',
    { tables: { made: { role: 'root' } } },
    ['tables: app_base and made are both the root table', '  Give one of them another role, e.g. application.'],
  ],
  [
    'role and rows together',
    { tables: { made: { role: 'application', rows: { each: 'item' } } } },
    ['tables.made: has both role and rows', '  Keep one of them.'],
  ],
  [
    'a table that is declared twice',
    { tables: { made: {} }, row_tables: { made: { kind: 'score' } } },
    ['tables.made: made is also one of row_tables', '  Keep one of the two.'],
  ],
  [
    'rows of an unknown rule',
    { tables: { made: { rows: { each: 'thing' } } } },
    ['tables.made.rows.each: there is no filter rule with element_type thing', '  Add it to element_filtering.'],
  ],
  [
    'a column that the kind does not have',
    { row_tables: { made: { kind: 'score', columns: { points: 'points' } } } },
    ['row_tables.made.columns.points: kind score has no such column', '  Its columns are identifier, value.'],
  ],
  [
    'columns of a group',
    { row_tables: { made: { kind: 'group', group_column: 'no', columns: { points: 'points' } } } },
    ['row_tables.made.columns.points: kind group has no such column', '  Use group_column and always.'],
  ],
  [
    'a group without group_column',
    { row_tables: { made: { kind: 'group' } } },
    ['row_tables.made.group_column: is missing', '  Name the column that gets the number in parentheses.'],
  ],
  [
    'on_duplicate without a key',
    { tables: { made: { on_duplicate: 'update' } } },
    [
      'tables.made.unique_key: is missing, but on_duplicate is update',
      '  Name the columns by which duplicates are told.',
    ],
  ],
  [
    'a key of columns that no row has',
    { tables: { made: { unique_key: ['app_id', 'other'] } } },
    ['tables.made.unique_key[1]: other is no column of made', '  Use columns that every row may have: app_id, extra.'],
  ],
  [
    'a key of columns that no score has',
    { row_tables: { made: { kind: 'score', columns: { value: 'points' }, unique_key: ['extra'] } } },
    [
      'row_tables.made.unique_key[0]: extra is no column of made',
      '  Use columns that every row may have: app_id, score_identifier, points.',
    ],
  ],
];

for (const [title, changes, lines] of REFUSED) {
  test(`${title} is refused`, () => assert.deepEqual(faulty(changes), lines));
}

test('a group that mixes the rules of two types is refused', () => {
  const contract = tables(['app_base', 'made'], {
    row_tables: { made: { kind: 'group', group_column: 'no' } },
    mappings: ['add_collateral(1)', 'warranty_field(2)'].map((type) =>
      mapping({ target_table: 'made', target_column: 'extra', mapping_type: [type] }),
    ),
  });
  assert.deepEqual(faultsOf({ ...contract, table_insertion_order: ['made'], relationships: [] }), [
    'mappings[1].mapping_type: made has mappings with add_collateral and with warranty_field',
    '  Use one of the two types in one table.',
  ]);
});

test('declarations without effect are warnings', () => {
  const contract = tables(['app_base'], {
    relationships: [],
    tables: { spare: {}, app_base: { key: { attribute: 'no' } } },
    row_tables: { 'spare too': { kind: 'score' } },
  });
  assert.deepEqual(warningsOf(contract), [
    'tables.spare: has no effect, as no mapping fills the table | Check its spelling.',
    'tables.app_base.key.attribute: has an effect only with the role contact',
    'row_tables["spare too"]: has no effect, as no mapping fills the table | Check its spelling.',
  ]);
});
