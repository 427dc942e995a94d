// Reads a document of UTF-8 bytes into a tape: the entry of the scanner.
//
// What it does, once the host has placed document and plan in memory (memory.ts):
//   1. passes over the prolog: a document type is not for it;
//   2. finds the places of all `<`, `>` and quotes (marks.ts), and sees that all is UTF-8 (utf8.ts);
//   3. walks from element in reach to element in reach: those are read strictly and written to the tape (element.ts,
//      content.ts, records.ts, values.ts), values with what they look like (form.ts), what lies between is passed over from mark to mark
//      (skip.ts, watch.ts);
//   4. checks that nothing but comments and instructions follows.
//
// It accepts only what the careful reader accepts too, and then gives the same. Whatever is malformed, unusual or too
// large ends the scan with 0, "not mine": the careful reader finds out and has the words for it.
//
// Names are numbers (names.ts), paths are states (states.ts), and loads are unchecked: 64 zeros behind the document stop
// every loop that looks for something.
import {
  ADDED, ALL_TEXTS, ENTRY, KEPT, LENGTH, MAX_ADDED, MAX_DEPTH, NODE, PLAN, RESULT, SOME_WATCHED, START, STATE,
  TEXTS_OF_ALL, WHOLE, WHOLE_DOCUMENT, frameAt,
} from './memory';
import { LESS, QUESTION, SLASH, find, isSpace, localOffset, skipSpace, tagNameLength, GREATER } from './bytes';
import { WATCHED, WHOLE_BELOW, addedNames, findName, flagsOf, forgetAdded, idOf, openNames, planName } from './names';
import { DOCUMENT, OFF, isWhole, openStates, stateBelow } from './states';
import { hashBytes } from './fingerprint';
import { findMarks, wideEnd } from './marks';
import { areUtf8 } from './utf8';
import { openWatch, watchName } from './watch';
import { isMarkup, skipMarkup } from './markup';
import { isEmpty, openElement, openElements, startElements } from './element';
import { checkContent, copyContent } from './content';
import { attributeCount, closeNode, isFull, nodeCount, openRecords, textCount, writeNode } from './records';
import { openText, out, units } from './values';
import { depth, endTagEnd, isBehindChild, nextTag, setDepth, skip, startSkipping } from './skip';

const NOT_MINE: i32 = 0;
const DONE: i32 = 1;
const NO_ROOM: i32 = 2;

let options: i32 = 0;

/** Begins a plan: how many names and states it has, how many bytes its names, and what else it asks for. Where its lists of states go. */
export function openPlan(names: i32, states: i32, letters: i32, asked: i32): usize {
  options = asked;
  openWatch((asked & SOME_WATCHED) != 0);
  let size = 4096;
  while (size < names * 4) size <<= 1;
  const seen = openNames(PLAN, size);
  const seenEnd = seen + usize(names + MAX_ADDED) * 8;
  openElements(asked, seen, seenEnd);
  lettersAt = seenEnd;
  const lists = (seenEnd + usize(letters) + 16 + 15) & ~15;
  documentAt = (openStates(lists, states, names) + 127) & ~63;
  store<u64>(documentAt - 8, 0); // see utf8.ts
  return lists;
}

let lettersAt: usize = 0;
let documentAt: usize = (PLAN + 127) & ~63;

/** Where the letters of the plan's names go, one name behind the other. */
export function namesFrom(): usize { return lettersAt; }

/** Where the document goes. */
export function documentFrom(): usize { return documentAt; }

/** Adds the next name, with its flags; of no letters, if no document can have it. */
export function addPlanned(p: usize, length: i32, flags: i32): void {
  planName(p, length, flags);
  if ((flags & WATCHED) != 0 && length > 0) watchName(p, length);
}

/** The fingerprint of the `length` bytes of the document. */
export function fingerprint(length: i32): u64 { return hashBytes(documentAt, length); }

/** Scans the `length` bytes of the document. Each list of the tape gets `room` times as many. */
export function scan(length: i32, room: i32, maxDepth: i32): i32 {
  const end = documentAt + usize(length);
  memory.fill(end, 0, 64);
  const text = (end + 127) & ~63;
  const size = (usize(length) * usize(room) + 4096) & ~63;
  const nodes = (text + usize(length) + 127) & ~63;
  const attributes = nodes + size;
  const texts = attributes + size;
  const marks = texts + size;
  forgetAdded();
  openText(text);
  openRecords(nodes, attributes, texts, marks);
  startElements();
  const root = skipProlog(documentAt, end);
  if (root == 0) return NOT_MINE;
  // What is written to the nodes before there are any is read before there are any.
  if (!findMarks(documentAt, end, marks, marks + size, nodes)) return NO_ROOM;
  if (!areUtf8(nodes, wideEnd)) return NOT_MINE;
  startSkipping(marks);
  const behind = readRoot(root, end, min(maxDepth, MAX_DEPTH));
  if (isFull) return NO_ROOM;
  if (behind == 0 || !isEpilog(behind, end)) return NOT_MINE;
  writeNode(-1, -1, -1, -1);
  store<u32>(RESULT, u32(text));
  store<u32>(RESULT, u32(out - text), 4);
  store<i32>(RESULT, units, 8);
  store<u32>(RESULT, u32(nodes), 12);
  store<i32>(RESULT, nodeCount(), 16);
  store<u32>(RESULT, u32(attributes), 20);
  store<i32>(RESULT, attributeCount(), 24);
  store<u32>(RESULT, u32(texts), 28);
  store<i32>(RESULT, textCount(), 32);
  store<i32>(RESULT, addedNames(), 36);
  store<u32>(RESULT, u32(ADDED), 40);
  return isFull ? NO_ROOM : DONE;
}

/** How many bytes the memory must have for a document. */
export function needed(length: i32, room: i32): usize {
  return documentAt + usize(length) * 2 + (usize(length) * usize(room) + 4096) * 4 + 1024;
}

/** The place of the root's `<`, or 0. The host has looked at the declaration. */
function skipProlog(p: usize, end: usize): usize {
  if ((load<u32>(p) & 0xffffff) == 0xbfbbef) p += 3; // the byte order mark
  p = skipSpace(p);
  if (load<u32>(p) == 0x6d783f3c && load<u8>(p + 4) == 0x6c && isSpace(load<u8>(p + 5))) {
    p = find(p, end, GREATER) + 1;
    if (p >= end || load<u8>(p - 2) != QUESTION) return 0;
  }
  for (;;) {
    p = skipSpace(p);
    if (p >= end || load<u8>(p) != LESS) return 0;
    if (!isMarkup(p)) return p;
    p = skipMarkup(p, end, false);
    if (p == 0) return 0;
  }
  return 0;
}

function isEpilog(p: usize, end: usize): bool {
  for (;;) {
    p = skipSpace(p);
    if (p >= end) return true;
    if (load<u8>(p) != LESS || !isMarkup(p)) return false;
    p = skipMarkup(p, end, false);
    if (p == 0) return false;
  }
  return false;
}

/** Reads the root element at `p`; the place behind it, or 0. */
function readRoot(p: usize, end: usize, maxDepth: i32): usize {
  let kept = 0;
  for (;;) {
    if (load<u8>(p + 1) == SLASH) {
      kept--;
      setDepth(kept);
      closeNode(load<i32>(frameAt(kept), NODE));
      p = endTagEnd(frameAt(kept), p);
      if (p == 0) return 0;
      p++;
    } else {
      p = openKept(p, end, kept, maxDepth);
      if (p == 0) return 0;
      kept = depth;
    }
    if (kept == 0) return p;
    p = toNextKept(p, end, kept, maxDepth);
    if (p == 0 || isFull) return 0;
  }
  return 0;
}

/** Opens the element at `p`, and before it those around it that are passed over already; the place behind its tag, or behind the text in front of its first child. */
function openKept(p: usize, end: usize, kept: i32, maxDepth: i32): usize {
  const length = tagNameLength(p + 1);
  if (length == 0 || depth >= maxDepth) return 0;
  const inner = frameAt(depth);
  store<u32>(inner, u32(p + 1), START);
  store<i32>(inner, length, LENGTH);
  for (let at = kept; at <= depth; at++) {
    enter(at, at == depth);
    p = openElement(at, end);
    if (p == 0) return 0;
    if (isEmpty) {
      closeNode(load<i32>(frameAt(at), NODE));
      return p;
    }
    p = copyContent(p, end, load<i32>(frameAt(at), NODE), keepsBlank(load<i32>(frameAt(at), KEPT)));
    if (p == 0) return 0;
  }
  setDepth(depth + 1);
  return p;
}

/** Sets state and flags of the element at `depth`; one that is kept for what is in it, and not `inReach` itself, is on no path. */
function enter(at: i32, inReach: bool): void {
  const frame = frameAt(at);
  const above = at == 0 ? DOCUMENT : load<i32>(frameAt(at - 1), STATE);
  const start: usize = load<u32>(frame, START);
  const length = load<i32>(frame, LENGTH);
  const local = localOffset(start, length);
  const entry = findName(start + local, length - local);
  const state = inReach ? stateBelow(above, entry == 0 ? -1 : idOf(entry)) : OFF;
  const isAllAbove = at == 0 ? (options & WHOLE_DOCUMENT) != 0 : (load<i32>(frameAt(at - 1), KEPT) & WHOLE) != 0;
  const isAll = isAllAbove || isWhole(state) || (entry != 0 && (flagsOf(entry) & WHOLE_BELOW) != 0);
  store<u32>(frame, u32(entry), ENTRY);
  store<i32>(frame, state, STATE);
  store<i32>(frame, (isAll ? WHOLE : 0) | (isAll || inReach ? options & TEXTS_OF_ALL : 0), KEPT);
}

/** From behind a tag to the next start tag in reach, or to the end tag of the innermost kept element; its place, or 0. */
function toNextKept(p: usize, end: usize, kept: i32, maxDepth: i32): usize {
  const frame = frameAt(kept - 1);
  const flags = load<i32>(frame, KEPT);
  const copies = (flags & ALL_TEXTS) != 0;
  for (;;) {
    p = copies ? copyContent(p, end, load<i32>(frame, NODE), keepsBlank(flags)) : checkContent(p, end);
    if (p == 0 || (flags & WHOLE) != 0) return p;
    if (nextTag(p, end) != p) return 0;
    if (load<u8>(p + 1) == SLASH) return p;
    p = skip(p, end, kept, maxDepth, copies);
    if (p == 0 || !isBehindChild) return p;
  }
  return 0;
}

function keepsBlank(flags: i32): bool {
  return (flags & (WHOLE | ALL_TEXTS)) == (WHOLE | ALL_TEXTS);
}
