/*
 * Examples of keys that hold lists, objects or truths, for editors: by name, since no name means two things that are written
 * differently. Keys of single values have theirs where they are declared.
 */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  // Both formats.
  tables: { orders: {} },
  required: true,
  columns: { sku: { from: '@sku', type: 'varchar(20)' } },
  // Format 2.
  source: { table: 'order_documents', column: 'body', id: 'order_id', id_type: 'bigint' },
  join: { table: 'dbo.register', on: 'order_id' },
  document: { root: 'Order', id: '@no' },
  root: ['Invoice', 'CreditNote'],
  namespaces: { inv: 'urn:example:invoice' },
  maps: { line_status: { values: { O: 1, S: 2 }, otherwise: 'blank' } },
  limits: { rows: 50_000, depth: 100 },
  each: 'Shipment/Line',
  unique: ['sku'],
  rows: { min: 1, max: 12 },
  from: ['Total/@currency', '@currency'],
  format: ['dd.MM.yyyy', 'yyyyMM'],
  map: { Y: 1, N: 0 },
  store: false,
  // Format 1.
  application_id: { path: '/Order', attribute: 'no' },
  optional: true,
  table_insertion_order: ['orders', 'order_lines', 'processing_log'],
  row_tables: { ratings: { kind: 'score', columns: { identifier: 'name', value: 'points' } } },
  element_filtering: { filter_rules: [] },
  filter_rules: [{ element_type: 'line', xml_child_path: '/Order/Line', required_attributes: { sku: true } }],
  required_attributes: { sku: true, status: ['OPEN', 'SENT'] },
  meaningful_attributes: ['first_name', 'last_name'],
  meaningful_columns: ['city', 'zip'],
  relationships: [],
  mappings: [
    { xml_path: '/Order', xml_attribute: 'no', target_table: 'orders', target_column: 'no', data_type: 'int' },
  ],
  target_column: 'order_no',
  enum_mappings: { states: { O: 1, S: 2 } },
  bit_conversions: { char_to_bit: { Y: 1, N: 0 } },
  char_to_bit: { Y: 1, N: 0 },
  boolean_to_bit: { yes: 1, no: 0 },
  validation_rules: [],
  exclude_default_when_record_empty: true,
  key: { column: 'order_no' },
  unique_key: ['order_no', 'line_no'],
  always: { currency: 'EUR' },
  defaults: true,
  positive_only: ['amount'],
};

/** Gives every property of a JSON Schema that has no example and is no choice of words the one of its name. */
export function withExamples(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withExamples);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties' ? eachProperty(Object(value)) : withExamples(value),
    ]),
  );
}

function eachProperty(properties: object): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const schema: object = Object(withExamples(property));
      const needsNone =
        ['examples', 'enum', 'const', '$ref'].some((key) => key in schema) || hasFormWithExample(schema);
      return [name, needsNone || !(name in EXAMPLES) ? schema : { ...schema, examples: [EXAMPLES[name]] }];
    }),
  );
}

/** A key that may be null has its texts on the other form. */
function hasFormWithExample(schema: object): boolean {
  if ('description' in schema || !('anyOf' in schema) || !Array.isArray(schema.anyOf)) return false;
  return schema.anyOf.some((form: unknown) => 'examples' in Object(form));
}
