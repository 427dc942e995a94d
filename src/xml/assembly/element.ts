// Start tags of elements that are kept: read strictly, and written to the tape.
import {
  DECLARED, ENTRY, EVERY_ATTRIBUTE, KEPT, LENGTH, MAX_DECLARED, MAX_USED, NAMESPACES, NODE, START, STATE, USED,
  WHOLE, frameAt,
} from './memory';
import {
  BLANK, DOUBLE_QUOTE, EQUALS, GREATER, SINGLE_QUOTE, SLASH, attributeNameLength, isPlainName, localOffset, skipSpace,
} from './bytes';
import { WANTED, addName, findName, flagsOf, idOf } from './names';
import { formOf } from './form';
import { copyValue, hasAmpersand, out, rewind, units } from './values';
import { dropAttribute, nodeCount, writeAttribute, writeNode } from './records';
import { pathOf } from './states';

/** The first two of all names, see ../tape.ts. */
const NONE: i32 = -1;
const XMLNS: i32 = 0;
const XML: i32 = 1;

let options: i32 = 0;
/** By local name, twice: the serial number of the tag that had it last as an attribute without prefix, and with one. */
let seen: usize = 0;
let tag: u32 = 0;
let declared: i32 = 0;
let used: i32 = 0;

export function openElements(asked: i32, seenAt: usize, seenEnd: usize): void {
  options = asked;
  seen = seenAt;
  tag = 0;
  memory.fill(seenAt, 0, seenEnd - seenAt);
}

/** Before the first element of a document. */
export function startElements(): void {
  declared = 0;
}

/** Whether the element written last was `<empty/>`. */
export let isEmpty: bool = false;

/** Reads the start tag of the open element at `depth` in `state`; the place behind it, or 0. `kept` are its flags. */
export function openElement(depth: i32, end: usize): usize {
  const frame = frameAt(depth);
  const start: usize = load<u32>(frame, START);
  const length = load<i32>(frame, LENGTH);
  const entry: usize = load<u32>(frame, ENTRY);
  const local = localOffset(start, length);
  // What has an entry is a name.
  if ((entry == 0 || local != 0) && !isPlainName(start, length)) return 0;
  const name = entry != 0 ? idOf(entry) : numberOf(start + local, length - local);
  const prefix = local == 0 ? NONE : numberOf(start, local - 1);
  if (name < 0 || (local != 0 && prefix < 0)) return 0;
  while (declared > 0 && load<i32>(DECLARED + usize(declared - 1) * 8, 4) >= depth) declared--;
  store<i32>(frame, nodeCount(), NODE);
  const parent = depth == 0 ? NONE : load<i32>(frameAt(depth - 1), NODE);
  writeNode(name, options & NAMESPACES ? prefix : NONE, parent, pathOf(load<i32>(frame, STATE)));
  const p = readAttributes(start + length, end, depth, (options & EVERY_ATTRIBUTE) != 0 || (load<i32>(frame, KEPT) & WHOLE) != 0);
  return p != 0 && (local == 0 || isDeclared(prefix)) && areDeclared() ? p : 0;
}

/** The number of a name; -1 if there are too many. */
@inline function numberOf(p: usize, length: i32): i32 {
  const known = findName(p, length);
  if (known != 0) return idOf(known);
  const added = addName(p, length);
  return added == 0 ? -1 : idOf(added);
}

/** Reads the attributes behind the tag's name, which ends at `p`; the place behind the tag, or 0. */
function readAttributes(p: usize, end: usize, depth: i32, every: bool): usize {
  tag++;
  used = 0;
  for (;;) {
    const start = load<u8>(p) == BLANK && load<u8>(p + 1) > BLANK ? p + 1 : skipSpace(p);
    const byte = load<u8>(start);
    if (byte == GREATER || byte == SLASH) {
      isEmpty = byte == SLASH;
      return !isEmpty ? start + 1 : load<u8>(start + 1) == GREATER ? start + 2 : 0;
    }
    if (start == p) return 0;
    const length = attributeNameLength(start);
    let quote = start + length;
    if (load<u8>(quote) != EQUALS) {
      quote = skipSpace(quote);
      if (load<u8>(quote) != EQUALS) return 0;
    }
    quote++;
    if (load<u8>(quote) != DOUBLE_QUOTE) {
      quote = skipSpace(quote);
      if (load<u8>(quote) != DOUBLE_QUOTE && load<u8>(quote) != SINGLE_QUOTE) return 0;
    }
    p = readAttribute(start, length, quote, end, depth, every);
    if (p == 0) return 0;
  }
  return 0;
}

/** Reads one attribute, whose name is at `start`; the place behind it, or 0. */
function readAttribute(start: usize, length: i32, quote: usize, end: usize, depth: i32, every: bool): usize {
  // The plan's own names are names, and most names are the plan's.
  let entry = findName(start, length);
  let local = 0;
  let prefix = NONE;
  if (entry == 0 || idOf(entry) == XMLNS) {
    if (!isPlainName(start, length)) return 0;
    local = localOffset(start, length);
    if (local != 0) {
      prefix = numberOf(start, local - 1);
      entry = findName(start + local, length - local);
    }
    if (entry == 0) entry = addName(start + local, length - local);
    if (entry == 0 || (local != 0 && prefix < 0)) return 0;
  }
  const name = idOf(entry);
  const isDeclaration = local == 0 ? name == XMLNS : prefix == XMLNS;
  let isKept = isDeclaration ? (options & NAMESPACES) != 0 : every || (flagsOf(entry) & WANTED) != 0;
  if (local == 0 || !isDeclaration) {
    const noted = note(name, local != 0);
    if (noted == REPEATED) return 0;
    if (noted == OTHERWISE_TOO && isKept && (options & NAMESPACES) == 0) {
      // Where prefixes are not kept, the one that has none hides the other.
      if (local == 0) dropAttribute(name);
      else isKept = false;
    }
  }
  const from = units;
  const textFrom = out;
  const close = copyValue(quote + 1, end, load<u8>(quote));
  if (close == 0) return 0;
  if (isDeclaration) {
    if (isReserved(textFrom, units - from) || (local != 0 && !declare(name, depth, units - from))) return 0;
  } else if (local != 0 && !use(prefix)) return 0;
  if (isKept) writeAttribute(name, options & NAMESPACES ? prefix : NONE, from, units, hasAmpersand ? 0 : formOf(textFrom, out));
  else rewind(textFrom, from);
  return close + 1;
}

const REPEATED: i32 = 1;
const OTHERWISE_TOO: i32 = 2;

/** Notes a local name of the tag: whether it was there in this way, or in the other, already. Two prefixes may be one namespace: that is not looked into. */
@inline function note(name: i32, hasPrefix: bool): i32 {
  const slots = seen + (usize(name) << 3);
  const own: usize = hasPrefix ? slots + 4 : slots;
  if (load<u32>(own) == tag) return REPEATED;
  store<u32>(own, tag);
  return load<u32>(hasPrefix ? slots : slots + 4) == tag ? OTHERWISE_TOO : 0;
}

/** Whether a namespace of `length` may be one of the two that nobody may declare: http://www.w3.org/XML/1998/namespace and …/2000/xmlns/. */
function isReserved(p: usize, length: i32): bool {
  return (length == 36 && load<u32>(p, 18) == 0x2f4c4d58) || (length == 29 && load<u32>(p, 18) == 0x30303032);
}

/** Notes a declared prefix; false for one that may not be declared so. */
function declare(prefix: i32, depth: i32, length: i32): bool {
  if (prefix == XMLNS || prefix == XML || length == 0 || declared == MAX_DECLARED) return false;
  for (let i = declared - 1; i >= 0 && load<i32>(DECLARED + usize(i) * 8, 4) == depth; i--) {
    if (load<i32>(DECLARED + usize(i) * 8) == prefix) return false;
  }
  store<i32>(DECLARED + usize(declared) * 8, prefix);
  store<i32>(DECLARED + usize(declared) * 8, depth, 4);
  declared++;
  return true;
}

/** A prefix may be declared behind its use, in the same tag. */
function use(prefix: i32): bool {
  if (used == MAX_USED) return false;
  store<i32>(USED + usize(used) * 4, prefix);
  used++;
  return true;
}

function areDeclared(): bool {
  for (let i = 0; i < used; i++) if (!isDeclared(load<i32>(USED + usize(i) * 4))) return false;
  return true;
}

function isDeclared(prefix: i32): bool {
  if (prefix == XML) return true;
  for (let i = declared - 1; i >= 0; i--) if (load<i32>(DECLARED + usize(i) * 8) == prefix) return true;
  return false;
}
