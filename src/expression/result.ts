import { readTimestamp } from '../values/dates.ts';
import { printFloat, readFloat } from '../values/number.ts';
import type { Expression } from './expression.ts';

/** A day or time that an expression made; it prints as `YYYY-MM-DD`. */
export interface Timestamp {
  readonly timestamp: string;
}

/** What an expression gives: floats, integers from integer literals, text as it stands in the document, or nothing. */
export type Result = string | number | bigint | Timestamp | null;

/** A compiled expression; `Where` is what its names are looked up in. */
export type Evaluate<Where> = (where: Where) => Result;

/** Compiles a part of an expression. */
export type Compile<Where> = (part: Expression) => Evaluate<Where>;

/** A result as a timestamp; text is read with the parser of spec 6.5. */
export function toTimestamp(result: Result): Timestamp | null {
  if (result !== null && typeof result === 'object') return result;
  const timestamp = typeof result === 'string' ? readTimestamp(result) : null;
  return timestamp === null ? null : { timestamp };
}

/** A result as a number; text by the number grammar, anything else is none. */
export function number(result: Result): number | bigint | null {
  if (typeof result === 'string') return readFloat(result);
  return typeof result === 'number' || typeof result === 'bigint' ? result : null;
}

/** A result as text: no value is empty text, a timestamp its day. */
export function printResult(result: Result): string {
  if (result === null) return '';
  if (typeof result === 'number') return printFloat(result);
  return typeof result === 'object' ? result.timestamp.slice(0, 10) : String(result);
}
