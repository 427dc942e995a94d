import type { Step } from './contract.ts';
import { CONTACT_ID_ATTRIBUTE } from './conventions.ts';
import { dataType, factsOf } from './data-types.ts';
import { bitWord, type Family } from '../values/families.ts';
import type { Finding, Findings } from './findings.ts';
import { checkSpelling } from './findings.ts';
import { parseChain } from './mapping-types.ts';
import { dataLength, enumName } from './normalise.ts';
import type { RawMapping } from './schema.ts';
import type { Draft, Indexed } from './shape.ts';
import { contactIdAttribute, rowKeys, tableKind } from './tables.ts';
import { readTimestamp } from '../values/dates.ts';
import { readDecimal, readFloat, readInteger } from '../values/number.ts';
import { isBlank, trim } from '../values/text.ts';
import { readGuid, readTime } from '../values/time-and-guid.ts';
import { count } from '../words.ts';

/*
 * Values that a contract writes and that can never do what they are there for. The original loads them all and is silent, so they
 * are warnings.
 */

/** Tells values of mappings, enums and filter rules that can never be read, found or kept. */
export function checkValues(draft: Draft, { warnings }: Findings): void {
  const keyed = !['tables', 'row_tables', 'relationships', 'application_id'].some((part) => draft.broken.has(part));
  for (const mapping of draft.mappings) {
    const steps = parseChain(mapping.mapping_type);
    checkDefault(mapping, warnings);
    if (!draft.broken.has('enum_mappings') && steps.at(-1)?.name === 'enum') checkEnumValues(draft, mapping, warnings);
    if (keyed) checkOverwritten(draft, mapping, steps, warnings);
  }
  checkPadding(draft, warnings);
  for (const rule of draft.filterRules) checkMeaningful(draft, rule, warnings);
}

const READERS: Readonly<Record<Family, (text: string) => unknown>> = {
  text: (text) => text,
  integer: (text) => readInteger(text),
  decimal: (text) => readDecimal(text, 2),
  float: readFloat,
  bit: (text) => bitWord(text) ?? readFloat(text),
  timestamp: (text) => readTimestamp(text),
  time: readTime,
  uniqueidentifier: readGuid,
};

function isReadable(type: string, text: string): boolean {
  return READERS[factsOf(dataType(type)).family](text) !== null;
}

function checkDefault(mapping: Indexed<RawMapping>, warnings: Finding[]): void {
  const { default_value: value, data_type: type, index } = mapping;
  if (value === null || value === undefined || value === '') return;
  const path = ['mappings', index, 'default_value'];
  const text = String(value);
  if (!isReadable(type, text)) {
    const message = `${JSON.stringify(value)} is no ${type}, so that documents that need the default fail or go without it`;
    warnings.push({ path, message, advice: `Write a ${type}.` });
  }
  const length = factsOf(dataType(type)).length === 'characters' ? dataLength(mapping) : null;
  if (length !== null && Array.from(text).length > length) {
    const message = `has ${count(Array.from(text).length, 'character')}, more than data_length (${length})`;
    warnings.push({ path, message, advice: 'Shorten it, or allow more.' });
  }
}

function checkEnumValues(draft: Draft, mapping: Indexed<RawMapping>, warnings: Finding[]): void {
  const name = enumName(mapping);
  for (const [key, value] of Object.entries(draft.enum_mappings?.[name] ?? {})) {
    if (typeof value === 'number' || isReadable(mapping.data_type, value)) continue;
    const message = `${JSON.stringify(value)} is no ${mapping.data_type}, as which mappings[${mapping.index}] reads it`;
    warnings.push({ path: ['enum_mappings', name, key], message, advice: 'Correct the value, or the data_type.' });
  }
}

/** A key column holds the id, whatever is mapped to it (spec 7.4). */
function checkOverwritten(
  draft: Draft,
  { target_table: table, target_column: column, xml_path: path, xml_attribute: attribute, index }: Indexed<RawMapping>,
  steps: readonly Step[],
  warnings: Finding[],
): void {
  const key = rowKeys(draft, table, tableKind(draft, table)).find((one) => one.column === column);
  if (key === undefined) return;
  const id = draft.application_id ?? { path: `/${draft.xml_root_element}/Request`, attribute: 'ID' };
  const readsId =
    key.of === 'document'
      ? path === id.path && same(attribute, id.attribute)
      : same(attribute, contactIdAttribute(draft) ?? CONTACT_ID_ATTRIBUTE);
  if (readsId && !steps.some(({ name }) => name === 'calculated_field')) return;
  const message = `${column} is the key of ${table}, which gets the ${key.of}'s id whatever is mapped to it`;
  warnings.push({ path: ['mappings', index, 'target_column'], message, advice: 'Name another column.' });
}

function same(a: string | null | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/** Input is trimmed before it is looked up, so that a text with blanks at its ends is never found (spec 5.1, 6.3). */
function checkPadding(draft: Draft, warnings: Finding[]): void {
  const enums = Object.entries(draft.enum_mappings ?? {}).map(
    ([name, values]) => [['enum_mappings', name], Object.keys(values)] as const,
  );
  const bits = Object.entries(draft.bit_conversions ?? {}).map(
    ([name, values]) => [['bit_conversions', name], Object.keys(values)] as const,
  );
  const types = draft.filterRules
    .filter((rule) => rule.element_type === 'contact')
    .flatMap(({ index, required_attributes: required }) =>
      Object.entries(required).map(
        ([attribute, allowed]) =>
          [
            ['element_filtering', 'filter_rules', index, 'required_attributes', attribute],
            allowed === true ? [] : allowed,
          ] as const,
      ),
    );
  for (const [path, words] of [...enums, ...bits, ...types]) {
    for (const word of words) {
      if (trim(word) === word || isBlank(word)) continue;
      const message = `${JSON.stringify(word)} has blanks at its ends, so that no value is ever equal to it`;
      warnings.push({ path, message, advice: `Write ${JSON.stringify(trim(word))}.` });
    }
  }
}

/** A misspelt column is never meaningful, so that rows vanish. */
function checkMeaningful(
  draft: Draft,
  { element_type: type, index, meaningful_columns: wanted }: Draft['filterRules'][number],
  warnings: Finding[],
): void {
  const columns = draft.mappings
    .filter(({ target_table: table }) => tableKind(draft, table) === type || draft.tables?.[table]?.rows?.each === type)
    .flatMap(({ target_column: column }) => column ?? []);
  for (const [i, column] of (wanted ?? []).entries()) {
    if (columns.includes(column)) continue;
    warnings.push({
      path: ['element_filtering', 'filter_rules', index, 'meaningful_columns', i],
      message: `${column} is no column that is mapped for ${type}, so that it never makes a row meaningful`,
      advice: checkSpelling(column, columns),
    });
  }
}
