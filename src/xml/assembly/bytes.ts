// Questions about single bytes and short stretches of them.

import { EVERY } from './memory';

export const TAB: u8 = 0x09;
export const LINE: u8 = 0x0a;
export const RETURN: u8 = 0x0d;
export const BLANK: u8 = 0x20;
export const EXCLAMATION: u8 = 0x21;
export const DOUBLE_QUOTE: u8 = 0x22;
export const AMPERSAND: u8 = 0x26;
export const SINGLE_QUOTE: u8 = 0x27;
export const DASH: u8 = 0x2d;
export const SLASH: u8 = 0x2f;
export const COLON: u8 = 0x3a;
export const LESS: u8 = 0x3c;
export const EQUALS: u8 = 0x3d;
export const GREATER: u8 = 0x3e;
export const QUESTION: u8 = 0x3f;
export const BRACKET: u8 = 0x5d;

for (let byte: i32 = 0; byte < 256; byte++) v128.store(EVERY + (usize(byte) << 4), i8x16.splat(i8(byte)));

/** 16 times that byte. From memory: V8 makes a constant anew, in three to five instructions, wherever it is used, which took 1.15 times as long in all. */
@inline export function every(byte: u8): v128 { return v128.load(EVERY + (usize(byte) << 4)); }

/** A bit for each of 64 bytes, whether its highest is set. */
@inline export function bitsOf(a: v128, b: v128, c: v128, d: v128): u64 {
  return u64(u32(i8x16.bitmask(a))) | (u64(u32(i8x16.bitmask(b))) << 16) | (u64(u32(i8x16.bitmask(c))) << 32) | (u64(u32(i8x16.bitmask(d))) << 48);
}

@inline export function isSpace(byte: u8): bool {
  return byte <= BLANK && ((u64(0x100002600) >> byte) & 1) != 0;
}

/** The first address from `p` on that is no white space. */
export function skipSpace(p: usize): usize {
  while (isSpace(load<u8>(p))) {
    p++;
    // Behind a line end mostly comes an indentation.
    p += ctz(~u32(i8x16.bitmask(i8x16.eq(v128.load(p), every(BLANK)))));
  }
  return p;
}

/** The next `byte` from `p` on, or `end`. */
export function find(p: usize, end: usize, byte: u8): usize {
  const wanted = every(byte);
  while (p < end) {
    const hits = u32(i8x16.bitmask(i8x16.eq(v128.load(p), wanted)));
    if (hits != 0) return min(p + ctz(hits), end);
    p += 16;
  }
  return end;
}

export function isSame(a: usize, b: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false;
  return true;
}

@inline function lower(byte: u8): u8 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

export function isSameInAnyCase(a: usize, b: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (lower(load<u8>(a + i)) != lower(load<u8>(b + i))) return false;
  return true;
}

/** Length of the tag name at `p`: up to white space, `/` or `>`. Other control characters end it too. */
@inline export function tagNameLength(p: usize): i32 {
  const v = v128.load(p);
  const stops = u32(i8x16.bitmask(v128.or(i8x16.le_u(v, every(BLANK)), v128.or(i8x16.eq(v, every(SLASH)), i8x16.eq(v, every(GREATER))))));
  return stops != 0 ? i32(ctz(stops)) : longNameLength(p, SLASH);
}

/** Length of the attribute name at `p`: up to `=` and what ends a tag name. */
@inline export function attributeNameLength(p: usize): i32 {
  const v = v128.load(p);
  const stops = u32(i8x16.bitmask(v128.or(
    v128.or(i8x16.le_u(v, every(BLANK)), i8x16.eq(v, every(EQUALS))),
    v128.or(i8x16.eq(v, every(SLASH)), i8x16.eq(v, every(GREATER))))));
  return stops != 0 ? i32(ctz(stops)) : longNameLength(p, EQUALS);
}

function longNameLength(p: usize, stop: u8): i32 {
  let q = p + 16;
  for (;;) {
    const byte = load<u8>(q);
    if (byte <= BLANK || byte == SLASH || byte == GREATER || byte == stop) return i32(q - p);
    q++;
  }
  return 0;
}

/** Where the local part of a name begins, counted from `p`: behind its first colon. */
@inline export function localOffset(p: usize, length: i32): i32 {
  const colons = u32(i8x16.bitmask(i8x16.eq(v128.load(p), every(COLON))));
  if (colons != 0) {
    const offset = i32(ctz(colons)) + 1;
    if (offset <= length) return offset;
  }
  return length > 16 ? longLocalOffset(p, length) : 0;
}

function longLocalOffset(p: usize, length: i32): i32 {
  for (let i = 16; i < length; i++) if (load<u8>(p + i) == COLON) return i + 1;
  return 0;
}

/** Whether a name is of ASCII letters, digits, `_`, `-` and `.`, with at most one colon between two such names. */
export function isPlainName(p: usize, length: i32): bool {
  let start = true;
  let colons = 0;
  for (let i = 0; i < length; i++) {
    const byte = load<u8>(p + i);
    const letter = byte | 0x20;
    if (byte == COLON) {
      if (start || ++colons > 1) return false;
      start = true;
    } else {
      if (!((letter >= 0x61 && letter <= 0x7a) || byte == 0x5f || (!start && ((byte >= 0x30 && byte <= 0x39) || byte == DASH || byte == 0x2e)))) return false;
      start = false;
    }
  }
  return !start;
}

/** Whether U+FFFE or U+FFFF is at `p`, the only characters beyond ASCII that XML forbids; it begins with EF. */
@inline export function isForbidden(p: usize): bool {
  return load<u8>(p) == 0xef && load<u8>(p + 1) == 0xbf && load<u8>(p + 2) >= 0xbe;
}

/** Control characters that XML forbids, and EF, with which forbidden characters begin. */
@inline export function maybeForbidden(v: v128): v128 {
  const spaces = v128.or(i8x16.eq(v, every(LINE)), v128.or(i8x16.eq(v, every(RETURN)), i8x16.eq(v, every(TAB))));
  return v128.or(v128.andnot(i8x16.lt_u(v, every(BLANK)), spaces), i8x16.eq(v, every(0xef)));
}

/** Whether XML allows all characters from `p` to `end`. */
export function areCharacters(p: usize, end: usize): bool {
  while (p < end) {
    const stops = u32(i8x16.bitmask(maybeForbidden(v128.load(p))));
    if (stops == 0) { p += 16; continue; }
    p += usize(ctz(stops));
    if (p < end && (load<u8>(p) != 0xef || isForbidden(p))) return false;
    p++;
  }
  return true;
}
