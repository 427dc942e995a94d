import { COLON, GREATER, isSpace } from './scan.ts';

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const EQUALS = 61;

/** Attributes to look out for while start tags are scanned. */
export interface AttributeWatch {
  /** Local names in lower case. */
  readonly names: ReadonlySet<string>;
  /** 1 for each `shapeOf` a name among them, in any case; it turns most others down at once. */
  readonly shapes: Uint8Array;
}

/** Watches for attributes by local name, in any case; null if there are none. */
export function watchAttributes(names: ReadonlySet<string>): AttributeWatch | null {
  if (names.size === 0) return null;
  const shapes = new Uint8Array(64 * 128);
  shapes[OTHER_LETTER] = 1;
  for (const name of names) {
    const letters = [name.slice(-1), name.slice(-1).toUpperCase()].map((letter) => letter.charCodeAt(0));
    // The length of text beyond ASCII may change with its case.
    const lengths = /^[\x20-\x7E]*$/.test(name) ? [name.length] : Array.from({ length: 64 }, (_, length) => length);
    for (const length of lengths) for (const letter of letters) shapes[shapeOf(length, letter)] = 1;
  }
  return { names, shapes };
}

const OTHER_LETTER = 127;

/** Length and last letter of a name in one number. */
function shapeOf(length: number, last: number): number {
  return last < OTHER_LETTER ? ((length & 63) << 7) | last : OTHER_LETTER;
}

/** How a scan of start tags ended. */
export interface TagScan {
  readonly watch: AttributeWatch | null;
  /** Whether an attribute that is watched for was met. */
  met: boolean;
}

/**
 * The `>` that ends a start tag whose name ends at `at`, or -1 if malformed.
 * The next `<` must lie behind it, since values cannot hold one.
 */
export function startTagEnd(text: string, at: number, nextLess: number, scan: TagScan): number {
  const { watch } = scan;
  let name = at;
  scan.met = false;
  for (let i = at; i < nextLess; i += 1) {
    const code = text.charCodeAt(i);
    if (code > GREATER) continue;
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
      if (watch !== null && !scan.met) scan.met = isWatched(text, name, i, watch);
      i = text.indexOf(code === DOUBLE_QUOTE ? '"' : "'", i + 1);
      if (i === -1) return -1;
    } else if (code === GREATER) {
      return i;
    } else if (code === COLON || isSpace(code)) {
      name = i + 1;
    }
  }
  return -1;
}

/** Looks at the name in front of a value's quote; it starts at `name` unless there is white space around the `=`. */
function isWatched(text: string, name: number, quote: number, { names, shapes }: AttributeWatch): boolean {
  let end = quote - 1;
  if (name < end && shapes[shapeOf(end - name, text.charCodeAt(end - 1))] === 0) return false;
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
