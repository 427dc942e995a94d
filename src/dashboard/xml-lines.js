// The text of a document, cut into what is drawn of it.

/** Lines around what is read that are drawn with it; shorter gaps are not folded. */
const CONTEXT = 1;
const SHORTEST_FOLD = 5;
/** Lines that are drawn at a time before the rest is asked for. */
const MOST_LINES = 1000;
/** Of a longer line only this much around what is marked is drawn. */
const LONGEST_LINE = 60_000;

/**
 * @typedef {{ kind: 'line', number: number, text: string, mark: readonly [number, number] | null } | { kind: 'fold', from: number, to: number }} Piece
 */

/**
 * The lines of a text; what ends the last one begins no other.
 * @param {string} text
 */
export function splitLines(text) {
  return text.replace(/(?:\r\n|[\r\n])$/, '').split(/\r\n|[\r\n]/);
}

/**
 * Lines to draw and folds between them. Without lines that are read, all are drawn, up to a bound.
 * @param {readonly string[]} lines
 * @param {{ read: readonly number[], opened: ReadonlySet<number>, marked: { line: number, column: number } | null }} options numbers count from 1; `opened` names folds by their first line
 * @returns {readonly Piece[]}
 */
export function piecesOf(lines, { read, opened, marked }) {
  const wanted = new Set();
  for (const line of [...read, ...(marked === null ? [] : [marked.line]), 1, lines.length])
    for (let near = line - CONTEXT; near <= line + CONTEXT; near++) wanted.add(near);
  const isShown = (/** @type {number} */ number) => wanted.has(number) || (read.length === 0 && number <= MOST_LINES);
  /** @type {Piece[]} */
  const pieces = [];
  for (let number = 1; number <= lines.length; number++) {
    const end = isShown(number) ? number : foldEnd(number, lines.length, isShown);
    const folds = end - number + 1 >= SHORTEST_FOLD && !opened.has(number);
    if (folds) pieces.push({ kind: 'fold', from: number, to: end });
    const last = Math.min(end, number + MOST_LINES - 1);
    if (!folds) for (let line = number; line <= last; line++) pieces.push(lineOf(lines[line - 1] ?? '', line, marked));
    number = folds ? end : last;
  }
  return pieces;
}

/**
 * @param {number} from
 * @param {number} last
 * @param {(number: number) => boolean} isShown
 */
function foldEnd(from, last, isShown) {
  let end = from;
  while (end < last && !isShown(end + 1)) end++;
  return end;
}

/**
 * @param {string} text
 * @param {number} number
 * @param {{ line: number, column: number } | null} marked
 * @returns {Piece}
 */
function lineOf(text, number, marked) {
  const start = marked?.line === number ? Math.min(marked.column - 1, text.length) : null;
  if (text.length <= LONGEST_LINE)
    return { kind: 'line', number, text, mark: start === null ? null : [start, markEnd(text, start)] };
  const from = Math.max(0, (start ?? 0) - LONGEST_LINE / 2);
  const cut = `${from > 0 ? '…' : ''}${text.slice(from, from + LONGEST_LINE)}${from + LONGEST_LINE < text.length ? '…' : ''}`;
  const moved = start === null ? null : start - from + (from > 0 ? 1 : 0);
  return { kind: 'line', number, text: cut, mark: moved === null ? null : [moved, markEnd(cut, moved)] };
}

const ATTRIBUTE = /[^\s=<>"'/]+\s*=\s*(?:"[^"]*"?|'[^']*'?)/y;
const TAG = /<[^>]*>?/y;
const TEXT = /[^<]+/y;

/**
 * Where an attribute, a tag or a text that begins there ends.
 * @param {string} text
 * @param {number} start
 */
function markEnd(text, start) {
  for (const form of [ATTRIBUTE, TAG, TEXT]) {
    form.lastIndex = start;
    if (form.test(text)) return form.lastIndex;
  }
  return text.length;
}
