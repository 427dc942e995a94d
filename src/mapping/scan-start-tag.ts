import { COLON, GREATER, isSpace, SLASH } from './scan.ts';

const EQUALS = 61;

/** Where a scan of start tags stands. Tags must be scanned in the order of the text. */
export interface TagScan {
  readonly text: string;
  readonly watch: AttributeWatch | null;
  /** Whether an attribute that is watched for is in the tag scanned last. */
  met: boolean;
  /** Places of the next quotes of either kind, once they are searched for: each part of the text is searched once. */
  double: number;
  single: number;
}

/** Prepares for scanning the start tags of a text. */
export function openTagScan(text: string, watch: AttributeWatch | null): TagScan {
  return { text, watch, met: false, double: -1, single: -1 };
}

/**
 * The `>` that ends a start tag whose name ends at `at`, or -1 if malformed.
 * The next `<` must lie behind it, since values cannot hold one. Jumps from quote to quote: names are not looked at.
 */
export function startTagEnd(scan: TagScan, at: number, nextLess: number): number {
  const { text, watch } = scan;
  let { double } = scan;
  scan.met = false;
  for (let i = at; i < nextLess;) {
    const code = text.charCodeAt(i);
    if (code === GREATER || code === SLASH) {
      scan.double = double;
      return code === GREATER ? i : closedBy(text, i + 1);
    }
    if (isSpace(code)) {
      i += 1;
      continue;
    }
    // An attribute starts here, so the first quote of either kind opens its value.
    if (double < i) double = find(text, '"', i);
    if (scan.single < i) scan.single = find(text, "'", i);
    const quote = double < scan.single ? double : scan.single;
    if (watch !== null && !scan.met && quote < nextLess) scan.met = isWatched(text, quote, watch);
    i = find(text, quote === double ? '"' : "'", quote + 1) + 1;
  }
  return -1;
}

function closedBy(text: string, at: number): number {
  return text.charCodeAt(at) === GREATER ? at : -1;
}

/** The next place of a mark, or the end of the text. */
export function find(text: string, mark: string, from: number): number {
  const place = text.indexOf(mark, from);
  return place === -1 ? text.length : place;
}

/** Attributes to look out for while start tags are scanned. */
export interface AttributeWatch {
  /** Local names in lower case. */
  readonly names: ReadonlySet<string>;
  /** 1 for the `endOf` each of them, in any case; it turns most others down at once. */
  readonly ends: Uint8Array;
}

/** Watches for attributes by local name, in any case; null if there are none. */
export function watchAttributes(names: ReadonlySet<string>): AttributeWatch | null {
  if (names.size === 0) return null;
  const ends = new Uint8Array(128 * 128);
  // Looked up in any case: letters beyond ASCII, whose other case may be any, and white space before the `=`.
  for (let code = 0; code < 128; code += 1) {
    for (const last of [BEYOND, 9, 10, 13, 32]) ends[endOf(code, last)] = 1;
    ends[endOf(BEYOND, code)] = 1;
  }
  for (const name of names) {
    const before = name.length > 1 ? cases(name.slice(-2, -1)) : [' ', '\t', '\n', '\r', ':'];
    for (const previous of before) {
      for (const last of cases(name.slice(-1))) ends[endOf(previous.charCodeAt(0), last.charCodeAt(0))] = 1;
    }
  }
  return { names, ends };
}

const BEYOND = 127;

/** The last two letters of a name in one number. */
function endOf(previous: number, last: number): number {
  return (Math.min(previous, BEYOND) << 7) | Math.min(last, BEYOND);
}

function cases(letter: string): string[] {
  return [letter.toLowerCase(), letter.toUpperCase()];
}

/** Looks at the name in front of a value's opening quote. */
function isWatched(text: string, quote: number, { names, ends }: AttributeWatch): boolean {
  let end = quote - 1;
  if (text.charCodeAt(end) === EQUALS && ends[endOf(text.charCodeAt(end - 2), text.charCodeAt(end - 1))] === 0)
    return false;
  while (isSpace(text.charCodeAt(end))) end -= 1;
  if (text.charCodeAt(end) !== EQUALS) return false;
  while (isSpace(text.charCodeAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && !isBoundary(text.charCodeAt(start - 1))) start -= 1;
  return names.has(text.slice(start, end).toLowerCase());
}

function isBoundary(code: number): boolean {
  return code === COLON || isSpace(code);
}
