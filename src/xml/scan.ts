import type { References } from './references.ts';
import type { Source } from './scan-source.ts';

/** Places in a document, found by jumping from one special character to the next. -1: malformed. */

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
export const COLON = 58;

const NAME_START =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uDB7F\\uDC00-\\uDFFF\\uF900-\\uFDCF\\uFDF0-\\uFFFD';
/** Pattern of a name. */
export const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*`;
const WHOLE_NAME = new RegExp(`^${NAME}$`);
const ILLEGAL_CHARACTER = /[^\t\n\r\x20-\uFFFD]/;

export function isName(text: string): boolean {
  return WHOLE_NAME.test(text);
}

/** Whether all characters are allowed in XML 1.0. */
export function hasLegalCharacters(text: string): boolean {
  return !ILLEGAL_CHARACTER.test(text) && text.isWellFormed();
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

/** Where a name that starts at `at` ends; anything but white space, `/`, `>` and the end counts as part of it. */
export function nameEnd(codes: Uint16Array, at: number): number {
  let i = at;
  for (let code = codes[i]; code !== undefined; code = codes[++i]) {
    if (code <= GREATER && (code === GREATER || code === SLASH || isSpace(code))) break;
  }
  return i;
}

/** Where the local part of the name between `at` and `end` starts. */
export function localStart(codes: Uint16Array, at: number, end: number): number {
  for (let i = at; i < end; i += 1) if (codes[i] === COLON) return i + 1;
  return at;
}

/** Where the end tag at `lt` ends (behind its `>`), if it closes the start tag whose name lies between `at` and `end`. */
export function endTagEnd(codes: Uint16Array, lt: number, at: number, end: number): number {
  const shift = lt + 2 - at;
  for (let i = at; i < end; i += 1) if (codes[i] !== codes[i + shift]) return -1;
  const gt = skipSpace(codes, end + shift);
  return codes[gt] === GREATER ? gt + 1 : -1;
}

/** Whether what lies between two pieces of markup is well-formed text. */
export function isText(
  { text, codes, references }: Source & { references: References },
  start: number,
  end: number,
): boolean {
  if (skipSpace(codes, start) >= end) return true;
  const between = text.slice(start, end);
  return !between.includes(']]>') && hasLegalCharacters(between) && references.text(between) !== null;
}

/** Where the comment or processing instruction at `lt` ends, and inside the root also a CDATA section. */
export function skipMarkup(text: string, lt: number, inRoot: boolean): number {
  if (text.startsWith('<!--', lt)) {
    const dashes = text.indexOf('--', lt + 4);
    return dashes !== -1 && text.charCodeAt(dashes + 2) === GREATER ? dashes + 3 : -1;
  }
  if (text.startsWith('<?', lt)) {
    const end = text.indexOf('?>', lt + 2);
    return end === -1 || !isInstruction(text.slice(lt + 2, end)) ? -1 : end + 2;
  }
  if (inRoot && text.startsWith('<![CDATA[', lt)) {
    const end = text.indexOf(']]>', lt + 9);
    return end === -1 ? -1 : end + 3;
  }
  return -1;
}

const TARGET = new RegExp(`^(?!xml(?:\\s|$))${NAME}(?:\\s|$)`, 'i');

/** An instruction has a target, and the declaration's `xml` is none. */
function isInstruction(content: string): boolean {
  return TARGET.test(content);
}
