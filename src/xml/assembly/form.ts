// What a value looks like, told while its bytes are at hand, so that nobody who converts it has to look again:
// ../form.ts says what the forms are.
import { BLANK, DASH } from './bytes';

const ODD: i32 = 0;
const PLAIN: i32 = 1;
const DIGITS: i32 = 2;
const NUMBER: i32 = 3;
const DAY: i32 = 4;
const MOMENT: i32 = 5;

const ZERO: u8 = 0x30;
const POINT: u8 = 0x2e;
const LONGEST: i32 = 19;
const LONGEST_NUMBER: i32 = 15;

/** The form of the value at `p`, in which there is no `&`. */
export function formOf(p: usize, end: usize): i32 {
  if (p == end) return ODD;
  const first = load<u8>(p);
  const last = load<u8>(end - 1);
  if (!isVisible(first) || !isVisible(last)) return ODD;
  const length = i32(end - p);
  if (length > LONGEST || (first != DASH && !isDigit(first)) || !isDigit(last)) return PLAIN;
  // A bit for each of the first 16 bytes that is no digit.
  const others = ~u32(i8x16.bitmask(i8x16.le_u(i8x16.sub(v128.load(p), i8x16.splat(0x30)), i8x16.splat(9)))) & ((1 << min(length, 16)) - 1);
  const rest = others & ~1;
  if ((rest & (rest - 1)) == 0 && length <= LONGEST_NUMBER) return numberForm(p, length, others);
  if (length == 10) return others == 0x90 && isDay(p) ? DAY : PLAIN;
  return length == 19 && others == 0x2490 && isDay(p) && isTime(p + 10) ? MOMENT : PLAIN;
}

/** Of a value whose bytes are digits, but for a sign and a point: `others`. */
function numberForm(p: usize, length: i32, others: u32): i32 {
  const start = i32(others & 1);
  const isWhole = others <= 1;
  const point = isWhole ? length : i32(ctz(others & ~1));
  if (load<u8>(p + start) == ZERO && (start == 1 || point > 1)) return PLAIN;
  if (isWhole) return start == 0 ? DIGITS : NUMBER;
  if (load<u8>(p + point) != POINT || point == start) return PLAIN;
  let shown = length;
  while (load<u8>(p + shown - 1) == ZERO) shown--;
  if (shown == point + 1) shown = point;
  return NUMBER | (max(shown - point - 1, 0) << 8) | ((length - shown) << 16);
}

/** `2024-01-31`, whose digits are digits: a day that every month has. */
function isDay(p: usize): bool {
  const month = pair(p + 5);
  const day = pair(p + 8);
  return load<u8>(p + 4) == DASH && load<u8>(p + 7) == DASH && load<u32>(p) != 0x30303030 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

/** `T23:59:59`, whose first digits are digits. */
function isTime(p: usize): bool {
  return load<u8>(p) == 0x54 && load<u8>(p + 3) == 0x3a && load<u8>(p + 6) == 0x3a && pair(p + 1) <= 23 && pair(p + 4) <= 59 &&
    isDigit(load<u8>(p + 7)) && pair(p + 7) <= 59;
}

@inline function pair(p: usize): i32 {
  return i32(load<u8>(p) - ZERO) * 10 + i32(load<u8>(p + 1) - ZERO);
}

@inline function isDigit(byte: u8): bool { return u8(byte - ZERO) <= 9; }

@inline function isVisible(byte: u8): bool { return byte > BLANK && byte < 0x7f; }
