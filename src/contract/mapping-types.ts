import type { Step } from './contract.ts';

/*
 * The mapping types of format 1 (spec 6.3, 9). A new one is a row of this table and a function in `mapping/steps.ts`, which the
 * compiler asks for; checks, generated documents and the JSON Schema follow.
 */

/** Kinds of tables whose rows come from a mapping type of their own (spec 9). */
export type RowTableKind = 'score' | 'indicator' | 'history' | 'report' | 'exception' | 'group';

/** What a type's parentheses must hold. */
export type ParameterRule = 'none' | 'optional' | 'text' | 'integer' | 'integer or empty';

interface MappingTypeFacts {
  readonly parameter: ParameterRule;
  /** The kind of table that it makes rows of; null: it gives a column its value. */
  readonly makes: RowTableKind | null;
  /** Kinds of elements whose filter rule it needs. */
  readonly rules: readonly ('contact' | 'address')[];
  /** Whether it reads a contact wherever the mapping stands (spec 5.3). */
  readonly selectsContact: boolean;
  /** The bit conversion that it looks values up in. */
  readonly bits: 'char_to_bit' | 'boolean_to_bit' | null;
  /** For the JSON Schema. */
  readonly description: string;
}

const PLAIN = { parameter: 'none', makes: null, rules: [], selectsContact: false, bits: null } as const;
const OF_CONTACT = { ...PLAIN, rules: ['contact'], selectsContact: true } as const;

const TABLE = {
  enum: { ...PLAIN, description: 'Value of the enum that enum_name names, or that is named like the column.' },
  char_to_bit: {
    ...PLAIN,
    bits: 'char_to_bit',
    description: 'Bit by bit_conversions.char_to_bit; anything else is 0.',
  },
  boolean_to_bit: {
    ...PLAIN,
    bits: 'boolean_to_bit',
    description: 'Bit by bit_conversions.boolean_to_bit; anything else is 0.',
  },
  numbers_only: { ...PLAIN, description: 'All digits of the text, joined.' },
  extract_numeric: { ...PLAIN, description: 'The same as numbers_only.' },
  calculated_field: { ...PLAIN, description: 'Value of expression; stands first.' },
  default_getutcdate_if_null: { ...PLAIN, description: 'The current time (UTC) where there is no value.' },
  identity_insert: { ...PLAIN, description: 'Plain conversion to data_type.' },
  extract_date: { ...PLAIN, description: 'Plain conversion to data_type.' },
  curr_address_only: {
    ...PLAIN,
    rules: ['contact', 'address'],
    description: "Attribute of the contact's address of the preferred type.",
  },
  last_valid_pr_contact: { ...OF_CONTACT, description: 'Attribute of the last contact of the first type.' },
  last_valid_sec_contact: { ...OF_CONTACT, description: 'Attribute of the last contact of the second type.' },
  authu_contact: { ...OF_CONTACT, description: 'Attribute of the last contact of the second type, id or not.' },
  add_score: {
    ...PLAIN,
    parameter: 'text',
    makes: 'score',
    description: 'Row of a score table: add_score(IDENTIFIER).',
  },
  add_indicator: {
    ...PLAIN,
    parameter: 'text',
    makes: 'indicator',
    description: 'Row of an indicator table where the value says yes: add_indicator(NAME).',
  },
  add_history: { ...PLAIN, makes: 'history', description: 'Row of a history table: name, source and value.' },
  add_report_lookup: {
    ...PLAIN,
    parameter: 'optional',
    makes: 'report',
    description: 'Row of a report table: add_report_lookup or add_report_lookup(KEY).',
  },
  policy_exceptions: {
    ...PLAIN,
    parameter: 'integer or empty',
    makes: 'exception',
    description: 'Row of an exception table: policy_exceptions(NUMBER); policy_exceptions() gives the notes.',
  },
  warranty_field: {
    ...PLAIN,
    parameter: 'integer',
    makes: 'group',
    description: 'Column of the row of a group: warranty_field(NUMBER).',
  },
  add_collateral: {
    ...PLAIN,
    parameter: 'integer',
    makes: 'group',
    description: 'Column of the row of a group, with conversion and defaults: add_collateral(NUMBER).',
  },
} as const satisfies Readonly<Record<string, MappingTypeFacts>>;

/** A type with a meaning; any other word is legal and converts plainly (spec 6.3). */
export type MappingType = keyof typeof TABLE;

/** Those that read a contact wherever the mapping stands. */
export type SelectingType = {
  [Type in MappingType]: (typeof TABLE)[Type]['selectsContact'] extends true ? Type : never;
}[MappingType];

/** The words that `mapping_type` knows. */
export const MAPPING_TYPES: readonly string[] = Object.keys(TABLE);

/** Whether a word is a type with a meaning. */
export function isMappingType(name: string): name is MappingType {
  return Object.hasOwn(TABLE, name);
}

/** What is known of a type; null for a word without a meaning. */
export function factsOfStep(name: string): MappingTypeFacts | null {
  return isMappingType(name) ? TABLE[name] : null;
}

/** Reads `mapping_type`, a list or text with commas, into steps (spec 2.2, 6.3). */
export function parseChain(written: string | readonly string[] | null | undefined): Step[] {
  const words = typeof written === 'string' ? written.split(',') : (written ?? []);
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(parseStep);
}

/** Only row-creating types take parentheses; with any other name they make an unknown word. */
function parseStep(word: string): Step {
  const [, name, parameter] = /^([A-Za-z_]\w*)\(([^()]*)\)$/.exec(word) ?? [];
  const makesRows = name !== undefined && (factsOfStep(name)?.makes ?? null) !== null;
  if (name === undefined || parameter === undefined || !makesRows) return { name: word, parameter: null };
  return { name, parameter: parameter.trim() };
}

/** A step as a contract writes it. */
export function printStep({ name, parameter }: Step): string {
  return parameter === null ? name : `${name}(${parameter})`;
}

/** The step that makes rows in a table of this kind, if the chain has one. */
export function rowStep(steps: readonly Step[], kind: string): Step | undefined {
  return steps.find(({ name }) => factsOfStep(name)?.makes === kind);
}

/** The types with their descriptions, as a JSON Schema offers them. */
export function describeMappingTypes(): readonly { readonly const: string; readonly description: string }[] {
  return Object.entries(TABLE).map(([word, { description }]) => ({ const: word, description }));
}
