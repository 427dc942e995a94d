// Passes over what is out of reach: nearly all of a document. From mark to mark, with as few loads as it takes to see
// that tags match, quotes close, no `<` is in a value, and neither a name nor an attribute counts.
//
// An attribute that may count is known by its fingerprint: its last three letters, in any case, in front of `="`. Most
// tags have nothing but attributes written `name="value"`, one blank apart; a tag that is different in any way, or has a
// fingerprint that counts, is walked letter by letter.
import { FINGERS, LENGTH, START, STATE, frameAt } from './memory';
import {
  BLANK, COLON, DOUBLE_QUOTE, EQUALS, GREATER, LESS, SINGLE_QUOTE, SLASH, find, isSame, isSpace, localOffset, skipSpace, tagNameLength,
} from './bytes';
import { ANYWHERE, WATCHED, findName, flagsInAnyCase, flagsOf, idOf, mayBePlanned } from './names';
import { isMarkup, skipMarkup } from './markup';
import { OFF, stateBelow } from './states';
import { isText } from './values';

/** The next mark to look at: an address of an address. */
export let mark: usize = 0;
/** How many elements are open. */
export let depth: i32 = 0;
/** Whether the last skip ended behind a child. */
export let isBehindChild: bool = false;
let watches: bool = false;

export function openSkipping(hasWatched: bool): void {
  watches = hasWatched;
}

export function startSkipping(marks: usize): void {
  mark = marks;
  depth = 0;
}

export function setDepth(open: i32): void {
  depth = open;
}

/** Notes the fingerprints of a name that counts. */
export function watchName(p: usize, length: i32): void {
  if (length >= 3) { watchFingers(load<u8>(p + length - 3), load<u8>(p + length - 2), load<u8>(p + length - 1)); return; }
  // What stands before a shorter name: white space, or the colon of a prefix.
  watchShort(p, length, 0x20);
  watchShort(p, length, 0x0a);
  watchShort(p, length, 0x09);
  watchShort(p, length, 0x0d);
  watchShort(p, length, COLON);
}

function watchShort(p: usize, length: i32, before: u8): void {
  if (length == 2) watchFingers(before, load<u8>(p), load<u8>(p + 1));
  else for (let first: u32 = 0; first < 256; first++) watchFingers(u8(first), before, load<u8>(p));
}

/** The Kelvin sign is a `k` in lower case, and E2 84 AA in bytes. */
function watchFingers(first: u8, second: u8, third: u8): void {
  watch(first, second, third);
  if ((third | 0x20) == 0x6b) watch(0xe2, 0x84, 0xaa);
  if ((second | 0x20) == 0x6b) watch(0x84, 0xaa, third);
  if ((first | 0x20) == 0x6b) watch(0xaa, second, third);
}

function watch(first: u8, second: u8, third: u8): void {
  store<u8>(FINGERS + finger((u32(first) << 8) | (u32(second) << 16) | (u32(third) << 24)), 1);
}

/** Of three letters in the upper bytes. */
@inline function finger(letters: u32): u32 {
  return (((letters & 0xffffff00) | 0x20202020) * 0x9E3779B1) >> 20;
}

/** Moves to the first mark from `p` on that is a `<`; its place, or `end`. */
@inline export function nextTag(p: usize, end: usize): usize {
  let i = mark;
  while (usize(load<u32>(i)) < p) i += 4;
  let lt: usize = load<u32>(i);
  while (lt < end && load<u8>(lt) != LESS) {
    i += 4;
    lt = load<u32>(i);
  }
  mark = i;
  return lt;
}

/**
 * Skips from the `<` at `p`, which is that of `mark`, to the start tag of an element in reach, which it leaves open, or
 * to the end tag of the innermost of the `kept` elements that are open; its place, or 0 if malformed. With `stops` it
 * ends behind each child too, since text is to be copied there.
 */
export function skip(p: usize, end: usize, kept: i32, maxDepth: i32, stops: bool): usize {
  const state = load<i32>(frameAt(kept - 1), STATE);
  const others = stateBelow(state, -1) != OFF;
  let i = mark;
  let open = depth;
  isBehindChild = false;
  for (;;) {
    const byte = load<u8>(p + 1);
    let gt: usize;
    if (byte == SLASH) {
      if (open == kept) break;
      open--;
      gt = endTagEnd(frameAt(open), p, end);
      if (gt == 0) return 0;
      i += 8;
    } else if (isMarkup(p)) {
      gt = skipMarkup(p, end, true);
      if (gt == 0) return 0;
      gt--;
      while (usize(load<u32>(i)) <= gt) i += 4;
    } else {
      const length = tagNameLength(p + 1);
      const stop = load<u8>(p + 1 + length);
      if (length == 0 || open >= maxDepth || !(stop == GREATER || stop == SLASH || isSpace(stop))) return 0;
      if (open == kept && others) break;
      const local = localOffset(p + 1, length);
      if (mayBePlanned(p + 1 + local, length - local) && counts(p + 1 + local, length - local, open == kept ? state : OFF)) break;
      // From quote to quote. `odd` gathers whatever makes this tag different.
      const start = i;
      let odd: u32 = 0;
      let last = p + length;
      i += 4;
      let q: usize = load<u32>(i);
      if (q <= last) return 0;
      for (;;) {
        const quote = load<u8>(q);
        if (quote == GREATER) break;
        if (quote == LESS || q >= end) return 0;
        const before = load<u32>(q - 4);
        const between = load<u16>(last + 1);
        odd |= ((before >> 24) ^ u32(EQUALS)) | u32(((before >> 16) & 0xff) <= u32(BLANK)) | u32(load<u8>(FINGERS + finger(before << 8)));
        odd |= u32((between & 0xff) > u32(BLANK)) | u32((between >> 8) < u32(COLON));
        i += 4;
        q = load<u32>(i);
        while (load<u8>(q) != quote) {
          if (load<u8>(q) == LESS || q >= end) return 0;
          i += 4;
          q = load<u32>(i);
        }
        last = q;
        i += 4;
        q = load<u32>(i);
      }
      gt = q;
      const close = last + (load<u8>(last + 1) == BLANK ? 2 : 1);
      if (odd != 0 || close + (load<u8>(close) == SLASH ? 1 : 0) != gt) {
        gt = walkTag(p + 1 + length, end);
        if (gt == 0) return 0;
        if (isMet) { i = start; break; }
        while (usize(load<u32>(i)) < gt) i += 4;
      }
      i += 4;
      if (load<u8>(gt - 1) != SLASH) {
        const frame = frameAt(open);
        store<u32>(frame, u32(p + 1), START);
        store<i32>(frame, length, LENGTH);
        open++;
      }
    }
    p = load<u32>(i);
    while (load<u8>(p) != LESS) {
      if (p >= end) return 0;
      i += 4;
      p = load<u32>(i);
    }
    if (p >= end) return 0;
    if (open == kept) {
      if (stops) {
        isBehindChild = true;
        p = gt + 1;
        break;
      }
      if (!isText(gt + 1, p)) return 0;
    }
  }
  mark = i;
  depth = open;
  return p;
}

/** Where the end tag at `p` has its `>`, if it closes the element of `frame`; else 0. */
@inline export function endTagEnd(frame: usize, p: usize, end: usize): usize {
  const start: usize = load<u32>(frame, START);
  const length = load<i32>(frame, LENGTH);
  if (length <= 16) {
    const equal = u32(i8x16.bitmask(i8x16.eq(v128.load(start), v128.load(p + 2))));
    const wanted = (u32(1) << length) - 1;
    if ((equal & wanted) != wanted) return 0;
  } else if (!isSame(start, p + 2, length)) return 0;
  let gt = p + 2 + length;
  if (load<u8>(gt) != GREATER) gt = skipSpace(gt);
  return load<u8>(gt) == GREATER && gt < end ? gt : 0;
}

/** Whether an element counts by its name, or by the path that leads to it from `state`. */
function counts(p: usize, length: i32, state: i32): bool {
  const entry = findName(p, length);
  return entry != 0 && ((flagsOf(entry) & ANYWHERE) != 0 || stateBelow(state, idOf(entry)) != OFF);
}

/** Whether the tag walked last has an attribute that counts. */
let isMet: bool = false;

/** The `>` of the start tag whose name ends at `p`, however its attributes are written; 0 if malformed. */
function walkTag(p: usize, end: usize): usize {
  isMet = false;
  for (;;) {
    p = skipSpace(p);
    const byte = load<u8>(p);
    if (byte == GREATER) return p;
    if (byte == SLASH) return load<u8>(p + 1) == GREATER ? p + 1 : 0;
    const start = p;
    while (load<u8>(p) != DOUBLE_QUOTE && load<u8>(p) != SINGLE_QUOTE) {
      if (load<u8>(p) == LESS || load<u8>(p) == GREATER || load<u8>(p) > 127 || p >= end) return 0;
      p++;
    }
    if (watches && isWatched(start, p)) isMet = true;
    const close = find(p + 1, end, load<u8>(p));
    if (close >= end || find(p + 1, close, LESS) < close) return 0;
    p = close + 1;
  }
  return 0;
}

/** Whether the attribute from `start` to its opening quote counts. */
function isWatched(start: usize, quote: usize): bool {
  let equals = quote - 1;
  while (equals > start && isSpace(load<u8>(equals))) equals--;
  if (load<u8>(equals) != EQUALS) return false;
  let nameEnd = equals;
  while (nameEnd > start && isSpace(load<u8>(nameEnd - 1))) nameEnd--;
  let name = nameEnd;
  while (name > start && load<u8>(name - 1) != COLON && !isSpace(load<u8>(name - 1))) name--;
  return nameEnd > name && (flagsInAnyCase(name, i32(nameEnd - name)) & WATCHED) != 0;
}
