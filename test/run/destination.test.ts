import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../src/contract-files.ts';
import { columnsOf } from '../../src/mapping/layout.ts';
import { toDestinationTables, toWorkSet } from '../../src/run/contract-tables.ts';
import type { ColumnType, DestinationTable } from '../../src/store/destination.ts';
import { CONTRACT } from './workload.ts';

const lease = loadContract(CONTRACT);
const tables = new Map(toDestinationTables(lease).map((table) => [table.name, table]));

test('a work set is what the contract reads and logs', () => {
  assert.deepEqual(toWorkSet(lease), {
    schema: 'lease',
    sourceTable: 'lease_xml_queue',
    sourceColumn: 'doc_xml',
    application: { schema: 'dbo', table: 'application' },
    logTable: 'processing_log',
  });
});

test('columns stand in the order of the values of rows', () => {
  assert.ok(lease.format === 1);
  for (const table of lease.tables) {
    assert.deepEqual(
      tables.get(table.name)?.columns.map(({ name }) => name),
      columnsOf(table),
    );
  }
});

test('tables come in insertion order, and only the root table has that role', () => {
  assert.deepEqual([...tables.keys()].slice(0, 3), ['app_base', 'app_contact_base', 'lease_terms']);
  assert.deepEqual(
    [...tables.values()].filter(({ role }) => role === 'root').map(({ name }) => name),
    ['app_base'],
  );
});

test('column types follow data type and length; a decimal without one has two digits', () => {
  assert.deepEqual(typeOf('lease_terms', 'term_months'), { kind: 'smallint' });
  assert.deepEqual(typeOf('lease_terms', 'residual_percent'), { kind: 'decimal', precision: 18, scale: 5 });
  assert.deepEqual(typeOf('lease_terms', 'rate_factor'), { kind: 'decimal', precision: 18, scale: 2 });
  assert.deepEqual(typeOf('lease_terms', 'note'), { kind: 'text', length: 40 });
  assert.deepEqual(typeOf('lease_terms', 'start_date'), { kind: 'date' });
  assert.deepEqual(typeOf('lease_terms', 'auto_renew_flag'), { kind: 'bit' });
});

test('a column is NOT NULL only where every row fills it: keys, defaults and flags, not `nullable: false` alone (M04)', () => {
  assert.equal(column('lease_terms', 'app_id').nullable, false);
  assert.equal(column('lease_terms', 'buyout_amount').nullable, false);
  assert.equal(column('lease_terms', 'e_sign_flag').nullable, false);
  assert.equal(column('lease_terms', 'must_have').nullable, true);
  assert.equal(column('app_contact_address', 'address_type_enum').nullable, true);
});

test('rows that mappings create have the columns of their kind, wide enough for all of them', () => {
  assert.deepEqual(
    named('scores').columns.map(({ name }) => name),
    ['app_id', 'score_identifier', 'score'],
  );
  assert.deepEqual(typeOf('scores', 'score'), { kind: 'decimal', precision: 18, scale: 2 });
  assert.deepEqual(typeOf('app_historical_lookup', 'value'), { kind: 'text', length: null });
});

test('a primary key is made only of columns that are always filled', () => {
  assert.deepEqual(named('app_base').primaryKey, ['app_id']);
  assert.deepEqual(named('app_contact_base').primaryKey, ['con_id']);
  assert.deepEqual(named('lease_terms').primaryKey, ['app_id']);
  assert.deepEqual(named('app_contact_address').primaryKey, []);
  assert.deepEqual(named('scores').primaryKey, ['app_id', 'score_identifier']);
});

function named(table: string): DestinationTable {
  const found = tables.get(table);
  assert.ok(found, table);
  return found;
}

function column(table: string, name: string): DestinationTable['columns'][number] {
  const found = named(table).columns.find((candidate) => candidate.name === name);
  assert.ok(found, `${table}.${name}`);
  return found;
}

function typeOf(table: string, name: string): ColumnType {
  return column(table, name).type;
}
