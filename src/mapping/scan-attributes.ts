import type { Source } from './scan-source.ts';
import { COLON, EQUALS, isSpace } from './scan.ts';

/** Attributes to look out for. */
export interface AttributeWatch {
  /** Local names in lower case. */
  readonly names: ReadonlySet<string>;
  /** 1 for the `tail` of each of them; it turns most others down at once. */
  readonly tails: Uint8Array;
}

/** Watches for attributes by local name, in any case. */
export function watchAttributes(wanted: ReadonlySet<string>): AttributeWatch {
  const names = new Set([...wanted].filter((name) => name !== ''));
  const tails = new Uint8Array(1 << 15);
  const anything = Array.from({ length: 32 }, (_, code) => code);
  for (const name of names) {
    // In front of a short name stands white space or a colon.
    const at = (place: number): number[] => (place < 0 ? anything : [name.charCodeAt(place)]);
    for (const first of at(name.length - 3)) {
      for (const second of at(name.length - 2)) {
        for (const third of at(name.length - 1)) tails[tail(first, second, third)] = 1;
      }
    }
  }
  return { names, tails };
}

/** The last three letters of a name in one number: large and small ones are alike in their last five bits. */
function tail(first: number, second: number, third: number): number {
  return ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);
}

/** Whether the attribute in front of a value's opening quote may be watched for. Beyond ASCII any letter may be the other case of any. */
export function mayBeWatched({ tails }: AttributeWatch, codes: Uint16Array, quote: number): boolean {
  const first = codes[quote - 4] ?? 0;
  const second = codes[quote - 3] ?? 0;
  const third = codes[quote - 2] ?? 0;
  return (
    tails[tail(first, second, third)] === 1 ||
    (first | second | third) > 127 ||
    third <= 32 ||
    codes[quote - 1] !== EQUALS
  );
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
