import { fail } from './fault.ts';

/** A text to scan: searched as a text, looked at as codes, which takes a third of the time of `charCodeAt`. */
export interface Source {
  readonly text: string;
  /** The UTF-16 codes of the text, and a 0 behind them. */
  readonly codes: Uint16Array;
}

/** Longer texts than this get memory of their own, which is given back. */
const SHARED_LENGTH = 1_000_000;

let shared = Buffer.alloc(0);

/** Prepares a text for scanning. It may be used until the next one is opened. */
export function openSource(text: string): Source {
  const { length } = text;
  const bytes = length <= SHARED_LENGTH ? share(2 * length + 2) : Buffer.from(new ArrayBuffer(2 * length + 2));
  bytes.write(text, 'utf16le');
  const codes = new Uint16Array(bytes.buffer, 0, length + 1);
  codes[length] = 0;
  return { text, codes };
}

function share(size: number): Buffer {
  if (shared.length < size) shared = Buffer.from(new ArrayBuffer(2 * size));
  return shared;
}

export const BLANK = 32;
export const EXCLAMATION = 33;
export const QUESTION = 63;
export const DOUBLE_QUOTE = 34;
export const AMPERSAND = 38;
export const SINGLE_QUOTE = 39;
export const SLASH = 47;
export const LESS = 60;
export const EQUALS = 61;
export const GREATER = 62;

/** Pattern of white space: fewer characters than JavaScript's own. */
export const SPACE = '[ \\t\\r\\n]';

const NAME_START =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uDB7F\\uDC00-\\uDFFF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
/** Pattern of a name (XML 1.0, 2.3). */
export const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*`;
const WHOLE_NAME = new RegExp(`^${NAME}$`);

export function isName(text: string): boolean {
  return WHOLE_NAME.test(text) && text.isWellFormed();
}

const MOST_SHOWN = 60;

/** A name as reasons show it: they have 500 bytes in all, so that a long one is cut. What is no name may be text, which they never show. */
export function show(name: string): string {
  if (!isName(name)) return '…';
  return name.length <= MOST_SHOWN ? name : `${name.slice(0, MOST_SHOWN).toWellFormed()}…`;
}

export function isSpace(code: number | undefined): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

/** The first place from `at` on that is not white space. */
export function skipSpace(codes: Uint16Array, at: number): number {
  let i = at;
  while (isSpace(codes[i])) i += 1;
  return i;
}

/** The next place of a mark, or the end of the text. */
export function find(text: string, mark: string, from: number): number {
  const place = text.indexOf(mark, from);
  return place === -1 ? text.length : place;
}

/** What a sticky pattern finds at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Where a name that starts at `at` ends; anything but white space, `/`, `>`, `<` and the end counts as part of it. */
export function nameEnd(codes: Uint16Array, at: number): number {
  let i = at;
  for (let code = codes[i]; code !== undefined; code = codes[++i]) {
    if (code <= GREATER && (code === GREATER || code === SLASH || code === LESS || code === 0 || isSpace(code))) break;
  }
  return i;
}

const ILLEGAL_CHARACTER = /[^\t\n\r\x20-\uFFFD]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Fails at the first character of a text that XML 1.0 does not allow; the text stands at `at`. */
export function checkCharacters(text: string, at: number): void {
  if (!/[^\t\n\r\x20-\uFFFD]/.test(text) && text.isWellFormed()) return;
  const place = text.search(ILLEGAL_CHARACTER);
  const code = text.charCodeAt(place).toString(16).toUpperCase().padStart(4, '0');
  fail(at + place, `character U+${code} is not allowed in XML`);
}

/** Where the comment or processing instruction at `lt` ends, and inside the root also a CDATA section. Its characters are checked if it is `kept`. */
export function skipMarkup(text: string, lt: number, { inRoot, kept }: { inRoot: boolean; kept: boolean }): number {
  const end = endOfMarkup(text, lt, inRoot);
  if (kept) checkCharacters(text.slice(lt, end), lt);
  return end;
}

function endOfMarkup(text: string, lt: number, inRoot: boolean): number {
  if (text.startsWith('<!--', lt)) {
    const dashes = text.indexOf('--', lt + 4);
    if (dashes === -1) fail(lt, 'this comment is never closed');
    return text.charCodeAt(dashes + 2) === GREATER ? dashes + 3 : fail(dashes, '-- inside a comment');
  }
  if (text.startsWith('<?', lt)) return endOfInstruction(text, lt);
  if (text.startsWith('<![CDATA[', lt)) {
    if (!inRoot) fail(lt, 'a CDATA section outside the root element');
    const end = text.indexOf(']]>', lt + 9);
    return end === -1 ? fail(lt, 'this CDATA section is never closed') : end + 3;
  }
  return fail(lt, text.startsWith('<!DOCTYPE', lt) ? 'misplaced document type declaration' : 'unknown markup after <!');
}

const TARGET = new RegExp(`<\\?(${NAME})(?=${SPACE}|\\?>)`, 'y');

/** An instruction has a target, and the declaration's `xml` is none. */
function endOfInstruction(text: string, lt: number): number {
  const target = matchAt(TARGET, text, lt)?.[1];
  if (target === undefined) fail(lt, 'a processing instruction without a name');
  if (target.toLowerCase() === 'xml') fail(lt, 'an XML declaration that is not at the very beginning or is malformed');
  const end = text.indexOf('?>', lt + 2);
  return end === -1 ? fail(lt, 'this processing instruction is never closed') : end + 2;
}
