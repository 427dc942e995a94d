import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { parseContract } from '../../src/contract/load.ts';
import { loadContract, loadContractWithWarnings } from '../../src/contract-files.ts';
import { errorOf, example, load, mapping } from './example.ts';
import { original } from '../support/original.ts';

const golden = (name: string): string => fileURLToPath(new URL(`../golden/contracts/${name}.json`, import.meta.url));

test('the golden contracts are right', () => {
  const lease = loadContractWithWarnings(golden('lease'));
  assert.deepEqual(
    lease.warnings.map(({ place, message }) => `${place}: ${message}`),
    [
      'mappings[28].xml_attribute (line 45, column 66): reads the name of the element, as in the original, not an attribute of this name (P06)',
    ],
  );
  assert.equal(original(lease.contract).tables.flatMap((table) => table.mappings).length, 151);
  const craft = loadContractWithWarnings(golden('craft'));
  assert.deepEqual(
    craft.warnings.map(({ place, message }) => `${place}: ${message}`),
    ['mappings[31].expression (line 59, column 231): has no effect without the type calculated_field'],
  );
  assert.equal(original(craft.contract).tables.flatMap((table) => table.mappings).length, 103);
});

test('a golden contract has the tables, rows and keys of the original', () => {
  const { tables } = original(loadContract(golden('craft')));
  assert.deepEqual(
    tables.map(({ name, rows, keys, uniqueKey, onDuplicate }) => [
      name,
      rows.kind,
      keys.map(({ column }) => column).join(),
      uniqueKey?.join() ?? '',
      onDuplicate,
    ]),
    [
      ['app_base', 'root', 'app_id', '', 'fail'],
      ['app_contact_base', 'contact', 'con_id,app_id', 'con_id', 'skip'],
      ['br_pricing', 'application', 'app_id', '', 'fail'],
      ['br_odd', 'application', 'app_id', '', 'fail'],
      ['br_dealer', 'application', 'app_id', '', 'fail'],
      ['app_contact_address', 'address', 'con_id', 'con_id,address_type_enum', 'skip'],
      ['app_contact_employment', 'employment', 'con_id', 'con_id,employment_type_enum', 'skip'],
      ['app_collateral_rl', 'group', 'app_id', '', 'fail'],
      ['app_warranties_rl', 'group', 'app_id', '', 'fail'],
      ['app_policy_exceptions_rl', 'exception', 'app_id', '', 'fail'],
      ['app_historical_lookup', 'history', 'app_id', 'app_id,name,source', 'update'],
      ['scores', 'score', 'app_id', 'app_id,score_identifier', 'update'],
    ],
  );
});

test('a product line is called by the contract, else by the caller, else by the file', () => {
  assert.equal(loadContract(golden('lease')).productLine, 'lease');
  assert.equal(loadContract(golden('lease'), { productLine: 'CC' }).productLine, 'CC');
  assert.equal(load(example({ product_line: 'own' })).productLine, 'own');
});

test('mappings are brought into their working form', () => {
  const [first, second] =
    load(
      example({
        mappings: [
          mapping({
            xml_attribute: undefined,
            data_type: 'string',
            data_length: '40',
            mapping_type: ' numbers_only , ,trim',
          }),
          mapping({
            target_column: 'rate',
            data_type: 'decimal',
            data_length: 0,
            nullable: true,
            default_value: '0.00',
            mapping_type: ['calculated_field'],
            expression: 'a',
          }),
        ],
      }),
    ).tables[0]?.mappings ?? [];
  assert.deepEqual(first, {
    index: 0,
    path: '/Provenir/Request',
    attribute: '',
    column: 'app_id',
    dataType: 'string',
    length: 40,
    steps: [
      { name: 'numbers_only', parameter: null },
      { name: 'trim', parameter: null },
    ],
    nullable: false,
    defaultValue: null,
    expression: null,
    enumeration: null,
  });
  assert.deepEqual(
    [second?.length, second?.nullable, second?.defaultValue, second?.expression],
    [0, true, '0.00', { kind: 'name', name: 'a' }],
  );
});

const lengthOf = (type: string, length: number): unknown =>
  load(example({ mappings: [mapping({ data_type: type, data_length: length })] })).tables[0]?.mappings[0]?.length;

test('a length counts for strings and decimals only, and no string has none', () => {
  assert.equal(lengthOf('int', 2), null);
  assert.equal(lengthOf('string', 0), null);
  assert.equal(lengthOf('string', 5), 5);
  assert.equal(lengthOf('decimal', 4), 4);
});

test('YAML says the same as JSON, and words such as Y, null and 1 are keys like others', () => {
  const contract = example({
    product_line: 'one',
    bit_conversions: { char_to_bit: { Y: 1, null: 0, '1': 1, '': 0 } },
    enum_mappings: { app_id: { '00100': 5, true: 'yes' } },
  });
  const yaml = stringify(contract).replace(/"(null|true|1)":/g, '$1:');
  assert.match(yaml, /^ {4}null: 0$/m);
  const fromYaml = parseContract(yaml, { format: 'yaml' }).contract;
  assert.deepEqual(fromYaml, load(contract));
  assert.deepEqual([...fromYaml.bitConversions.charToBit.keys()].toSorted(), ['', '1', 'Y', 'null']);
});

test('the hash follows the content, not the order of keys or the layout', () => {
  const contract = example({ enum_mappings: { a: { x: 1, X: 2 } } });
  const { hash } = load(contract);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(load(Object.fromEntries(Object.entries(contract).toReversed())).hash, hash);
  assert.notEqual(load({ ...contract, source_column: 'other' }).hash, hash);
  assert.notEqual(load({ ...contract, enum_mappings: { a: { X: 2, x: 1 } } }).hash, hash, 'the first spelling wins');
});

test('text that is no JSON or YAML is refused with the place', () => {
  assert.equal(
    errorOf(() => parseContract('{\n  "a": 1,\n}', { format: 'json' })).message,
    'The contract is not JSON:\n' +
      '  line 3, column 1: Expected double-quoted property name\n' +
      '    Correct the JSON; a file ending in .yaml or .yml is read as YAML.',
  );
  assert.equal(
    errorOf(() => parseContract('{"a": 1', { format: 'json' })).message.split('\n')[1],
    "  line 1, column 8: Expected ',' or '}' after property value",
  );
  assert.equal(
    errorOf(() => parseContract('{\n  "a": [1,\n  2, ]\n}', { format: 'json' })).message.split('\n')[1],
    "  line 3, column 6: Unexpected token ']'",
  );
  assert.equal(
    errorOf(() => parseContract('', { format: 'json' })).message.split('\n')[1],
    '  line 1, column 1: Unexpected end of JSON input',
  );
  assert.equal(
    errorOf(() => parseContract('a: 1\na: 2\n', { format: 'yaml' })).message,
    'The contract is not YAML:\n  line 2, column 1: the key a is there twice\n    Remove one of the two.',
  );
});

test('YAML aliases cannot multiply without end', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  assert.equal(
    errorOf(() => parseContract(lines.join('\n'), { format: 'yaml' })).message,
    'The contract is not YAML:\n' +
      '  contract: Excessive alias count indicates a resource exhaustion attack\n' +
      '    Correct the aliases; a value that begins with * is written in quotes.',
  );
});

test('files are read by their suffix, a byte order mark is ignored, and a missing one is named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'one.json'), `\uFEFF${JSON.stringify(example())}`);
  writeFileSync(join(folder, 'two.YML'), stringify(example()));
  assert.equal(loadContract(join(folder, 'one.json')).productLine, 'one');
  assert.equal(loadContract(join(folder, 'two.YML')).productLine, 'two');
  const path = join(folder, 'none.json');
  assert.equal(
    errorOf(() => loadContract(path)).message,
    `The contract cannot be read:\n  ${path}: there is no such file\n    Check the path of the contract.`,
  );
});
