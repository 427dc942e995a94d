import type { Source } from './scan-source.ts';

/** What belongs to some names, made ready for asking about many: a table of letters turns most others down at once. */
export interface NameTable<Value> {
  readonly values: ReadonlyMap<string, Value>;
  /** 1 for the `pair` of the first and the last letter of each. */
  readonly pairs: Uint8Array;
}

export function tableOf<Value>(values: ReadonlyMap<string, Value>): NameTable<Value> {
  const pairs = new Uint8Array(1 << 10);
  for (const name of values.keys()) pairs[pair(name.charCodeAt(0), name.charCodeAt(name.length - 1))] = 1;
  return { values, pairs };
}

/** Whether the name between `start` and `end` is one of them. */
export function hasName(
  { values, pairs }: NameTable<unknown>,
  { text, codes }: Source,
  start: number,
  end: number,
): boolean {
  return pairs[pair(codes[start] ?? 0, codes[end - 1] ?? 0)] === 1 && values.has(text.slice(start, end));
}

/** Two letters in one number; some pairs share theirs. */
function pair(first: number, last: number): number {
  return ((first & 31) << 5) | (last & 31);
}
