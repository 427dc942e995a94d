import assert from 'node:assert/strict';
import { InputError } from '../../src/errors.ts';
import type { Contract } from '../../src/contract/contract.ts';
import { parseContract } from '../../src/contract/load.ts';

export type Json = Record<string, unknown>;

/** A mapping that is right, with what the test needs changed. */
export function mapping(changes: Json = {}): Json {
  return {
    xml_path: '/Provenir/Request',
    xml_attribute: 'ID',
    target_table: 'app_base',
    target_column: 'app_id',
    data_type: 'int',
    ...changes,
  };
}

/** The smallest contract that is right, with what the test needs changed. */
export function example(changes: Json = {}): Json {
  return {
    source_table: 'documents',
    source_column: 'xml',
    source_application_table: 'application',
    xml_root_element: 'Provenir',
    table_insertion_order: ['app_base', 'processing_log'],
    element_filtering: { filter_rules: [] },
    relationships: [],
    mappings: [mapping()],
    ...changes,
  };
}

export const CONTACT_RULE = {
  element_type: 'contact',
  xml_child_path: '/Provenir/Request/CustData/application/contact',
  required_attributes: { con_id: true, role: ['PR', 'SEC'] },
};

export const ADDRESS_RULE = {
  element_type: 'address',
  xml_child_path: '/Provenir/Request/CustData/application/contact/contact_address',
  required_attributes: { kind: ['HOME'] },
};

/** A relationship of a child table to the root. */
export function child(table: string, changes: Json = {}): Json {
  return {
    parent_table: 'app_base',
    child_table: table,
    foreign_key_column: 'app_id',
    xml_parent_path: '/Provenir/Request',
    xml_child_path: '/Provenir/Request/CustData/application/contact',
    ...changes,
  };
}

export function load(contract: Json): Contract {
  return parseContract(JSON.stringify(contract), { format: 'json', productLine: 'test' }).contract;
}

/** The lines of the error that a contract is refused with, without the summary. */
export function faultsOf(contract: unknown): string[] {
  const lines = errorOf(() => parseContract(JSON.stringify(contract), { format: 'json' })).message.split('\n');
  assert.equal(lines[0], 'The contract is not valid:');
  return lines.slice(1).map((line) => withoutPosition(line.slice(2)));
}

/** A place without the line and column of its file. */
function withoutPosition(place: string): string {
  return place.replace(/ \(line \d+, column \d+\)/, '');
}

/** The warnings of a contract that is right, as `place: message`. */
export function warningsOf(contract: Json): string[] {
  const { warnings } = parseContract(JSON.stringify(contract), { format: 'json' });
  return warnings.map(({ place, message, advice }) =>
    withoutPosition(`${place}: ${message}${advice && ` | ${advice}`}`),
  );
}

export function errorOf(act: () => unknown): InputError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error;
  }
  throw new Error('no error was thrown');
}
