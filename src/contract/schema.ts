import { z } from 'zod';
import { describeDataTypes } from './data-types.ts';
import { describeMappingTypes } from './mapping-types.ts';
import { isPath } from './names.ts';

/*
 * The format of a contract file (spec 2.1-2.4, general forms of section 14). Descriptions go into the published JSON
 * Schema and, as advice, into error messages. What one key alone cannot tell is checked in the rules.
 */

/** What T-SQL takes between quotes, without blanks at the ends, which it would not tell from none. */
const IDENTIFIER = /^(?!\s)\P{Cc}{1,128}(?<!\s)$/u;
/** As far as an editor need tell. */
const PATH_PATTERN = '^(/[^/@:\\s]+)+$';
const LENGTH = 'must be a whole number; below 0 means no limit';
const NAME_RULE = 'must be 1 to 128 characters without blanks at its ends, as it names something in the database';
const ALLOWED = 'must be true or a list of allowed texts that is not empty';
const LINE_NAME = /^[\p{L}\p{N}_.-]{1,64}$/u;

const text = (description: string, example: string) =>
  z.string({ error: 'must be text' }).meta({ description, examples: [example] });
const flag = (description: string) => z.boolean({ error: 'must be true or false' }).describe(description);
const list = <T extends z.ZodType>(item: T, description: string) =>
  z.array(item, { error: 'must be a list' }).describe(description);
const object = <T extends z.ZodRawShape>(shape: T, description: string) =>
  z.strictObject(shape, { error: notObject }).describe(description);
const dictionary = <T extends z.ZodType>(value: T, description: string) =>
  z.record(z.string(), value, { error: 'must be an object' }).describe(description);
const identifier = (description: string, example: string) =>
  text(description, example).regex(IDENTIFIER, { error: NAME_RULE });
const path = (description: string, example: string) =>
  text(description, example)
    .refine((value) => isPath(value), { error: 'must be an absolute path of local names such as /A/B/C' })
    .meta({ pattern: PATH_PATTERN, description, examples: [example] });
const filled = (description: string, example: string) =>
  text(description, example).regex(/\S/, { error: 'must not be blank' });

/** Unknown keys keep their own wording: they become warnings. */
function notObject(issue: { readonly code?: string }): string | undefined {
  return issue.code === 'unrecognized_keys' ? undefined : 'must be an object';
}

const dataLength = z
  .union([z.int({ error: LENGTH }), z.string().regex(/^\s*(?:-?\d{1,9}\s*)?$/, { error: LENGTH })], { error: LENGTH })
  .meta({
    description:
      'string: most characters; decimal: digits after the point; below 0: no limit (V11); otherwise ignored.',
    examples: [20],
  });

/** The original takes any text for true, so only the word that says so is safe to read. Editors read the pattern, which has no flags there. */
const nullable = z
  .union([z.boolean(), z.string().regex(/^[Tt][Rr][Uu][Ee]$/, { error: 'must be true or false' })], {
    error: 'must be true or false',
  })
  .meta({ description: 'Whether the column may be left out; absent means false.', examples: [true] })
  .transform((value) => value !== false);

/** A key that nothing reads. */
const ignored = (description: string) => z.unknown().describe(description).optional();

const mapping = object(
  {
    xml_path: filled('Absolute path of the element, /A/B/C, local names only.', '/Order/Line').meta({
      pattern: PATH_PATTERN,
      description: 'Absolute path of the element, /A/B/C, local names only.',
      examples: ['/Order/Line'],
    }),
    xml_attribute: text('Attribute to read; empty or "text" reads the text of the element.', 'sku').nullish(),
    target_table: identifier('Destination table.', 'order_lines'),
    target_column: z
      .union([identifier('Destination column.', 'quantity'), z.literal('')], { error: NAME_RULE })
      .nullish()
      .describe('Destination column; empty only with a type that makes rows of its own.'),
    data_type: filled('Type of the column; any other word is read as text.', 'decimal').meta({
      anyOf: [...describeDataTypes(), {}],
    }),
    data_length: dataLength.nullish(),
    mapping_type: z
      .union([z.string(), z.array(z.string().meta({ anyOf: [...describeMappingTypes(), {}] }))], {
        error: 'must be a list of types or text with commas',
      })
      .nullish()
      .meta({ description: 'Transformations in order: a list, or text with commas.', examples: [['enum']] }),
    nullable: nullable.nullish(),
    required: ignored('For readers only; nothing reads it (M02).'),
    default_value: z
      .union([z.string(), z.number(), z.boolean()], { error: 'must be text, a number, true or false' })
      .nullish()
      .meta({
        description: 'Value for a column that would be empty (docs/contract-1.md, 6.4 and 7).',
        examples: ['0.00'],
      }),
    expression: text('Expression of a calculated_field.', 'Order.total - Order.paid').nullish(),
    enum_name: text('Enum to use instead of the one named like the column.', 'status_enum').nullish(),
    exclude_default_when_record_empty: ignored('Accepted without effect (M03).'),
    description: text('For readers only.', 'Lines of an order.').nullish(),
  },
  'One attribute of the document and the column it goes to.',
);

const filterRule = object(
  {
    element_type: filled('contact, address, employment, or a name of your own for rows.each.', 'line'),
    xml_parent_path: text('Accepted without effect.', '/Order').nullish(),
    xml_child_path: path('Absolute path of the elements, local names only.', '/Order/Line'),
    required_attributes: dictionary(
      z.union([z.literal(true), z.array(z.string()).min(1, { error: ALLOWED })], { error: ALLOWED }),
      'Attribute -> true (must not be empty) or the list of allowed values, the preferred one first.',
    ),
    meaningful_attributes: list(
      filled('Attribute.', 'last_name'),
      'At least one of these attributes must not be blank.',
    ).nullish(),
    meaningful_columns: list(
      filled('Column.', 'order_no'),
      'Columns of the row that count as meaningful as well.',
    ).nullish(),
    description: text('For readers only.', 'Lines of an order.').nullish(),
  },
  'Which elements of one kind count.',
);

const relationship = object(
  {
    parent_table: text('Table that holds the parent row.', 'orders'),
    child_table: filled('Table that holds the child rows.', 'order_lines'),
    foreign_key_column: filled('Column of the child table that refers to the parent.', 'order_no'),
    xml_parent_path: text('Path of the parent element.', '/Order'),
    xml_child_path: text('Path of the child element.', '/Order/Line'),
    description: text('For readers only.', 'Lines of an order.').nullish(),
  },
  'How two tables belong together.',
);

const duplicateKeys = {
  unique_key: list(identifier('Column.', 'order_no'), 'Columns by which duplicate rows are told.')
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
      { each: filled('element_type of a filter rule.', 'line') },
      'One row per element that passes a rule.',
    ).optional(),
    key: object(
      {
        column: identifier('Column that holds the id.', 'order_no').optional(),
        attribute: filled('Attribute of the contact that holds its id.', 'con_id').optional(),
      },
      'The key that the converter sets on every row; of the root and contact table also on their children.',
    ).optional(),
    ...duplicateKeys,
    description: text('For readers only.', 'Lines of an order.').nullish(),
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
    columns: dictionary(identifier('Column.', 'order_no'), 'Names of the columns that the kind fills.').optional(),
    group_column: identifier('group: the column that gets the parameter.', 'item_no').optional(),
    always: dictionary(
      z.union([z.string(), z.number()], { error: 'must be text or a number' }),
      'group: column -> value where the group sets none.',
    ).optional(),
    defaults: flag('group: whether default values fill the columns of a row.').optional(),
    positive_only: list(
      identifier('Column.', 'order_no'),
      'group: columns that justify a row only by a number above 0.',
    ).optional(),
    ...duplicateKeys,
    description: text('For readers only.', 'Lines of an order.').nullish(),
  },
  'A table whose rows come from add_score, add_indicator, add_history and the like.',
);

const bits = (description: string) =>
  dictionary(z.union([z.literal(0), z.literal(1)], { error: 'must be 0 or 1' }), description).optional();

/** The whole file. */
export const contractSchema = object(
  {
    $schema: text('Location of the JSON Schema, for editors.', './contract.schema.json').optional(),
    format: z.literal(1, { error: 'must be 1 or 2' }).describe('1, or left out.').optional(),
    product_line: text('Name of the product line; without it the name of the file.', 'orders')
      .regex(LINE_NAME, { error: 'must be 1 to 64 letters, digits, _, . or -' })
      .optional(),
    product_name: filled('What messages call documents of this line.', 'Order').optional(),
    description: text('For readers only.', 'Lines of an order.').nullish(),
    source_table: identifier('Table that holds the documents, in target_schema.', 'order_documents'),
    source_column: identifier('XML column of the source table.', 'body'),
    source_application_table: identifier(
      'Table joined on app_id, and name of the application element.',
      'application',
    ).nullish(),
    application_schema: identifier('Schema of source_application_table; dbo by default.', 'intake').optional(),
    xml_root_element: filled('Name of the root element.', 'Order'),
    xml_application_path: path('Path of the application element, which must exist.', '/Order/Header').nullish(),
    application_id: object(
      {
        path: path('Path of the element that carries the id.', '/Order'),
        attribute: filled('Attribute with the id.', 'no'),
        optional: z.boolean().optional().describe("Whether the source row's id stands in where a document has none."),
      },
      'Where a document holds its id; by default @ID of Request below the root.',
    ).optional(),
    target_schema: identifier('Schema of the source, log and destination tables; dbo by default.', 'sales').nullish(),
    log_table: identifier('Table of the log rows; processing_log by default.', 'orders_log').optional(),
    table_insertion_order: list(identifier('Table.', 'orders'), 'Tables in the order of their inserts.'),
    tables: dictionary(table, 'What the rows of a table are, where its name does not say it.').optional(),
    row_tables: dictionary(rowTable, 'Tables whose rows come from add_score and the like.').optional(),
    element_filtering: object(
      {
        filter_rules: list(filterRule, 'Which elements count.'),
        description: text('For readers only.', 'Lines of an order.').nullish(),
      },
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
