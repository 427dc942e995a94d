// Passes over what is out of reach: nearly all of a document. From mark to mark, with as few loads as it takes to see
// that tags match, quotes close, no `<` is in a value, and neither a name nor an attribute counts.
//
// Most tags have nothing but attributes written `name="value"`, one blank apart. A tag that is different in any way, or may
// have an attribute that counts, is walked letter by letter.
import { FRAME, LENGTH, STACK, START, STATE, frameAt } from './memory';
import {
  BLANK, COLON, DOUBLE_QUOTE, EQUALS, GREATER, LESS, SINGLE_QUOTE, SLASH, find, isSame, isSpace, localOffset, skipSpace, tagNameLength,
} from './bytes';
import { ANYWHERE, WATCHED, findName, flagsInAnyCase, flagsOf, idOf, mayBePlanned } from './names';
import { isMarkup, skipMarkup } from './markup';
import { OFF, stateBelow } from './states';
import { oddness, watches } from './watch';
import { isText } from './values';

/** The next mark to look at: an address of an address. */
export let mark: usize = 0;
/** How many elements are open. */
export let depth: i32 = 0;
/** Whether the last skip ended behind a child. */
export let isBehindChild: bool = false;

export function startSkipping(marks: usize): void {
  mark = marks;
  depth = 0;
}

export function setDepth(open: i32): void {
  depth = open;
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
  // Frames by their addresses: 1.03 times as fast in all as by depth.
  const keptFrame = frameAt(kept);
  const deepest = frameAt(maxDepth);
  const othersAt = stateBelow(state, -1) != OFF ? keptFrame : 0;
  let i = mark;
  let frame = frameAt(depth);
  isBehindChild = false;
  for (;;) {
    const byte = load<u8>(p + 1);
    let gt: usize;
    if (byte == SLASH) {
      if (frame == keptFrame) break;
      frame -= FRAME;
      gt = endTagEnd(frame, p);
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
      // One by one: of conditions joined by `||` the compiler computes all.
      if (length == 0) return 0;
      if (frame >= deepest) return 0;
      if (stop < BLANK && !isSpace(stop)) return 0;
      if (frame == othersAt) break;
      const local = localOffset(p + 1, length);
      if (mayBePlanned(p + 1 + local, length - local) && counts(p + 1 + local, length - local, frame == keptFrame ? state : OFF)) break;
      // From quote to quote. `odd` gathers whatever makes this tag different.
      const start = i;
      let odd: u32 = 0;
      let last = p + length;
      i += 4;
      let q: usize = load<u32>(i);
      if (q <= last) return 0;
      for (;;) {
        const quote = load<u8>(q);
        if (u8(quote - DOUBLE_QUOTE) > SINGLE_QUOTE - DOUBLE_QUOTE) break;
        odd |= oddness(q, last);
        q = load<u32>(i, 4);
        i += 8;
        while (load<u8>(q) != quote) {
          if (load<u8>(q) == LESS || q >= end) return 0;
          q = load<u32>(i);
          i += 4;
        }
        last = q;
        q = load<u32>(i);
      }
      if (load<u8>(q) != GREATER) return 0;
      gt = q;
      if (odd != 0 || !isEnd(last, gt)) {
        gt = walkTag(p + 1 + length, end);
        if (gt == 0) return 0;
        if (isMet) { i = start; break; }
        while (usize(load<u32>(i)) < gt) i += 4;
      }
      i += 4;
      if (load<u8>(gt - 1) != SLASH) {
        store<u32>(frame, u32(p + 1), START);
        store<i32>(frame, length, LENGTH);
        frame += FRAME;
      }
    }
    p = load<u32>(i);
    while (load<u8>(p) != LESS) {
      if (p >= end) return 0;
      i += 4;
      p = load<u32>(i);
    }
    if (frame == keptFrame) {
      if (stops) {
        isBehindChild = true;
        p = gt + 1;
        break;
      }
      if (!isText(gt + 1, p)) return 0;
    }
  }
  mark = i;
  depth = i32((frame - STACK) / FRAME);
  return p;
}

/** Whether between what ends at `last` and a tag's `>` is nothing but a `/` and a blank in front of it, or one of them. */
@inline function isEnd(last: usize, gt: usize): bool {
  const rest = u32(gt - last) - (load<u8>(gt - 1) == SLASH ? 2 : 1);
  if (rest == 0) return true;
  return rest == 1 && load<u8>(last + 1) == BLANK;
}

/** Where the end tag at `p` has its `>`, if it closes the element of `frame`; else 0. */
@inline export function endTagEnd(frame: usize, p: usize): usize {
  const start: usize = load<u32>(frame, START);
  const length = load<i32>(frame, LENGTH);
  if (length <= 16) {
    const equal = u32(i8x16.bitmask(i8x16.eq(v128.load(start), v128.load(p + 2))));
    if (i32(ctz(~equal)) < length) return 0;
  } else if (!isSame(start, p + 2, length)) return 0;
  const gt = p + 2 + length;
  if (load<u8>(gt) == GREATER) return gt;
  const other = skipSpace(gt);
  return load<u8>(other) == GREATER ? other : 0;
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
