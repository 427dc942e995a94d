import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MAPPING_TYPES } from '../../src/contract/mapping-types.ts';
import { DATA_TYPES } from '../../src/contract/data-types.ts';
import { withNested } from '../../src/contract/nested/tree.ts';
import { TABLE_KINDS } from '../../src/contract/conventions.ts';
import { loadContractFolder } from '../../src/contract-files.ts';
import { loadContractWithWarnings } from '../../src/contract-files.ts';
import { loadProductLine } from '../../src/contract-files.ts';
import { toDestinationTables } from '../../src/run/contract-tables.ts';
import { original } from '../support/original.ts';

const folder = fileURLToPath(new URL('../../contracts/', import.meta.url));

test('the sample contracts load without faults, and with no warning but of what they mean', () => {
  const { contracts, faults } = loadContractFolder(folder);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    contracts.map(({ productLine }) => productLine),
    ['insurance-claim', 'personal-loan'],
  );
  const warned = (file: string) => loadContractWithWarnings(folder + file).warnings.map(({ place }) => place);
  assert.deepEqual(warned('personal-loan.json'), []);
  // Files without a claim are to be kept out.
  assert.deepEqual(warned('insurance-claim.yaml'), ['tables.claims.columns.claim (line 17, column 7)']);
});

test('the personal loan shows every mapping type and data type', () => {
  const mappings = original(loadProductLine('personal-loan', folder)).tables.flatMap((table) => table.mappings);
  const types = new Set(mappings.flatMap(({ steps }) => steps.map(({ name }) => name)));
  assert.deepEqual([...types].toSorted(), MAPPING_TYPES.toSorted());
  assert.deepEqual(new Set(mappings.map(({ dataType }) => dataType)), new Set(DATA_TYPES));
  const columns = toDestinationTables(loadProductLine('personal-loan', folder)).flatMap((table) => table.columns);
  const kinds = new Set<string>(columns.map(({ type }) => type.kind));
  const other = new Map([
    ['boolean', 'bit'],
    ['string', 'text'],
  ]);
  assert.deepEqual(
    DATA_TYPES.filter((word) => !kinds.has(other.get(word) ?? word)),
    [],
  );
});

test('the insurance claim shares no name with the original', () => {
  const contract = loadProductLine('insurance-claim', folder);
  assert.ok(contract.format === 2);
  assert.ok(!withNested(contract.tables).some(({ name }) => TABLE_KINDS.has(name)));
  assert.deepEqual(contract.roots, [{ local: 'ClaimFile', namespace: null }]);
  assert.notEqual(contract.key, 'app_id');
  assert.notEqual(contract.logTable, 'processing_log');
});
