import { Big } from 'big.js';
import { asciiDigits, trim } from './text.ts';
import type { Note } from './value.ts';
import { noteNothing } from './value.ts';

/** More significant digits than this make a number unreadable (spec 6.5). */
const MAX_DIGITS = 28;

const MAGNITUDE = String.raw`[$€£]?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?`;
const SIGNED = new RegExp(String.raw`^(?:([+-])\s*)?${MAGNITUDE}$`);
const ACCOUNTING = new RegExp(String.raw`^\(()${MAGNITUDE}\)$`);
const LENIENT = /^[0-9+\-,. eE]+$/;
const FIRST_NUMBER = /[0-9]+(?:\.[0-9]+)?/;

/** A number read exactly: `plain` is its digits with a sign and at most one point, times ten to the `exponent`. */
interface Reading {
  readonly plain: string;
  readonly exponent: number;
}

/** Reads a plain, signed, grouped, currency or accounting number (spec 8.5, *Number*) as a float, or null. */
export function readFloat(text: string): number | null {
  const point = pointOf(text);
  if (point !== NOT_PLAIN) return plainFloat(text, point);
  const reading = read(text);
  if (reading === null) return null;
  const value = Number(`${reading.plain}e${reading.exponent}`);
  return Number.isFinite(value) ? value : null;
}

/**
 * Reads the same numbers and rounds half away from zero to `scale` digits after the point, exactly.
 * Returns plain notation without trailing zeros, or null if it is no number or has more than 28 digits.
 */
export function readDecimal(text: string, scale: number): string | null {
  return readPlain(text, scale) ?? round(read(text), scale);
}

/**
 * Decimals as the original rounds them while it selects an address: with digits of any script and underscores too. Nothing
 * else takes those any more (V05).
 */
export function readLooseDecimal(text: string, scale: number): string | null {
  return readDecimal(text, scale) ?? readDecimal(asciiDigits(text).replaceAll('_', ''), scale);
}

/** Integers inside a chain: as above, and with commas anywhere, as the original read them (`1,2,3` -> 123), which is noted. */
export function readInteger(text: string, note: Note = noteNothing): string | null {
  const whole = readDecimal(text, 0);
  if (whole !== null || !LENIENT.test(trim(text))) return whole;
  return noted(readDecimal(text.replaceAll(',', ''), 0), note);
}

/** Integers without a chain: the whole text if it is a number, else the first run of digits in it (V01), which is noted. */
export function readFirstInteger(text: string, note: Note = noteNothing): string | null {
  const whole = readDecimal(text, 0);
  if (whole !== null) return whole;
  const first = FIRST_NUMBER.exec(text)?.[0];
  return first === undefined ? null : noted(readDecimal(first, 0), note);
}

function noted(number: string | null, note: Note): string | null {
  if (number !== null) note('extracted');
  return number;
}

/** A float in plain notation, as one step of a chain hands it to the next: `36`, `0.1`, `10000000000000000`. */
export function printPlain(value: number): string {
  return new Big(value).toFixed();
}

/** A float as text columns show it: `36.0`, `0.1`, `1e+16` (spec 8.1). */
export function printFloat(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    const plain = Object.is(value, -0) ? '-0' : String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.replace(/^([+-])([0-9])$/, '$10$2')}`;
}

/**
 * Rounds a float as `readDecimal` does what it is printed as, by arithmetic where that leaves no doubt. Null: it does.
 */
export function roundFloat(value: number, scale: number): string | null {
  const scaled = Math.abs(value) * (POWERS[scale] ?? Infinity);
  const whole = Math.floor(scaled);
  // Products of this size are wrong by less than a thousandth.
  if (!(scaled < 1e12) || Math.abs(scaled - whole - 0.5) < 0.001) return null;
  const kept = scaled - whole > 0.5 ? whole + 1 : whole;
  return kept === 0 ? '0' : printScaled(kept, scale, value < 0);
}

/** A whole number over ten to the `scale`, in plain notation: by whole numbers, which V8 prints at once. */
function printScaled(whole: number, scale: number, isNegative: boolean): string {
  let [kept, places] = [whole, scale];
  for (; places > 0 && kept % 10 === 0; places -= 1) kept /= 10;
  const unit = POWERS[places] ?? 1;
  const fraction = kept % unit;
  const sign = isNegative ? '-' : '';
  if (places === 0) return sign + String(kept);
  return `${sign}${(kept - fraction) / unit}.${String(unit + fraction).slice(1)}`;
}

/**
 * The short way for most numbers, already plain: by codes a third faster than by a pattern, and rounded by their digits four
 * times as fast as by Big.
 */
function readPlain(text: string, scale: number): string | null {
  const point = pointOf(text);
  if (point === NOT_PLAIN) return null;
  const { length } = text;
  if (length - point - 1 > scale) return roundPlain(text, point, scale);
  if (length > MAX_PLAIN) return null;
  return point === length ? (text === '-0' ? '0' : text) : withoutTrailingZeros(text);
}

/** Where the point is in a plain number, its length if there is none, `NOT_PLAIN` in any other text. Leading zeros are not plain, nor is a point without digits on both sides. */
export function pointOf(text: string): number {
  const { length } = text;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length === start || length > LONGEST_PLAIN) return NOT_PLAIN;
  if (text.charCodeAt(start) === ZERO && start + 1 < length && isDigit(text.charCodeAt(start + 1))) return NOT_PLAIN;
  let point = length;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT && point === length && i > start) point = i;
    else if (!isDigit(code)) return NOT_PLAIN;
  }
  return point === length - 1 ? NOT_PLAIN : point;
}

/** Cuts a plain number behind `scale` digits and rounds half away from zero; null if more digits are left than a float holds. */
function roundPlain(text: string, point: number, scale: number): string | null {
  const end = point + 1 + scale;
  if (end > MAX_PLAIN) return null;
  const isNegative = text.charCodeAt(0) === MINUS;
  const kept = Number(text.slice(isNegative ? 1 : 0, point) + text.slice(point + 1, end));
  const digits = String(kept + (text.charCodeAt(end) >= FIVE ? 1 : 0)).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const plain = withoutTrailingZeros(scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`);
  return isNegative && plain !== '0' ? `-${plain}` : plain;
}

/** The float of a plain number. Up to 15 digits it is one whole number over another, which gives the nearest float, in half the time of `Number`. */
function plainFloat(text: string, point: number): number {
  const { length } = text;
  if (length > MAX_PLAIN) return Number(text);
  const isNegative = text.charCodeAt(0) === MINUS;
  let digits = 0;
  for (let i = isNegative ? 1 : 0; i < length; i++) if (i !== point) digits = digits * 10 + text.charCodeAt(i) - ZERO;
  const value = point === length ? digits : digits / (POWERS[length - point - 1] ?? 10 ** (length - point - 1));
  return isNegative ? -value : value;
}

/** Ten to the number of places that are rounded by arithmetic. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const;

const [MINUS, POINT, ZERO, FIVE, NINE] = [0x2d, 0x2e, 0x30, 0x35, 0x39] as const;
/** Characters of a number that floats hold exactly, digits of a float as it is printed. */
const [MAX_PLAIN, LONGEST_PLAIN] = [16, 24] as const;
export const NOT_PLAIN = -1;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function read(text: string): Reading | null {
  const trimmed = trim(text);
  if (!mayStartNumber(trimmed.charCodeAt(0))) return null;
  const accounting = trimmed.startsWith('(');
  const match = (accounting ? ACCOUNTING : SIGNED).exec(trimmed);
  if (match?.[2] === undefined) return null;
  const magnitude = match[2].replaceAll(',', '').replace(/\.$/, '');
  return {
    plain: `${accounting || match[1] === '-' ? '-' : ''}${magnitude}`,
    exponent: Number(match[3] ?? '0'),
  };
}

function round(reading: Reading | null, scale: number): string | null {
  if (reading === null) return null;
  const mantissa = new Big(reading.plain.replace(/^(-?)\./, '$10.'));
  // Bounded before the exponent is applied, so that 1e999999999 costs nothing.
  if (mantissa.c[0] === 0 || mantissa.e + reading.exponent < -scale - 1) return '0';
  if (mantissa.e + reading.exponent >= MAX_DIGITS) return null;
  mantissa.e += reading.exponent;
  const rounded = mantissa.round(scale, Big.roundHalfUp);
  if (rounded.c[0] !== 0 && rounded.e + 1 + scale > MAX_DIGITS) return null;
  return withoutTrailingZeros(rounded.toFixed());
}

function withoutTrailingZeros(plain: string): string {
  const short = plain.endsWith('0') && plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
  return short === '-0' ? '0' : short;
}

/** Digits, signs, point, currency or parenthesis. */
function mayStartNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2b ||
    code === 0x2e ||
    code === 0x24 ||
    code === 0x28 ||
    code === 0x20ac ||
    code === 0xa3
  );
}
