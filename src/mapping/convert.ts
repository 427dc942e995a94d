import type { Mapping } from '../contract/contract.ts';
import { factsOf, isTextType } from '../contract/data-types.ts';
import type { DataType } from '../contract/data-types.ts';
import { type Convert, convertTo, convertToFirstInteger } from '../values/families.ts';
import { cut, trim } from '../values/text.ts';
import { noteNothing, type Note } from '../values/value.ts';

/** Digits after the point of a decimal without `data_length`, and of every default. */
export const DEFAULT_SCALE = 2;

/** The plain conversion to a data type, as every step of a chain uses it; `scale` counts for decimals. */
export function converter(dataType: DataType, scale: number | null, note: Note = noteNothing): Convert {
  return convertTo(factsOf(dataType).family, scale ?? DEFAULT_SCALE, note);
}

/** Digits behind the point that numbers of a column are rounded to; null for what is no decimal, nor whole. */
export function scaleOf({ dataType, length }: Mapping): number | null {
  const { family } = factsOf(dataType);
  return family === 'integer' ? 0 : family === 'decimal' ? (length ?? DEFAULT_SCALE) : null;
}

/** The conversion of a mapping without a chain: integers fall back to the first number in the text. */
export function chainlessConverter({ dataType, length }: Mapping, note: Note = noteNothing): Convert {
  return isInteger(dataType) ? convertToFirstInteger(note) : converter(dataType, length, note);
}

/** What a trace calls the conversion to the column's type. */
export function asType({ dataType, length }: Mapping): string {
  return `as ${dataType}${length === null ? '' : `(${length})`}`;
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

/** Cuts text to the column: trimmed, cut to `data_length` code points where the type is text, trimmed (V10). */
export function fit(text: string, { dataType, length }: Mapping, note: Note = noteNothing): string {
  const trimmed = trim(text);
  if (!isTextType(dataType) || length === null || trimmed.length <= length) return trimmed;
  const start = cut(trimmed, length);
  if (start !== trimmed) note('cut');
  return trim(start);
}
