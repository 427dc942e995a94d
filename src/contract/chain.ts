import type { Step } from './contract.ts';
import type { RawMapping } from './schema.ts';

/** Kinds of tables whose rows come from a mapping type of their own (spec 9). */
export type RowTableKind = 'score' | 'indicator' | 'history' | 'report' | 'exception' | 'group';

/** Row-creating types: the kind of table they work in, and what their parentheses must hold (spec 9). */
export const ROW_TYPES: ReadonlyMap<string, { readonly kind: RowTableKind; readonly parameter: ParameterRule }> =
  new Map([
    ['add_score', { kind: 'score', parameter: 'text' }],
    ['add_indicator', { kind: 'indicator', parameter: 'text' }],
    ['add_history', { kind: 'history', parameter: 'none' }],
    ['add_report_lookup', { kind: 'report', parameter: 'optional' }],
    ['policy_exceptions', { kind: 'exception', parameter: 'integer or empty' }],
    ['warranty_field', { kind: 'group', parameter: 'integer' }],
    ['add_collateral', { kind: 'group', parameter: 'integer' }],
  ]);

/** What a type's parentheses must hold. */
export type ParameterRule = 'none' | 'optional' | 'text' | 'integer' | 'integer or empty';

/** Types that read a contact wherever the mapping stands (spec 5.3). */
export const CONTACT_TYPES: ReadonlySet<string> = new Set([
  'last_valid_pr_contact',
  'last_valid_sec_contact',
  'authu_contact',
]);

/** All types with a meaning; any other word is legal and converts plainly (spec 6.3). */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...CONTACT_TYPES,
  ...ROW_TYPES.keys(),
  'curr_address_only',
  'enum',
  'char_to_bit',
  'boolean_to_bit',
  'numbers_only',
  'extract_numeric',
  'calculated_field',
  'default_getutcdate_if_null',
  'identity_insert',
  'extract_date',
]);

/** Reads `mapping_type`, a list or text with commas, into steps (spec 2.2, 6.3). */
export function parseChain(mappingType: RawMapping['mapping_type']): Step[] {
  const words = typeof mappingType === 'string' ? mappingType.split(',') : (mappingType ?? []);
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(parseStep);
}

/** Only row-creating types take parentheses; with any other name they make an unknown word. */
function parseStep(word: string): Step {
  const [, name, parameter] = /^([A-Za-z_]\w*)\(([^()]*)\)$/.exec(word) ?? [];
  if (name === undefined || parameter === undefined || !ROW_TYPES.has(name)) return { name: word, parameter: null };
  return { name, parameter: parameter.trim() };
}

/** The step that makes rows in a table of this kind, if the chain has one. */
export function rowStep(steps: readonly Step[], kind: string): Step | undefined {
  return steps.find(({ name }) => ROW_TYPES.get(name)?.kind === kind);
}
