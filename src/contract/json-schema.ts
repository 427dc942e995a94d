import { z } from 'zod';
import { contractSchema } from './schema.ts';

/** The published JSON Schema of the contract format, as it stands in `contracts/contract.schema.json`. */
export function contractJsonSchema(): z.core.JSONSchema.BaseSchema {
  return { ...z.toJSONSchema(contractSchema, { io: 'input' }), title: 'xmlfan mapping contract' };
}

/** The text of `contracts/contract.schema.json`. */
export function printContractJsonSchema(): string {
  return `${JSON.stringify(contractJsonSchema(), null, 2)}\n`;
}
