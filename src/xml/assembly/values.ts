// Copies values and texts into the one text, references replaced and line ends made one, and counts UTF-16 units.
// What a string of JavaScript calls a place is such a unit; where all is ASCII, units and bytes are the same.
import {
  AMPERSAND, BLANK, BRACKET, LESS, LINE, RETURN, every, isForbidden, maybeForbidden, isSpace,
} from './bytes';

/** Where the next byte goes, and how many units are before it. */
export let out: usize = 0;
export let units: i32 = 0;

export function openText(at: usize): void {
  out = at;
  units = 0;
}

/** Goes back to an earlier place. */
export function rewind(at: usize, before: i32): void {
  out = at;
  units = before;
}

/** Whether there is an `&` in the value copied last. */
export let hasAmpersand: bool = false;

/** Copies the attribute value at `p` up to its quote, white space made blanks (XML 1.0, 3.3.3); the place of the quote, or 0. */
export function copyValue(p: usize, end: usize, quote: u8): usize {
  const quotes = every(quote);
  hasAmpersand = false;
  for (;;) {
    const v = v128.load(p);
    v128.store(out, v);
    // Whatever needs a look: the quote, `&`, `<`, control characters, and EF, with which forbidden characters begin.
    const stops = u32(i8x16.bitmask(v128.or(
      v128.or(i8x16.eq(v, quotes), i8x16.eq(v, every(AMPERSAND))),
      v128.or(v128.or(i8x16.eq(v, every(LESS)), i8x16.eq(v, every(0xef))), i8x16.lt_u(v, every(BLANK))))));
    if (stops == 0) {
      if (p >= end) return 0;
      advance(v, 0xffff, 16);
      p += 16;
      continue;
    }
    const plain = i32(ctz(stops));
    advance(v, (1 << plain) - 1, plain);
    p += plain;
    const byte = load<u8>(p);
    if (byte == quote) return p;
    if (byte == LESS) return 0;
    if (isSpace(byte)) {
      p += byte == RETURN && load<u8>(p + 1) == LINE ? 2 : 1;
      put(BLANK);
    } else {
      p = copyOther(p, end);
      if (p == 0) return 0;
    }
  }
  return 0;
}

/** Copies the text at `p` up to the next `<`; its place, or 0. */
export function copyText(p: usize, end: usize): usize {
  for (;;) {
    const v = v128.load(p);
    v128.store(out, v);
    const stops = u32(i8x16.bitmask(v128.or(
      v128.or(i8x16.eq(v, every(LESS)), i8x16.eq(v, every(AMPERSAND))),
      v128.or(v128.or(i8x16.eq(v, every(BRACKET)), i8x16.eq(v, every(0xef))), i8x16.lt_u(v, every(BLANK))))));
    const plain = stops == 0 ? 16 : i32(ctz(stops));
    advance(v, (1 << plain) - 1, plain);
    p += plain;
    if (p >= end) return 0;
    if (stops == 0) continue;
    const byte = load<u8>(p);
    if (byte == LESS) return p;
    if (byte == BRACKET) {
      if (load<u16>(p + 1) == 0x3e5d) return 0; // ]]>
      put(byte);
      p++;
    } else {
      p = isSpace(byte) ? copyLineEnd(p) : copyOther(p, end);
      if (p == 0) return 0;
    }
  }
  return 0;
}

/** Copies the content of a CDATA section. */
export function copyRaw(p: usize, end: usize): bool {
  while (p < end) {
    const byte = load<u8>(p);
    if (byte < BLANK) {
      if (!isSpace(byte)) return false;
      p = copyLineEnd(p);
    } else {
      if (isForbidden(p)) return false;
      copyByte(byte);
      p++;
    }
  }
  return true;
}

/** A line end is one line feed, however it is written (XML 1.0, 2.11); tabs stay. */
function copyLineEnd(p: usize): usize {
  const byte = load<u8>(p);
  if (byte != RETURN) {
    put(byte);
    return p + 1;
  }
  put(LINE);
  return p + (load<u8>(p + 1) == LINE ? 2 : 1);
}

/** A reference, or the first byte of a character that begins with EF; 0 for what is forbidden. */
function copyOther(p: usize, end: usize): usize {
  const byte = load<u8>(p);
  if (byte == AMPERSAND) {
    p = readReference(p, end);
    if (p == 0) return 0;
    if (referred == AMPERSAND) hasAmpersand = true;
    put(referred);
    return p;
  }
  if (byte != 0xef || isForbidden(p)) return 0;
  copyByte(byte);
  return p + 1;
}

/** Whether the text from `p` to `end` is well-formed. */
export function isText(p: usize, end: usize): bool {
  while (p < end) {
    const v = v128.load(p);
    const stops = u32(i8x16.bitmask(v128.or(
      v128.or(i8x16.eq(v, every(AMPERSAND)), i8x16.eq(v, every(BRACKET))), maybeForbidden(v))));
    if (stops == 0) { p += 16; continue; }
    p += usize(ctz(stops));
    if (p >= end) return true;
    const byte = load<u8>(p);
    if (byte == AMPERSAND) {
      p = readReference(p, end);
      if (p == 0) return false;
    } else if (byte == BRACKET ? load<u16>(p + 1) == 0x3e5d : byte != 0xef || isForbidden(p)) return false;
    else p++;
  }
  return true;
}

/** The character of the last reference read. */
let referred: u32 = 0;

/** Reads the reference at `p`, to one of XML's five entities or a character; the place behind it, or 0. */
function readReference(p: usize, end: usize): usize {
  const word = load<u32>(p + 1);
  if (word == 0x3b706d61) return refer(0x26, p + 5); // amp;
  if ((word & 0xffffff) == 0x3b746c) return refer(0x3c, p + 4); // lt;
  if ((word & 0xffffff) == 0x3b7467) return refer(0x3e, p + 4); // gt;
  if (word == 0x746f7571 && load<u8>(p + 5) == 0x3b) return refer(0x22, p + 6); // quot;
  if (word == 0x736f7061 && load<u8>(p + 5) == 0x3b) return refer(0x27, p + 6); // apos;
  if (load<u8>(p + 1) != 0x23) return 0;
  const isHex = load<u8>(p + 2) == 0x78;
  const digits = p + (isHex ? 3 : 2);
  let code: u32 = 0;
  let q = digits;
  for (; q < end && q - digits <= 8; q++) {
    const byte = load<u8>(q);
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) code = code * (isHex ? 16 : 10) + (byte - 0x30);
    else if (isHex && letter >= 0x61 && letter <= 0x66) code = code * 16 + (letter - 0x57);
    else break;
  }
  return q > digits && load<u8>(q) == 0x3b && q - digits <= 8 && isCharacter(code) ? refer(code, q + 1) : 0;
}

function refer(code: u32, next: usize): usize {
  referred = code;
  return next;
}

function isCharacter(code: u32): bool {
  if (code < 0x20) return code == 9 || code == 10 || code == 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0x10ffff && code != 0xfffe && code != 0xffff);
}

/** Moves on by bytes of `v` that are stored already; `mask` says which. */
@inline function advance(v: v128, mask: u32, bytes: i32): void {
  out += bytes;
  units += bytes;
  const wide = u32(i8x16.bitmask(v)) & mask;
  if (wide == 0) return;
  const following = u32(i8x16.bitmask(i8x16.lt_s(v, i8x16.splat(-64)))) & mask;
  const ofFour = u32(i8x16.bitmask(i8x16.ge_u(v, i8x16.splat(i8(0xf0))))) & mask;
  units += i32(popcnt(ofFour)) - i32(popcnt(following));
}

@inline function copyByte(byte: u8): void {
  store<u8>(out, byte);
  out++;
  if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
}

/** Writes a character. */
function put(code: u32): void {
  units += code >= 0x10000 ? 2 : 1;
  if (code < 0x80) {
    store<u8>(out, u8(code));
    out += 1;
  } else if (code < 0x800) {
    store<u8>(out, u8(0xc0 | (code >> 6)));
    follow(1, code);
  } else if (code < 0x10000) {
    store<u8>(out, u8(0xe0 | (code >> 12)));
    follow(2, code);
  } else {
    store<u8>(out, u8(0xf0 | (code >> 18)));
    follow(3, code);
  }
}

/** The bytes behind the first of a character. */
function follow(bytes: i32, code: u32): void {
  for (let i = 1; i <= bytes; i++) store<u8>(out + i, u8(0x80 | ((code >> (6 * (bytes - i))) & 63)));
  out += bytes + 1;
}
