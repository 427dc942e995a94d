import assert from 'node:assert/strict';
import type { Contract } from '../../src/contract/contract.ts';
import { parseContract } from '../../src/contract/load.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { CompileOptions, Mapper } from '../../src/mapping/compile.ts';
import type { Outcome, QualityIssue } from '../../src/mapping/outcome.ts';
import type { Cells } from '../support/rows.ts';

/** What a test says about a mapping; the rest is a nullable text column read from the application element. */
export interface SmallMapping {
  readonly table?: string;
  readonly column?: string;
  readonly path?: string;
  readonly attribute?: string;
  readonly type?: string;
  readonly length?: number;
  readonly chain?: readonly string[];
  readonly nullable?: boolean;
  readonly default?: string | number | boolean;
  readonly expression?: string;
  readonly enum?: string;
}

export const APPLICATION = '/Provenir/Request/CustData/application';
export const CONTACT = `${APPLICATION}/contact`;
export const ADDRESS = `${CONTACT}/contact_address`;
export const NOW = new Date('2026-01-02T03:04:05.670Z');

const filters = [
  { element_type: 'contact', xml_child_path: CONTACT, required_attributes: { con_id: true, role: ['PR', 'SEC'] } },
  { element_type: 'address', xml_child_path: ADDRESS, required_attributes: { kind: ['NOW', 'OLD'] } },
  {
    element_type: 'employment',
    xml_child_path: `${CONTACT}/contact_employment`,
    required_attributes: { job: ['NOW', 'OLD'] },
  },
  { element_type: 'unit', xml_child_path: `${APPLICATION}/unit`, required_attributes: { kind: true } },
];

interface SmallOptions extends CompileOptions {
  readonly element?: string | null | undefined;
  /** Filter rules in place of those of the same kind. */
  readonly rules?: readonly { readonly element_type: string }[] | undefined;
  readonly tables?: Readonly<Record<string, { readonly role: string }>> | undefined;
  readonly applicationId?:
    | { readonly path: string; readonly attribute: string; readonly optional: boolean }
    | undefined;
}

/** Compiles a contract with conventional names, a few rules and the given mappings. */
export function smallLine(
  mappings: readonly SmallMapping[],
  { element, rules, tables, applicationId, ...options }: SmallOptions = {},
): Mapper {
  return compile(smallContract(mappings, { element, rules, tables, applicationId }), options);
}

/** The contract of such a mapper. */
export function smallContract(
  mappings: readonly SmallMapping[],
  { element = 'application', rules = filters, tables: roles, applicationId }: SmallOptions = {},
): Contract {
  const tables = [...new Set(mappings.map(({ table }) => table ?? 'app_base'))];
  const contract = {
    source_table: 'queue',
    source_column: 'doc',
    source_application_table: element ?? undefined,
    xml_root_element: 'Provenir',
    table_insertion_order: tables,
    application_id: applicationId,
    tables: { ...(tables.includes('units') ? { units: { rows: { each: 'unit' } } } : {}), ...roles },
    element_filtering: { filter_rules: [...filters.filter((rule) => !isReplaced(rule, rules)), ...rules] },
    relationships: tables
      .filter((table) => table !== 'app_base')
      .map((table) => ({
        parent_table: 'app_base',
        child_table: table,
        foreign_key_column: 'app_id',
        xml_parent_path: APPLICATION,
        xml_child_path: APPLICATION,
      })),
    enum_mappings: {
      kinds: { A: 1, b: 2, Text: 'words' },
      catching: { A: 1, '': 9 },
      numerals: { A: '7' },
      none: {},
    },
    bit_conversions: { char_to_bit: { Y: 1, N: 0 }, boolean_to_bit: { true: 1, false: 0 } },
    mappings: mappings.map((mapping) => ({
      xml_path: mapping.path ?? APPLICATION,
      xml_attribute: mapping.attribute ?? 'a',
      target_table: mapping.table ?? 'app_base',
      target_column: mapping.column ?? 'a',
      data_type: mapping.type ?? 'string',
      data_length: mapping.length,
      mapping_type: mapping.chain,
      nullable: mapping.nullable ?? true,
      default_value: mapping.default,
      expression: mapping.expression,
      enum_name: mapping.enum,
    })),
  };
  return parseContract(JSON.stringify(contract), { format: 'json', productLine: 'SMALL' }).contract;
}

function isReplaced(rule: { element_type: string }, rules: readonly { readonly element_type: string }[]): boolean {
  return rules.some(({ element_type: type }) => type === rule.element_type);
}

/** A document with attributes on, and elements in, its application element. */
export function documentOf(attributes = '', inside = '', outside = ''): string {
  return (
    `<Provenir><Request ID="7"><CustData><application ${attributes}>${inside}</application>${outside}</CustData>` +
    '</Request></Provenir>'
  );
}

export interface Mapped {
  readonly tables: Readonly<Record<string, readonly Cells[]>>;
  readonly issues: readonly QualityIssue[];
}

/** Maps a document that must not be rejected. */
export function mapped(mapper: Mapper, xml: string): Mapped {
  const outcome: Outcome = mapper.map({ xml }, NOW);
  assert.equal(outcome.outcome, 'mapped', JSON.stringify(outcome));
  return { tables: cellsOf(mapper, outcome), issues: outcome.issues };
}

/** Rows with the names of their columns; absent ones are not there. */
export function cellsOf({ tables }: Mapper, outcome: Outcome): Mapped['tables'] {
  const mappedTables = outcome.outcome === 'mapped' ? outcome.tables : [];
  return Object.fromEntries(
    mappedTables.map(({ table, rows }) => {
      const columns = tables.find((plan) => plan.table === table)?.columns ?? [];
      return [table, rows.map((row) => namedCells(columns, row))];
    }),
  );
}

function namedCells(columns: readonly string[], row: readonly (string | null | undefined)[]): Cells {
  assert.equal(row.length, columns.length);
  return Object.fromEntries(
    columns.flatMap((column, at) => {
      const value = row[at];
      return value === undefined ? [] : [[column, value]];
    }),
  );
}

/** The value of one column for each document: undefined where it is absent. The row has a second column, so that it exists. */
export function values(mapping: SmallMapping, attributes: readonly string[]): readonly (string | null | undefined)[] {
  const mapper = smallLine([{ column: 'other', attribute: 'other', default: 'x', nullable: false }, mapping]);
  return attributes.map(
    (text) => mapped(mapper, documentOf(text)).tables[mapping.table ?? 'app_base']?.[0]?.[mapping.column ?? 'a'],
  );
}
