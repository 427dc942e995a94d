import { z } from 'zod';
import { withExamples } from './schema-examples.ts';
import { nestedSchema } from './nested/schema.ts';
import { contractSchema } from './schema.ts';

type Schema = z.core.JSONSchema.BaseSchema;

const SCHEMAS = { 1: contractSchema, 2: nestedSchema };

const known = new Map<keyof typeof SCHEMAS, Schema>();

/** The JSON Schema of one format, as files are written in it. Made once: each fault of a contract looks up what its key is for. */
export function contractJsonSchema(format: keyof typeof SCHEMAS): Schema {
  const schema = known.get(format) ?? makeJsonSchema(format);
  known.set(format, schema);
  return schema;
}

function makeJsonSchema(format: keyof typeof SCHEMAS): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(SCHEMAS[format], { io: 'input' });
  return Object(withExamples(schema));
}

/**
 * The text of `contracts/contract.schema.json`, one schema for both formats. Editors tell them apart by `format`, and offer the
 * keys of the one that fits best.
 */
export function printContractJsonSchema(): string {
  const { $defs, ...format2 } = contractJsonSchema(2);
  const schema: Schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'xmlfan mapping contract',
    type: 'object',
    oneOf: [{ $ref: '#/$defs/format2' }, { $ref: '#/$defs/format1' }],
    $defs: { ...$defs, format1: contractJsonSchema(1), format2 },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
