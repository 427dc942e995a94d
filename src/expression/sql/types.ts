import { Big } from 'big.js';

/** What an expression gives, as T-SQL types it. Of numbers with digits how many there may be, in all and behind the point. */
export type SqlType =
  | { readonly kind: 'int'; readonly precision: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | {
      readonly kind:
        | 'float'
        | 'text'
        | 'date'
        | 'datetime'
        | 'datetimeoffset'
        | 'time'
        | 'uniqueidentifier'
        | 'binary'
        | 'xml'
        | 'null';
    };

/**
 * A value while an expression is computed; null is NULL. Whole numbers are bigints, decimals exact, floats numbers, all else the
 * exact text that a row holds.
 */
export type SqlValue = bigint | Big | number | string | null;

export const INT: SqlType = { kind: 'int', precision: 10 };
export const BIGINT: SqlType = { kind: 'int', precision: 19 };
export const TEXT: SqlType = { kind: 'text' };
export const FLOAT: SqlType = { kind: 'float' };
export const NULL: SqlType = { kind: 'null' };

/** Thrown while a row is computed: there is no such number. The column becomes NULL with an issue. */
export class NoValue extends Error {}

export function isNumeric({ kind }: SqlType): boolean {
  return kind === 'int' || kind === 'decimal' || kind === 'float';
}

export function isTemporal({ kind }: SqlType): boolean {
  return kind === 'date' || kind === 'datetime' || kind === 'datetimeoffset';
}

/** Precision and scale of a number with digits. */
export function digitsOf(type: SqlType): { readonly precision: number; readonly scale: number } {
  if (type.kind === 'decimal') return type;
  return { precision: type.kind === 'int' ? type.precision : 38, scale: 0 };
}

/** More than 38 digits are too many: the scale gives way, down to six. */
export function decimalOf(precision: number, scale: number): SqlType {
  if (precision <= 38) return { kind: 'decimal', precision, scale };
  const whole = precision - scale;
  return { kind: 'decimal', precision: 38, scale: Math.max(Math.min(scale, 6), 38 - whole) };
}

/** The type that holds the values of both, or null if there is none. */
export function unify(left: SqlType, right: SqlType): SqlType | null {
  if (left.kind === 'null') return right;
  if (right.kind === 'null') return left;
  if (isNumeric(left) && isNumeric(right)) {
    if (left.kind === 'float' || right.kind === 'float') return FLOAT;
    const [a, b] = [digitsOf(left), digitsOf(right)];
    const scale = Math.max(a.scale, b.scale);
    const precision = scale + Math.max(a.precision - a.scale, b.precision - b.scale);
    return left.kind === 'int' && right.kind === 'int' ? { kind: 'int', precision } : decimalOf(precision, scale);
  }
  if (left.kind === right.kind) return left;
  if (isTemporal(left) && isTemporal(right)) {
    return left.kind === 'datetimeoffset' || right.kind === 'datetimeoffset' ? null : { kind: 'datetime' };
  }
  return null;
}

/** A value as another type of number has it. */
export function toNumber(value: SqlValue, kind: 'decimal' | 'float'): SqlValue {
  if (value === null || typeof value === 'string') return value;
  if (kind === 'float') return Number(value);
  return value instanceof Big ? value : new Big(String(value));
}

/** A value as text: decimals with the digits of their scale, dates in ISO form, as CONVERT with style 126 prints them. */
export function printValue(value: SqlValue, type: SqlType): string | null {
  if (value === null || typeof value === 'string') return type.kind === 'date' ? (value?.slice(0, 10) ?? null) : value;
  if (value instanceof Big) return value.toFixed(digitsOf(type).scale);
  return String(value);
}
