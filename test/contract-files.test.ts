import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { loadContractFolder } from '../src/contract-files.ts';
import { loadProductLine } from '../src/contract-files.ts';
import { errorOf, example } from './contract/example.ts';
import type { Json } from './contract/example.ts';

/** A folder with these contracts, removed after the test. */
function folderOf(t: TestContext, files: Record<string, Json | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

test('a product line is found by its name or its file name, in any case', (t) => {
  const folder = folderOf(t, {
    'credit-card.json': example({ product_line: 'CC' }),
    'leasing.yaml': example({ target_schema: 'lease' }),
    'contract.schema.json': '{}',
    'notes.txt': 'not a contract',
  });
  assert.equal(loadProductLine('cc', folder).productLine, 'CC');
  assert.equal(loadProductLine('Leasing', folder).productLine, 'leasing');
});

test('an unknown product line is refused with the known ones', (t) => {
  const folder = folderOf(t, { 'b.json': example(), 'a.json': example() });
  assert.equal(
    errorOf(() => loadProductLine('c', folder)).message,
    'The product line cannot be loaded:\n  c: is no product line\n    Known are a, b.',
  );
  const empty = folderOf(t, {});
  assert.equal(
    errorOf(() => loadProductLine('c', empty)).message,
    `The product line cannot be loaded:\n  c: is no product line\n    Put its contract into ${empty}.`,
  );
});

test('a broken contract is named and does not keep the others from loading', (t) => {
  const folder = folderOf(t, { 'a.json': example(), 'b.json': example({ source_table: '' }) });
  assert.equal(loadProductLine('a', folder).productLine, 'a');
  const { message } = errorOf(() => loadProductLine('b', folder));
  assert.match(
    message,
    /^ {2}b: is no product line\n {4}Known are a\.\n {2}b\.json: source_table \(line 1, column 2\): must be 1 to 128/m,
  );
});

test('two contracts of one name are refused', (t) => {
  const folder = folderOf(t, { 'a.json': example({ product_line: 'x' }), 'b.json': example({ product_line: 'X' }) });
  assert.deepEqual(loadContractFolder(folder).faults, [
    {
      place: 'b.json',
      message: 'another contract of the folder is product line X already',
      advice: 'Give it a product_line of its own.',
    },
  ]);
});

test('contracts that share a log table but not the source are both refused', (t) => {
  const folder = folderOf(t, {
    'a.json': example(),
    'b.json': example({ source_table: 'others' }),
    'c.json': example({ source_table: 'others', log_table: 'other_log', table_insertion_order: ['app_base'] }),
    'd.json': example({ source_table: 'others', target_schema: 'other' }),
  });
  const { contracts, faults } = loadContractFolder(folder);
  assert.deepEqual(
    contracts.map(({ productLine }) => productLine),
    ['c', 'd'],
  );
  assert.deepEqual(
    faults.map(({ place, message }) => `${place}: ${message}`),
    [
      'a.json: shares the log table dbo.processing_log with b.json, which reads dbo.others.xml joined with dbo.application, not dbo.documents.xml joined with dbo.application',
      'b.json: shares the log table dbo.processing_log with a.json, which reads dbo.documents.xml joined with dbo.application, not dbo.others.xml joined with dbo.application',
    ],
  );
});

test('a folder that cannot be read is named', () => {
  assert.equal(
    errorOf(() => loadContractFolder('/nowhere/contracts')).message,
    'The contracts cannot be read:\n' +
      '  CONTRACTS_DIR: /nowhere/contracts is no folder that can be read\n' +
      '    Set CONTRACTS_DIR to a folder with contracts.',
  );
});
