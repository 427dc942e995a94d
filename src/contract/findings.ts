import type { Fault } from '../errors.ts';

/** What checking a contract has found so far; faults refuse it, warnings do not. */
export interface Findings {
  readonly faults: Fault[];
  readonly warnings: Fault[];
}

/** Prints a place in the file the way its author would point at it: `mappings[41].target_column`. */
export function printPlace(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'contract';
  return path.map((key, i) => printKey(key, i === 0)).join('');
}

function printKey(key: PropertyKey, first: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  if (!/^[$\w]+$/.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}
