import { readTimestamp } from './dates.ts';
import { readDecimal, readFirstInteger, readFloat, readInteger } from './number.ts';
import { isBlank, trim } from './text.ts';
import { readGuid, readTime } from './time-and-guid.ts';
import type { Exact, Note, Value } from './value.ts';
import { numberValue } from './value.ts';

/** Types that are read alike (spec 6.5): whole numbers of any width, timestamps with or without a time of day. */
export type Family = 'text' | 'integer' | 'decimal' | 'float' | 'bit' | 'timestamp' | 'time' | 'uniqueidentifier';

/** Text to a value of a family; blank and unreadable text is null (spec 6.5). */
export type Convert = (text: string | null) => Value;

const ZERO: Exact = { kind: 'number', text: '0' };
const ONE: Exact = { kind: 'number', text: '1' };
const [YES, NO] = [
  ['y', 'yes', 'true', 't'],
  ['n', 'no', 'false', 'f'],
];
const BITS = new Map<string, Exact>([
  ...YES.map((word) => [word, ONE] as const),
  ...NO.map((word) => [word, ZERO] as const),
]);

/** What sets an indicator, and what does not beside blank text; other words do not either, but are counted (spec 9). */
export const INDICATOR_WORDS = { yes: [...YES, '1'], no: [...NO, '0', 'null', 'none'] } as const;

/** What a word for yes or no means, whatever its case and the blanks around it. */
export function bitWord(text: string): Exact | undefined {
  return BITS.get(trim(text).toLowerCase());
}

/** The conversion to a family; `scale` counts for decimals, and `note` is told what is odd about a text. */
export function convertTo(family: Family, scale: number, note: Note): Convert {
  const readers: Readonly<Record<Family, (text: string) => Value>> = {
    text: (text) => text,
    integer: (text) => numberValue(readInteger(text, note)),
    decimal: (text) => numberValue(readDecimal(text, scale)),
    float: (text) => floatValue(readFloat(text)),
    bit: readBit,
    timestamp: (text) => timestampValue(readTimestamp(text, note)),
    time: (text) => readTime(text, note),
    uniqueidentifier: readGuid,
  };
  return noting(readers[family], note);
}

/** The conversion to the first whole number in a text. */
export function convertToFirstInteger(note: Note): Convert {
  return noting((text) => numberValue(readFirstInteger(text, note)), note);
}

/** Blank text is no value; any other that gives none is unreadable. */
function noting(read: (text: string) => Value, note: Note): Convert {
  return (text) => {
    if (isBlank(text)) return null;
    const value = read(text);
    if (value === null) note('unreadable');
    return value;
  };
}

/** `1` and `0`, shared. */
export function bitValue(bit: 0 | 1): Exact {
  return bit === 1 ? ONE : ZERO;
}

/** V04: words and numbers; anything else is no value. */
function readBit(text: string): Value {
  const word = bitWord(text);
  if (word !== undefined) return word;
  const number = readFloat(text);
  return number === null ? null : bitValue(number === 0 ? 0 : 1);
}

function timestampValue(text: string | null): Exact | null {
  return text === null ? null : { kind: 'timestamp', text };
}

function floatValue(value: number | null): Exact | null {
  return value === null ? null : numberValue(value === 0 ? '0' : String(value));
}
