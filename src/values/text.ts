/** Trims Unicode white space as the contract format means it: with U+001C-U+001F and U+0085, without U+FEFF. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

/** Missing, empty, or only white space. */
export function isBlank(text: string | null | undefined): text is null | undefined | '' {
  if (text === null || text === undefined) return true;
  for (let i = 0; i < text.length; i++) if (!isSpace(text.charCodeAt(i))) return false;
  return true;
}

/** Not blank and not one of the words that stand for nothing (spec 9). */
export function isMeaningful(text: string | null | undefined): text is string {
  if (isBlank(text)) return false;
  const word = trim(text);
  return word.length !== 4 || !/^n(?:ull|one)$/i.test(word);
}

/** The first `length` code points (spec 6.2). */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const units = text.slice(0, length);
  return hasSurrogates(units) ? Array.from(text).slice(0, length).join('') : units;
}

/** Order by code point, where `<` orders by UTF-16 unit. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (!hasSurrogates(left) && !hasSurrogates(right)) return left < right ? -1 : 1;
  const [a, b] = [Array.from(left), Array.from(right)];
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = codeOf(a[i]) - codeOf(b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** All ASCII digits of the text, joined. */
export function digitsOf(text: string): string {
  return text.replace(/[^0-9]+/g, '');
}

/** Decimal digits of every script as ASCII digits. They stand in runs of ten from zero up. */
export function asciiDigits(text: string): string {
  return isAscii(text)
    ? text
    : text.replace(/[^\0-\x7f]/gu, (character) => (DIGIT.test(character) ? digitValue(character) : character));
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function codeOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0;
}

const DIGIT = /\p{Nd}/u;

function digitValue(character: string): string {
  const code = codeOf(character);
  let start = code;
  while (DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return String((code - start) % 10);
}

/** Whether units of the text are halves of characters. */
export function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

function isSpace(code: number): boolean {
  if (code > 0x20 && code < 0x85) return false;
  return code <= 0x20
    ? code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f)
    : code === 0x85 || code === 0xa0 || (code >= 0x1680 && isWideSpace(code));
}

function isWideSpace(code: number): boolean {
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
