import { z } from 'zod';

/*
 * The shape of a contract of format 2 (docs/contract.md). Descriptions and examples go into the published JSON Schema, and from
 * there into editors and, as advice, into error messages. What one key alone cannot tell is checked while the contract is loaded.
 */

/** What T-SQL takes between quotes, without blanks at the ends. */
const IDENTIFIER = /^(?!\s)\P{Cc}{1,128}(?<!\s)$/u;
const NAME_RULE = 'must be 1 to 128 characters without blanks at its ends, as it names something in the database';

const text = (description: string, example?: string) =>
  z.string({ error: 'must be text' }).meta({ description, ...(example === undefined ? {} : { examples: [example] }) });
const identifier = (description: string, example?: string) =>
  text(description, example).regex(IDENTIFIER, { error: NAME_RULE });
const word = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` }).describe(description);
const whole = (description: string, example: number) =>
  z
    .int({ error: 'must be a whole number' })
    .min(0, { error: 'must not be below 0' })
    .meta({ description, examples: [example] });
const positive = (description: string, example: number) =>
  z
    .int({ error: 'must be a whole number' })
    .min(1, { error: 'must be at least 1, or every document fails' })
    .meta({ description, examples: [example] });
const flag = (description: string) => z.boolean({ error: 'must be true or false' }).describe(description);
const object = <T extends z.ZodRawShape>(shape: T, description: string) =>
  z.strictObject(shape, { error: notObject }).describe(description);
const dictionary = <T extends z.ZodType>(value: T, description: string) =>
  z.record(z.string(), value, { error: 'must be an object' }).describe(description);
/** Whatever is written counts as text: `01`, `1.0`, `no`. */
const written = (description: string, example: string) =>
  z
    .union([z.string(), z.number(), z.boolean()], { error: 'must be a single value' })
    .meta({ description, examples: [example] });
const oneOrMore = <T extends z.ZodType>(item: T, description: string) =>
  z
    .union([item, z.array(item).min(1, { error: 'must not be empty' })], { error: 'must be one, or a list of them' })
    .describe(description);

/** A fault of a key is told in words of ours, unknown keys in zod's own. */
function notObject(issue: { readonly code?: string }): string | undefined {
  return issue.code === 'unrecognized_keys' ? undefined : 'must be an object';
}

const path = (description: string, example: string) =>
  text(description, example).regex(/\S/, { error: 'must not be blank' });

const valueMap = dictionary(
  z.union([written('A value.', 'shipped'), dictionary(written('A value.', 'shipped'), 'Text → value.')], {
    error: 'must be values by text',
  }),
  'Text → value, or these under `values` beside `otherwise` and `ignore_case`.',
);

const column = object(
  {
    from: oneOrMore(
      path('Path of the value, relative to the row.', 'Total/@currency'),
      'Path, or a list of which the first that finds something not blank counts.',
    ).optional(),
    expr: text('An expression over columns, instead of from.', 'qty * price').optional(),
    type: text('Type of the column, as SQL Server writes it.', 'decimal(18,2)'),
    take: word(
      ['first', 'last', 'only', 'all', 'count'],
      'Of several finds; not given: the first, with an issue where there are more.',
    ).optional(),
    join: z
      .string({ error: 'must be text' })
      .meta({ description: 'What stands between the values of take: all; default one blank.', examples: ['; '] })
      .optional(),
    required: flag('No value, or an unreadable one, fails the document.').optional(),
    default: written('Value where nothing is found, or it is blank.', 'EUR').optional(),
    unreadable: word(
      ['blank', 'fail', 'default'],
      'What becomes of a value that the type cannot read; default blank, with an issue.',
    ).optional(),
    long: word(['fail', 'cut', 'blank'], 'What becomes of text over the length; default fail.').optional(),
    digits: word(
      ['round', 'fail'],
      'What becomes of more digits behind the point than the scale; default round.',
    ).optional(),
    space: word(['trim', 'collapse', 'keep'], 'White space of text; default trim.').optional(),
    text: word(['all', 'own', 'spaced'], 'Which text of an element; default all below it.').optional(),
    format: oneOrMore(
      text('Pattern of a date or time, or hl7 or rfc822.', 'dd/MM/yyyy HH:mm'),
      'Pattern, or a list tried in order; default the forms of XML Schema.',
    ).optional(),
    zone: text(
      'utc or drop: what becomes of zones; or the IANA name of the zone of times without one.',
      'Europe/Berlin',
    ).optional(),
    decimal: text('The decimal mark; default a point.', ',').optional(),
    group: text('A group mark that is allowed.', '.').optional(),
    encoding: word(['base64', 'hex'], 'How binary values are written; default base64.').optional(),
    map: z
      .union([text('Name of a map.', 'line_status'), valueMap], { error: 'must be the name of a map, or a map' })
      .describe('A named map, or one written here.')
      .optional(),
    store: flag('false: readable in expressions, not written.').optional(),
  },
  'A column: from or expr, and type.',
);

const tableShape = {
  name: text('Destination where the key is not it; may be schema.table.', 'sales.orders').optional(),
  each: z
    .union(
      [
        path('Path of the rows; a top table begins with /.', '/Order'),
        z
          .array(
            object(
              { as: written('What name() reads.', 'height'), path: path('Path of these rows.', 'Measure/Height') },
              'A kind of rows.',
            ),
          )
          .min(1, { error: 'must not be empty' }),
      ],
      { error: 'must be a path, or a list of { as, path }' },
    )
    .describe(
      'Path of the rows, or a list of { as, path }; without it a nested table has a row for each row of its parent.',
    )
    .optional(),
  position: identifier('Column of the ordinal among the rows of one parent row.', 'line_no').optional(),
  unique: z
    .array(identifier('A column.', 'sku'))
    .min(1, { error: 'must not be empty' })
    .describe('Columns that identify a row within its parent row.')
    .optional(),
  on_duplicate: word(['fail', 'skip', 'update'], 'What becomes of a second row of one key; default fail.').optional(),
  rows: object(
    { min: whole('Fewest rows.', 1).optional(), max: whole('Most rows.', 100).optional() },
    'Other counts under one parent row fail the document.',
  ).optional(),
  where: text(
    'A condition over the columns; rows for which it is not true are not made.',
    "status <> 'draft'",
  ).optional(),
  at: path('A path to which all from of the table are relative.', 'Detail').optional(),
  split: z
    .string({ error: 'must be text' })
    .min(1, { error: 'must not be empty' })
    .meta({ description: 'What separates the parts of a text of which each makes a row.', examples: [' '] })
    .optional(),
  columns: dictionary(column, 'Columns by name.').optional(),
};

type RawShape = z.infer<z.ZodObject<typeof tableShape>>;

export interface RawTable extends RawShape {
  readonly tables?: Readonly<Record<string, RawTable>> | undefined;
}

const table: z.ZodType<RawTable> = z
  .strictObject(
    {
      ...tableShape,
      get tables() {
        return dictionary(table, 'Nested tables by name, each relative to the rows of this one.').optional();
      },
    },
    { error: notObject },
  )
  .meta({ id: 'table', description: 'A table: where its rows come from, their key and columns.' });

/** The file as it is written. */
export const nestedSchema = object(
  {
    $schema: text('JSON Schema for editors.', './contract.schema.json').optional(),
    format: z.literal(2, { error: 'must be 2' }).describe('2.'),
    product_line: text('Name of the product line; default the name of the file.', 'orders')
      .regex(/^[\p{L}\p{N}_.-]{1,64}$/u, { error: 'must be 1 to 64 letters, digits, points, hyphens or underscores' })
      .optional(),
    product_name: text('What people call documents of this line.', 'Order').optional(),
    schema: identifier(
      'Schema of source, log and destination, where a name has none; default dbo.',
      'sales',
    ).optional(),
    source: object(
      {
        table: text('Table that holds the documents; may be schema.table.', 'order_documents'),
        column: identifier('Its column of XML.', 'body'),
        id: identifier('Its column of ids.', 'order_id'),
        id_type: text('Type of the ids; default int.', 'bigint').optional(),
        join: object(
          {
            table: text('Table; may be schema.table.', 'dbo.register'),
            on: identifier('Its column of ids.', 'order_id'),
          },
          'Inner join on the id.',
        ).optional(),
      },
      'Where the documents are.',
    ),
    log: identifier('Log table; default processing_log.', 'orders_log').optional(),
    document: object(
      {
        root: oneOrMore(path('Name of the root element.', 'Order'), 'Name of the root element, or a list.'),
        id: path('Path of the id inside the document.', '@no').optional(),
      },
      'What documents look like.',
    ),
    namespaces: dictionary(
      text('URI of the namespace; the empty text is no namespace.', 'urn:example'),
      'Prefix → URI.',
    ).optional(),
    key: identifier("Column of the document's id in every table; default document_id.", 'order_id').optional(),
    tables: dictionary(table, 'Tables by name, in the order in which they are written.'),
    maps: dictionary(valueMap, 'Maps by name.').optional(),
    limits: object(
      {
        depth: positive('Nesting levels.', 100).optional(),
        document_bytes: positive('Bytes of a document.', 50_000_000).optional(),
        value_bytes: positive('Bytes of a value.', 1_000_000).optional(),
        rows: positive('Rows of one document; default 1,000,000.', 100_000).optional(),
      },
      "Within the process's own.",
    ).optional(),
  },
  'A contract of format 2.',
);

export type RawNested = z.infer<typeof nestedSchema>;
export type RawColumn = z.infer<typeof column>;
export type RawMap = z.infer<typeof valueMap>;
