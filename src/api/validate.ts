import type { z } from 'zod';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';

/** Checks parameters or a body against its schema; throws one `InputError` with every fault. */
export function validate<Schema extends z.ZodObject>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new InputError(
    'The request is not valid',
    parsed.error.issues.flatMap((issue) => toFaults(issue, schema)),
  );
}

function toFaults(issue: z.core.$ZodIssue, schema: z.ZodObject): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ place: issue.path.length === 0 ? 'body' : issue.path.join('.'), message: issue.message, advice: '' }];
  const allowed = Object.keys(schema.shape);
  const advice = allowed.length === 0 ? 'None is allowed.' : `Allowed are ${allowed.join(', ')}.`;
  return issue.keys.map((place) => ({ place, message: 'is unknown', advice }));
}
