// Whether bytes are UTF-8, 16 at a time: what two neighbours can be wrong in is looked up by three of their four halves.
// After J. Keiser and D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", https://arxiv.org/abs/2010.03090.
// Only blocks that have more than ASCII are looked at, as the marks are found: 1.04 times as fast in all as to ask Node first.
import { UTF8 } from './memory';
import { bitsOf, every } from './bytes';

/** What can be wrong, a bit each: wrong are two bytes of which all three halves say the same. */
const TOO_SHORT: u8 = 1; // a first byte, and no following one
const TOO_LONG: u8 = 2; // ASCII, and a following byte
const OVERLONG_3: u8 = 4;
const TOO_LARGE: u8 = 8; // from U+110000 on
const SURROGATE: u8 = 16;
const OVERLONG_2: u8 = 32;
const OVERLONG_4: u8 = 64; // or from U+140000 on
const TWO_FOLLOWING: u8 = 128; // right where a third or fourth byte is due
const ANY_LOW: u8 = TOO_SHORT | TOO_LONG | TWO_FOLLOWING;

for (let half: u8 = 0; half < 16; half++) {
  store<u8>(UTF8 + usize(half), ofFirstHigh(half));
  store<u8>(UTF8 + usize(half), ofFirstLow(half), 16);
  store<u8>(UTF8 + usize(half), ofSecondHigh(half), 32);
}

function ofFirstHigh(half: u8): u8 {
  if (half < 0x8) return TOO_LONG;
  if (half < 0xc) return TWO_FOLLOWING;
  if (half == 0xc) return TOO_SHORT | OVERLONG_2;
  if (half == 0xd) return TOO_SHORT;
  return half == 0xe ? TOO_SHORT | OVERLONG_3 | SURROGATE : TOO_SHORT | TOO_LARGE | OVERLONG_4;
}

function ofFirstLow(half: u8): u8 {
  if (half == 0) return ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4;
  if (half == 1) return ANY_LOW | OVERLONG_2;
  if (half < 4) return ANY_LOW;
  if (half == 4) return ANY_LOW | TOO_LARGE;
  return ANY_LOW | TOO_LARGE | OVERLONG_4 | (half == 0xd ? SURROGATE : 0);
}

function ofSecondHigh(half: u8): u8 {
  if (half < 0x8 || half >= 0xc) return TOO_SHORT;
  if (half == 0x8) return TOO_LONG | TWO_FOLLOWING | OVERLONG_2 | OVERLONG_3 | OVERLONG_4;
  return TOO_LONG | TWO_FOLLOWING | OVERLONG_2 | TOO_LARGE | (half == 0x9 ? OVERLONG_3 : SURROGATE);
}

/** Whether what is beyond ASCII in the blocks of 64 bytes of a list is UTF-8. In front of the first block is ASCII. */
export function areUtf8(list: usize, listEnd: usize): bool {
  const firstHigh = v128.load(UTF8);
  const firstLow = v128.load(UTF8, 16);
  const secondHigh = v128.load(UTF8, 32);
  const half = every(0x0f);
  let wrong = every(0);
  for (; list < listEnd; list += 4) {
    const block: usize = load<u32>(list);
    const wide = bitsOf(v128.load(block), v128.load(block, 16), v128.load(block, 32), v128.load(block, 48));
    // A character that begins in the last byte has three more.
    const last = block + 66 - usize(clz(wide));
    for (let p = block + usize(ctz(wide)); p <= last; p += 16) {
      const first = v128.load(p - 1);
      const second = v128.load(p);
      const pairs = v128.and(
        v128.and(i8x16.swizzle(firstHigh, v128.and(i16x8.shr_u(first, 4), half)), i8x16.swizzle(firstLow, v128.and(first, half))),
        i8x16.swizzle(secondHigh, v128.and(i16x8.shr_u(second, 4), half)));
      // The third byte of three or four, and the fourth of four: there, and only there, two follow.
      const due = v128.or(i8x16.sub_sat_u(v128.load(p - 2), every(0xe0 - 0x80)), i8x16.sub_sat_u(v128.load(p - 3), every(0xf0 - 0x80)));
      wrong = v128.or(wrong, v128.xor(v128.and(due, every(0x80)), pairs));
    }
  }
  return !v128.any_true(wrong);
}
