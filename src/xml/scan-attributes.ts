import type { Source } from './scan-source.ts';
import { BLANK, COLON, EQUALS, isSpace } from './scan.ts';

/** Attributes to look out for. */
export interface AttributeWatch {
  /** Local names in lower case. */
  readonly names: ReadonlySet<string>;
  /** 1 for the `ending` of each of them, and of what is no plain `name="value"`; it turns most others down at once. */
  readonly endings: Uint8Array;
}

/** Watches for attributes by local name, in any case. */
export function watchAttributes(wanted: ReadonlySet<string>): AttributeWatch {
  const names = new Set([...wanted].filter((name) => name !== ''));
  const endings = new Uint8Array(1 << 12);
  for (let length = 0; length < 32; length += 1) {
    for (let code = 0; code <= BLANK; code += 1) endings[ending(length, code)] = 1;
    endings[ending(length, EQUALS)] = 1;
  }
  for (const name of names) {
    // Beyond ASCII a letter's other case may be of another length.
    if (/[^\0-\x7f]/.test(name)) endings.fill(1);
    for (const last of [name, name.toUpperCase()]) endings[ending(name.length, last.charCodeAt(name.length - 1))] = 1;
  }
  return { names, endings };
}

/** A length and a last letter in one number. */
function ending(length: number, last: number): number {
  return ((length & 31) << 7) | (last & 127);
}

/** Whether the attribute whose name starts at `start` may be watched for, if it has no prefix. */
export function mayBeWatched({ endings }: AttributeWatch, codes: Uint16Array, start: number, quote: number): boolean {
  const last = codes[quote - 2] ?? 0;
  return endings[ending(quote - 1 - start, last)] === 1 || last > 127;
}

/** Whether it is. */
export function isWatched({ names }: AttributeWatch, { text, codes }: Source, quote: number): boolean {
  let end = quote - 1;
  while (isSpace(codes[end])) end -= 1;
  if (codes[end] !== EQUALS) return false;
  while (isSpace(codes[end - 1])) end -= 1;
  let start = end;
  while (start > 0 && codes[start - 1] !== COLON && !isSpace(codes[start - 1])) start -= 1;
  return names.has(text.slice(start, end).toLowerCase());
}
