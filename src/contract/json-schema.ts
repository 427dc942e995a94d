import { z } from 'zod';
import { nestedSchema } from './nested/schema.ts';
import { contractSchema } from './schema.ts';

type Schema = z.core.JSONSchema.BaseSchema;

const SCHEMAS = { 1: contractSchema, 2: nestedSchema };

/** The JSON Schema of one format, as files are written in it. */
export function contractJsonSchema(format: keyof typeof SCHEMAS): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(SCHEMAS[format], { io: 'input' });
  return schema;
}

/**
 * The text of `contracts/contract.schema.json`, one schema for both formats: `format: 2` tells them apart, so that an editor
 * offers and checks the keys of one of them only.
 */
export function printContractJsonSchema(): string {
  const { $defs, ...format2 } = contractJsonSchema(2);
  // As entries: an object with a `then` of its own would be taken for a promise wherever one is awaited.
  const schema = Object.fromEntries<unknown>([
    ['$schema', 'https://json-schema.org/draft/2020-12/schema'],
    ['title', 'xmlfan mapping contract'],
    ['type', 'object'],
    ['if', { properties: { format: { const: 2 } }, required: ['format'] }],
    ['then', { $ref: '#/$defs/format2' }],
    ['else', { $ref: '#/$defs/format1' }],
    ['$defs', { ...$defs, format1: contractJsonSchema(1), format2 }],
  ]);
  return `${JSON.stringify(schema, null, 2)}\n`;
}
