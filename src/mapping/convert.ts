import type { Mapping } from '../contract/contract.ts';
import { factsOf } from '../contract/data-types.ts';
import type { DataType, Family } from '../contract/data-types.ts';
import { readTimestamp } from '../values/dates.ts';
import { readDecimal, readFirstInteger, readFloat, readInteger } from '../values/number.ts';
import { cut, isBlank, trim } from '../values/text.ts';
import { readGuid, readTime } from '../values/time-and-guid.ts';
import type { Exact, Note, Value } from '../values/value.ts';
import { noteNothing, numberValue } from '../values/value.ts';

/** Text to a value of a column's type; blank and unreadable text is null (spec 6.5). */
export type Convert = (text: string | null) => Value;

/** Digits after the point of a decimal without `data_length`, and of every default. */
export const DEFAULT_SCALE = 2;

const ZERO: Exact = { kind: 'number', text: '0' };
const ONE: Exact = { kind: 'number', text: '1' };
const BITS = new Map<string, Exact>([
  ...['y', 'yes', 'true', 't'].map((word) => [word, ONE] as const),
  ...['n', 'no', 'false', 'f'].map((word) => [word, ZERO] as const),
]);

/** The plain conversion to a data type, as every step of a chain uses it; `scale` counts for decimals. */
export function converter(dataType: DataType, scale: number | null, note: Note = noteNothing): Convert {
  return noting(readerOf(dataType, scale ?? DEFAULT_SCALE, note), note);
}

/** Digits behind the point that numbers of a column are rounded to; null for what is no decimal, nor whole. */
export function scaleOf({ dataType, length }: Mapping): number | null {
  const { family } = factsOf(dataType);
  return family === 'integer' ? 0 : family === 'decimal' ? (length ?? DEFAULT_SCALE) : null;
}

/** The conversion of a mapping without a chain: integers fall back to the first number in the text. */
export function chainlessConverter({ dataType, length }: Mapping, note: Note = noteNothing): Convert {
  if (!isInteger(dataType)) return converter(dataType, length, note);
  return noting((text) => numberValue(readFirstInteger(text, note)), note);
}

/** What a trace calls the conversion to the column's type. */
export function asType({ dataType, length }: Mapping): string {
  return `as ${dataType}${length === null ? '' : `(${length})`}`;
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

/** `int`, `smallint`, `tinyint` and `bigint` convert alike. */
export function isInteger(dataType: DataType): boolean {
  return factsOf(dataType).family === 'integer';
}

/** Integers, `decimal` and `float`. */
export function isNumeric(dataType: DataType): boolean {
  const { family } = factsOf(dataType);
  return family === 'integer' || family === 'decimal' || family === 'float';
}

/** `date`, `datetime` and `smalldatetime` convert alike (V07). */
export function isTemporal(dataType: DataType): boolean {
  return factsOf(dataType).family === 'timestamp';
}

/** `string`, and any word that is no data type. */
export function isText(dataType: DataType): boolean {
  return factsOf(dataType).family === 'text';
}

/** Cuts text to the column: trimmed, cut to `data_length` code points where the type is text, trimmed (V10). */
export function fit(text: string, { dataType, length }: Mapping, note: Note = noteNothing): string {
  const trimmed = trim(text);
  if (!isText(dataType) || length === null || trimmed.length <= length) return trimmed;
  const start = cut(trimmed, length);
  if (start !== trimmed) note('cut');
  return trim(start);
}

function readerOf(dataType: DataType, scale: number, note: Note): (text: string) => Value {
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
  return readers[factsOf(dataType).family];
}

/** V04: words and numbers; anything else is no value. */
function readBit(text: string): Value {
  const word = BITS.get(trim(text).toLowerCase());
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
