import type { Contract, FilterRule, Mapping } from './contract.ts';
import { dataType, factsOf } from './data-types.ts';
import { parseChain } from './mapping-types.ts';
import { CONTACT_ID_ATTRIBUTE, DEFAULT_SCHEMA, MEANINGFUL, PRODUCT_NAMES } from './conventions.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import type { RawFilterRule, RawMapping } from './schema.ts';
import type { Draft, Indexed } from './shape.ts';
import { buildTable, contactIdAttribute, fillableTables, keyColumns, logTable } from './tables.ts';

/** Turns a contract without faults into its working form: names filled in, enums and expressions resolved. */
export function normalise(draft: Draft, name: string, hash: string): Contract {
  const targetSchema = draft.target_schema ?? DEFAULT_SCHEMA;
  const idAttribute = contactIdAttribute(draft) ?? CONTACT_ID_ATTRIBUTE;
  const filters = draft.filterRules.map((rule) => normaliseFilter(rule, idAttribute));
  const element = applicationElement(draft);
  return {
    format: 1,
    productLine: draft.product_line ?? name,
    productName: draft.product_name ?? PRODUCT_NAMES.get(element?.name ?? '') ?? draft.product_line ?? name,
    hash,
    targetSchema,
    source: { table: draft.source_table, column: draft.source_column },
    applicationTable: draft.source_application_table
      ? { schema: draft.application_schema ?? DEFAULT_SCHEMA, table: draft.source_application_table }
      : null,
    logTable: logTable(draft),
    rootElement: draft.xml_root_element,
    applicationId: {
      ...(draft.application_id ?? { path: `/${draft.xml_root_element}/Request`, attribute: 'ID' }),
      optional: draft.application_id?.optional ?? false,
    },
    applicationElement: element,
    keyColumns: keyColumns(draft),
    filters,
    tables: fillableTables(draft).map((table) => {
      const own = draft.mappings.filter((mapping) => mapping.target_table === table);
      return buildTable(
        draft,
        table,
        own.map((mapping) => normaliseMapping(draft, mapping)),
        filters,
      );
    }),
    bitConversions: {
      charToBit: new Map(Object.entries(draft.bit_conversions?.char_to_bit ?? {})),
      booleanToBit: new Map(Object.entries(draft.bit_conversions?.boolean_to_bit ?? {})),
    },
  };
}

/**
 * The element that must exist (spec 4.2). The original ignored `xml_application_path`; it counts where it agrees with
 * `source_application_table`, or where the contract describes its own layout by `application_id` (spec 14).
 */
function applicationElement(draft: Draft): Contract['applicationElement'] {
  const table = draft.source_application_table;
  if (!table) return null;
  const path = draft.xml_application_path;
  if (path && (lastSegment(path) === table || draft.application_id)) return { path, name: lastSegment(path) };
  return { path: `/${draft.xml_root_element}/Request/CustData/${table}`, name: table };
}

function normaliseFilter(rule: RawFilterRule, idAttribute: string): FilterRule {
  const required = new Map(Object.entries(rule.required_attributes));
  const listed = [...required].find(([, allowed]) => allowed !== true);
  const usual = MEANINGFUL.get(rule.element_type);
  return {
    elementType: rule.element_type,
    path: rule.xml_child_path,
    elementName: lastSegment(rule.xml_child_path),
    idAttribute,
    required,
    type: listed && listed[1] !== true ? { attribute: listed[0], values: listed[1] } : null,
    meaningfulAttributes: rule.meaningful_attributes ?? usual?.attributes ?? [],
    meaningfulColumns: rule.meaningful_columns ?? [...(usual?.textColumns ?? []), ...(usual?.numberColumns ?? [])],
    textColumns: rule.meaningful_columns ? [] : (usual?.textColumns ?? []),
  };
}

function normaliseMapping(draft: Draft, mapping: Indexed<RawMapping>): Mapping {
  const steps = parseChain(mapping.mapping_type);
  const has = (name: string): boolean => steps.some((step) => step.name === name);
  return {
    index: mapping.index,
    path: mapping.xml_path,
    attribute: mapping.xml_attribute ?? '',
    column: mapping.target_column ?? '',
    dataType: dataType(mapping.data_type),
    length: dataLength(mapping),
    steps,
    nullable: mapping.nullable ?? false,
    defaultValue: mapping.default_value ?? null,
    expression: has('calculated_field') ? expressionOf(mapping) : null,
    enumeration: has('enum') ? new Map(Object.entries(draft.enum_mappings?.[enumName(mapping)] ?? {})) : null,
  };
}

/** The enum that a mapping uses: the one it names, else the one named like its column (spec 2.2). */
export function enumName({ enum_name: named, target_column: column }: RawMapping): string {
  return named || column || '';
}

/** No text is cut to nothing: a length of 0 means none, as in the original, and so does one below 0 (V11). A scale of 0 counts. */
export function dataLength({ data_type: type, data_length: given }: RawMapping): number | null {
  if (given === null || given === undefined || String(given).trim() === '') return null;
  const length = Number(given);
  if (length < 0) return null;
  const { length: says } = factsOf(dataType(type));
  return says === 'scale' || (says === 'characters' && length > 0) ? length : null;
}

function expressionOf(mapping: RawMapping): Mapping['expression'] {
  const parsed = parseExpression(mapping.expression ?? '');
  return parsed.ok ? parsed.expression : null;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
