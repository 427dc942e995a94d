import type { z } from 'zod';
import { InputError } from '../errors.ts';
import { requestFaults } from '../request-faults.ts';

/** Checks parameters or a body against its schema; throws one `InputError` with every fault. */
export function validate<Schema extends z.ZodObject>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new InputError('The request is not valid', requestFaults(parsed.error, schema));
}
