// What makes a start tag one that has to be walked letter by letter (skip.ts): it may have an attribute that counts
// wherever it stands, or something in it is not written `name="value"`, one blank apart.
//
// A name that counts is known by its last three letters, in any case. Two tables are looked up by two bytes each, and
// answer with bits: 1.1 times as fast in all as a hash of the letters and comparisons of the rest.
import { BEGINNINGS, ENDINGS } from './memory';
import { BLANK, COLON, EQUALS, LINE, RETURN, TAB } from './bytes';

/** Whether there are any names that count. */
export let watches: bool = false;
/** The bit of the name noted last: seven bits are shared by all. */
let bit: u8 = 0;

/** Of an ending that is no name's last letter and `=`: all beginnings have it. */
const ODD: u8 = 0x80;
/** Bits of a letter that are the same in both cases. */
const LETTER: u32 = 0x1f;
const ROW: usize = ENDINGS + (usize(EQUALS) << 8);

memory.fill(ENDINGS, ODD, 0x10000);

export function openWatch(hasWatched: bool): void {
  watches = hasWatched;
  bit = 0x40;
  memory.fill(BEGINNINGS, ODD, 0x2000);
  memory.fill(ROW, ODD, usize(BLANK) + 1);
  memory.fill(ROW + usize(BLANK) + 1, 0, 255 - usize(BLANK));
}

/** Notes a name that counts. */
export function watchName(p: usize, length: i32): void {
  bit = bit == 0x40 ? 1 : bit << 1;
  const last = load<u8>(p + length - 1);
  watchEnding(last);
  if (isK(last)) {
    watchEnding(0xaa);
    watchBeginning(0xe2, 0x84);
  }
  if (length > 1) watchBefore(p, length, load<u8>(p + length - 2));
  else {
    // In front of a name is white space, or the colon of a prefix.
    watchBefore(p, length, BLANK);
    watchBefore(p, length, LINE);
    watchBefore(p, length, TAB);
    watchBefore(p, length, RETURN);
    watchBefore(p, length, COLON);
  }
}

/** Notes all beginnings whose second letter is this one. */
function watchBefore(p: usize, length: i32, second: u8): void {
  if (isK(second)) watchBeginning(0x84, 0xaa);
  if (length > 2) {
    const first = load<u8>(p + length - 3);
    watchBeginning(first, second);
    if (isK(first)) watchBeginning(0xaa, second);
  } else for (let first: u32 = 0; first <= LETTER; first++) watchBeginning(u8(first), second);
}

/** The Kelvin sign, E2 84 AA in bytes, is a `k` in lower case. */
@inline function isK(letter: u8): bool { return (letter | 0x20) == 0x6b; }

function watchEnding(letter: u8): void {
  for (let other: u32 = u32(BLANK) + 1; other < 256; other++) {
    if (((other ^ u32(letter)) & LETTER) == 0) store<u8>(ROW + usize(other), load<u8>(ROW + usize(other)) | bit);
  }
}

function watchBeginning(first: u8, second: u8): void {
  const at = BEGINNINGS + ((usize(second) << 8 | usize(first)) & 0x1f1f);
  store<u8>(at, load<u8>(at) | bit);
}

/** Not 0 if an attribute makes its tag one to be walked: the one whose value begins behind `quote`, while what is in front of it ends at `last`. */
@inline export function oddness(quote: usize, last: usize): u32 {
  const letters = load<u32>(quote - 4);
  const ending = u32(load<u8>(usize(letters >> 16), ENDINGS));
  const beginning = u32(load<u8>(usize(letters & 0x1f1f), BEGINNINGS));
  // A blank, then a letter or `_`.
  return (ending & beginning) | ((u32(load<u16>(last, 1)) & 0xc0ff) ^ 0x4020);
}
