import { z } from 'zod';
import { describeDataTypes } from './data-types.ts';
import { describeMappingTypes } from './mapping-types.ts';
import { NC_NAME } from './names.ts';

/*
 * The format of a contract file (spec 2.1-2.4, general forms of section 14). Descriptions go into the published JSON
 * Schema and, as advice, into error messages. What one key alone cannot tell is checked in the rules.
 */

/** What T-SQL takes between quotes, without blanks at the ends, which it would not tell from none. */
const IDENTIFIER = /^(?!\s)\P{Cc}{1,128}(?<!\s)$/u;
const PATH = new RegExp(`^(?:/${NC_NAME})+$`, 'u');
/** As far as an editor need tell. */
const PATH_PATTERN = '^(/[^/@:\\s]+)+$';
const LENGTH = 'must be a whole number; below 0 means no limit';
const NAME_RULE = 'must be 1 to 128 characters without blanks at its ends, as it names something in the database';
const ALLOWED = 'must be true or a list of allowed texts that is not empty';
const LINE_NAME = /^[\p{L}\p{N}_.-]{1,64}$/u;

const text = (description: string) => z.string({ error: 'must be text' }).describe(description);
const flag = (description: string) => z.boolean({ error: 'must be true or false' }).describe(description);
const list = <T extends z.ZodType>(item: T, description: string) =>
  z.array(item, { error: 'must be a list' }).describe(description);
const object = <T extends z.ZodRawShape>(shape: T, description: string) =>
  z.strictObject(shape, { error: notObject }).describe(description);
const dictionary = <T extends z.ZodType>(value: T, description: string) =>
  z.record(z.string(), value, { error: 'must be an object' }).describe(description);
const identifier = (description: string) => text(description).regex(IDENTIFIER, { error: NAME_RULE });
const path = (description: string) =>
  text(description)
    .refine((value) => PATH.test(value), { error: 'must be an absolute path of local names such as /A/B/C' })
    .meta({ pattern: PATH_PATTERN });
const filled = (description: string) => text(description).regex(/\S/, { error: 'must not be blank' });

/** Unknown keys keep their own wording: they become warnings. */
function notObject(issue: { readonly code?: string }): string | undefined {
  return issue.code === 'unrecognized_keys' ? undefined : 'must be an object';
}

const dataLength = z
  .union([z.int({ error: LENGTH }), z.string().regex(/^\s*(?:-?\d{1,9}\s*)?$/, { error: LENGTH })], { error: LENGTH })
  .describe('string: most characters; decimal: digits after the point; below 0: no limit (V11); otherwise ignored.');

/** The original takes any text for true, so only the word that says so is safe to read. */
const nullable = z
  .union([z.boolean(), z.string().regex(/^true$/i, { error: 'must be true or false' })], {
    error: 'must be true or false',
  })
  .transform((value) => value !== false)
  .describe('Whether the column may be left out; absent means false.');

/** A key that nothing reads. */
const ignored = (description: string) => z.unknown().describe(description).optional();

const mapping = object(
  {
    xml_path: path('Absolute path of the element, /A/B/C, local names only.'),
    xml_attribute: text('Attribute to read; empty or "text" reads the text of the element.').nullish(),
    target_table: identifier('Destination table.'),
    target_column: z
      .union([identifier('Destination column.'), z.literal('')], { error: NAME_RULE })
      .nullish()
      .describe('Destination column; empty only with a type that makes rows of its own.'),
    data_type: filled('Type of the column; any other word is read as text.').meta({
      anyOf: [...describeDataTypes(), {}],
    }),
    data_length: dataLength.nullish(),
    mapping_type: z
      .union([z.string(), z.array(z.string().meta({ anyOf: [...describeMappingTypes(), {}] }))], {
        error: 'must be a list of types or text with commas',
      })
      .nullish()
      .describe('Transformations in order: a list, or text with commas.'),
    nullable: nullable.nullish(),
    required: ignored('For readers only; nothing reads it (M02).'),
    default_value: z
      .union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' })
      .nullish()
      .describe('Value for a column that would be empty (docs/contract-1.md, 6.4 and 7).'),
    expression: text('Expression of a calculated_field.').nullish(),
    enum_name: text('Enum to use instead of the one named like the column.').nullish(),
    exclude_default_when_record_empty: ignored('Accepted without effect (M03).'),
    description: text('For readers only.').nullish(),
  },
  'One attribute of the document and the column it goes to.',
);

const filterRule = object(
  {
    element_type: filled('contact, address, employment, or a name of your own for rows.each.'),
    xml_parent_path: text('Accepted without effect.').nullish(),
    xml_child_path: path('Absolute path of the elements, local names only.'),
    required_attributes: dictionary(
      z.union([z.literal(true), z.array(z.string()).min(1, { error: ALLOWED })], { error: ALLOWED }),
      'Attribute -> true (must not be empty) or the list of allowed values, the preferred one first.',
    ),
    meaningful_attributes: list(filled('Attribute.'), 'At least one of these attributes must not be blank.').nullish(),
    meaningful_columns: list(filled('Column.'), 'Columns of the row that count as meaningful as well.').nullish(),
    description: text('For readers only.').nullish(),
  },
  'Which elements of one kind count.',
);

const relationship = object(
  {
    parent_table: text('Table that holds the parent row.'),
    child_table: filled('Table that holds the child rows.'),
    foreign_key_column: filled('Column of the child table that refers to the parent.'),
    xml_parent_path: text('Path of the parent element.'),
    xml_child_path: text('Path of the child element.'),
    description: text('For readers only.').nullish(),
  },
  'How two tables belong together.',
);

const duplicateKeys = {
  unique_key: list(identifier('Column.'), 'Columns by which duplicate rows are told.')
    .min(1, { error: 'must not be empty' })
    .optional(),
  on_duplicate: z
    .enum(['fail', 'skip', 'update'], { error: 'must be fail, skip or update' })
    .describe('What a duplicate row does: fail the document, be skipped, or update the columns of the row.')
    .optional(),
};

const table = object(
  {
    role: z
      .enum(['root', 'application', 'contact', 'address', 'employment'], {
        error: 'must be root, application, contact, address or employment',
      })
      .describe('root: one row a document, never skipped; application: at most one; the others: one per element.')
      .optional(),
    rows: object(
      { each: filled('element_type of a filter rule.') },
      'One row per element that passes a rule.',
    ).optional(),
    key: object(
      {
        column: identifier('Column that holds the id.').optional(),
        attribute: filled('Attribute of the contact that holds its id.').optional(),
      },
      'The key that the converter sets on every row; of the root and contact table also on their children.',
    ).optional(),
    ...duplicateKeys,
    description: text('For readers only.').nullish(),
  },
  'What the rows of a table are.',
);

const rowTable = object(
  {
    kind: z
      .enum(['score', 'indicator', 'history', 'report', 'exception', 'group'], {
        error: 'must be score, indicator, history, report, exception or group',
      })
      .describe('Which mapping type makes its rows.'),
    columns: dictionary(identifier('Column.'), 'Names of the columns that the kind fills.').optional(),
    group_column: identifier('group: the column that gets the parameter.').optional(),
    always: dictionary(
      z.union([z.string(), z.number()], { error: 'must be text or a number' }),
      'group: column -> value where the group sets none.',
    ).optional(),
    defaults: flag('group: whether default values fill the columns of a row.').optional(),
    positive_only: list(
      identifier('Column.'),
      'group: columns that justify a row only by a number above 0.',
    ).optional(),
    ...duplicateKeys,
    description: text('For readers only.').nullish(),
  },
  'A table whose rows come from add_score, add_indicator, add_history and the like.',
);

const bits = (description: string) =>
  dictionary(z.union([z.literal(0), z.literal(1)], { error: 'must be 0 or 1' }), description).optional();

/** The whole file. */
export const contractSchema = object(
  {
    $schema: text('Location of the JSON Schema, for editors.').optional(),
    product_line: text('Name of the product line; without it the name of the file.')
      .regex(LINE_NAME, { error: 'must be 1 to 64 letters, digits, _, . or -' })
      .optional(),
    product_name: filled('What messages call documents of this line.').optional(),
    description: text('For readers only.').nullish(),
    source_table: identifier('Table that holds the documents, in target_schema.'),
    source_column: identifier('XML column of the source table.'),
    source_application_table: identifier('Table joined on app_id, and name of the application element.').nullish(),
    application_schema: identifier('Schema of source_application_table; dbo by default.').optional(),
    xml_root_element: filled('Name of the root element.'),
    xml_application_path: path('Path of the application element, which must exist.').nullish(),
    application_id: object(
      {
        path: path('Path of the element that carries the id.'),
        attribute: filled('Attribute with the id.'),
        optional: z.boolean().optional().describe("Whether the source row's id stands in where a document has none."),
      },
      'Where a document holds its id; by default @ID of Request below the root.',
    ).optional(),
    target_schema: identifier('Schema of the source, log and destination tables; dbo by default.').nullish(),
    log_table: identifier('Table of the log rows; processing_log by default.').optional(),
    table_insertion_order: list(identifier('Table.'), 'Tables in the order of their inserts.'),
    tables: dictionary(table, 'What the rows of a table are, where its name does not say it.').optional(),
    row_tables: dictionary(rowTable, 'Tables whose rows come from add_score and the like.').optional(),
    element_filtering: object(
      { filter_rules: list(filterRule, 'Which elements count.'), description: text('For readers only.').nullish() },
      'Which contacts, addresses and employments count.',
    ),
    relationships: list(relationship, 'How tables belong together.'),
    mappings: list(mapping, 'Columns and where their values come from.'),
    enum_mappings: dictionary(
      dictionary(z.union([z.string(), z.int()], { error: 'must be text or a whole number' }), 'Source text -> value.'),
      'Enum name -> its values.',
    ).optional(),
    bit_conversions: object(
      { char_to_bit: bits('Source text -> 0 or 1.'), boolean_to_bit: bits('Source text -> 0 or 1.') },
      'Values of the types char_to_bit and boolean_to_bit.',
    ).optional(),
    validation_rules: ignored('Accepted without effect.'),
  },
  'A mapping contract: which attributes of an XML document go to which column of which table.',
);

/** A contract as its file has it. */
export type RawContract = z.infer<typeof contractSchema>;
export type RawMapping = z.infer<typeof mapping>;
export type RawFilterRule = z.infer<typeof filterRule>;
export type RawRelationship = z.infer<typeof relationship>;
export type RawTable = z.infer<typeof table>;
export type RawRowTable = z.infer<typeof rowTable>;
