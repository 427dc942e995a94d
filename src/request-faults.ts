import type { z } from 'zod';
import type { Fault } from './errors.ts';

/** Words what a schema found wrong with a request; an unknown key is told the allowed ones. */
export function requestFaults(
  { issues }: z.ZodError,
  schema: z.ZodObject,
  nameOf: (key: string) => string = (key) => key,
): Fault[] {
  return issues.flatMap((issue) => toFaults(issue, Object.keys(schema.shape), nameOf));
}

function toFaults(issue: z.core.$ZodIssue, known: readonly string[], nameOf: (key: string) => string): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const advice = known.length === 0 ? 'None is allowed.' : `Allowed are ${known.map(nameOf).join(', ')}.`;
    return issue.keys.map((key) => ({ place: nameOf(key), message: 'unknown', advice }));
  }
  const place = issue.path.length === 0 ? 'request' : nameOf(issue.path.join('.'));
  return [{ place, message: wording(issue), advice: '' }];
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

const PARTS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function wording(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin in PARTS ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin in PARTS
        ? `must have at most ${issue.maximum} ${PARTS[issue.origin]}`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}
