import { createHash } from 'node:crypto';
import type { Path } from './findings.ts';

/** What was written for a value that is no text, where that says more than the value does: `01`. */
type Written = (path: Path) => string | undefined;

/**
 * SHA-256 of a contract's content, the same for JSON and YAML and for any order of keys, except where order has a
 * meaning: the attributes of a filter rule, whose first list is the type, and the texts of an enum (spec 2.3, 6.3). Format 2
 * takes what is `written`, quoted or not; the order of its tables and columns changes no row.
 */
export function hashContract(data: unknown, written?: Written): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(data, [], written)))
    .digest('hex');
}

function canonical(value: unknown, path: Path, written: Written | undefined): unknown {
  if (Array.isArray(value)) return value.map((item, index) => canonical(item, [...path, index], written));
  if (typeof value !== 'object' || value === null)
    return written === undefined || value === null || typeof value === 'string'
      ? value
      : (written(path) ?? JSON.stringify(value));
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    canonical(item, [...path, key], written),
  ]);
  const ordered = path.at(-1) === 'required_attributes' || path.at(-2) === 'enum_mappings';
  return ordered ? entries : entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
