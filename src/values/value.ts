/**
 * A value on its way through a chain: text, which later steps convert and cut, or an exact number or timestamp,
 * which they leave alone (spec 6.2). Null is no value.
 */
export type Value = string | Exact | null;

/** A value that is no text. */
export interface Exact {
  readonly kind: 'number' | 'timestamp';
  /** As the row holds it. */
  readonly text: string;
}

/** The text of a value, as the next step reads it. */
export function textOf(value: Value): string | null {
  return value === null || typeof value === 'string' ? value : value.text;
}

/** Equal kind and equal text. */
export function sameValue(left: Value, right: Value): boolean {
  if (left === null || right === null || typeof left === 'string' || typeof right === 'string') return left === right;
  return left.kind === right.kind && left.text === right.text;
}

/** An exact number, or null for null. */
export function numberValue(text: string | null): Exact | null {
  return text === null ? null : { kind: 'number', text };
}

/** What a value was read in spite of, or why it was not: kept as the original does, but counted as a quality issue. */
type Oddity =
  /** A number or date was taken out of a longer text. */
  | 'extracted'
  /** A zone or offset was dropped, the clock time kept. */
  | 'zone_dropped'
  /** There is a value that the column's type cannot read. */
  | 'unreadable'
  /** No key of an enum, or of bit conversions, answers to the value. */
  | 'unmapped'
  /** Text was cut to the column's length. */
  | 'cut'
  /** A second unescaping changed the text (P02). */
  | 'unescaped_twice';

/** Is told what is odd about a value. */
export type Note = (oddity: Oddity) => void;

/** For values of the contract itself. */
export function noteNothing(): void {
  // Nobody counts them.
}
