import { createHash } from 'node:crypto';

/**
 * SHA-256 of a contract's content, the same for JSON and YAML and for any order of keys, except where order has a
 * meaning: the attributes of a filter rule, whose first list is the type, and the texts of an enum (spec 2.3, 6.3).
 */
export function hashContract(data: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(data, [])))
    .digest('hex');
}

function canonical(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item, path));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, canonical(item, [...path, key])]);
  const ordered = path.at(-1) === 'required_attributes' || path.at(-2) === 'enum_mappings';
  return ordered ? entries : entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
