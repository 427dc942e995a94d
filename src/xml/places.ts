import {
  attributeName,
  attributePrefix,
  endOf,
  firstText,
  NONE,
  ownerOf,
  placeOf,
  textValue,
  type Tape,
} from './tape.ts';

/** A place in a document, both from 1; a column is a UTF-16 unit, as editors count them. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where in the text of a document things stand that are on its tape. What an entity brought stands where its reference stands. */
export interface Places {
  readonly ofTag: (node: number) => Place;
  /** Of its name; of one that only the document type declares, the tag. */
  readonly ofAttribute: (node: number, attribute: number) => Place;
  /** Of the first character of a text that is not blank; of a blank one, where it begins. */
  readonly ofText: (piece: number) => Place;
}

/** `text` is all of the document, without a byte order mark; the tape is the careful reader's, whole, with places. */
export function openPlaces(text: string, tape: Tape): Places {
  const lines = [0, ...[...text.matchAll(/\r\n?|\n/g)].map((end) => end.index + end[0].length)];
  const toPlace = (at: number): Place => {
    let [from, to] = [0, lines.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((lines[middle] ?? 0) <= at) from = middle;
      else to = middle;
    }
    return { line: from + 1, column: at - (lines[from] ?? 0) + 1 };
  };
  return {
    ofTag: (node) => toPlace(placeOf(tape, node)),
    ofAttribute: (node, attribute) => toPlace(attributePlace(text, tape, node, attribute)),
    ofText: (piece) => toPlace(textPlace(text, tape, piece)),
  };
}

const ATTRIBUTE = /[\s]([^\s=<>"'/]+)\s*=\s*(?:"[^"]*"|'[^']*')/gy;

function attributePlace(text: string, tape: Tape, node: number, attribute: number): number {
  const lt = placeOf(tape, node);
  if (text[lt] !== '<') return lt;
  const prefix = attributePrefix(tape, attribute);
  const local = tape.names[attributeName(tape, attribute)] ?? '';
  const wanted = prefix === NONE ? local : `${tape.names[prefix] ?? ''}:${local}`;
  let found = lt;
  for (const { name, at } of attributesIn(text, lt)) {
    if (name === wanted) return at;
    // Where prefixes are dropped, the last one of a name counts (P07).
    if (prefix === NONE && name.slice(name.indexOf(':') + 1) === local) found = at;
  }
  return found;
}

function* attributesIn(text: string, lt: number): Generator<{ readonly name: string; readonly at: number }> {
  let at = lt + 1;
  while (!/[\s/>]/.test(text[at] ?? '>')) at += 1;
  for (;;) {
    while (/\s/.test(text[at] ?? '') && /\s/.test(text[at + 1] ?? '')) at += 1;
    ATTRIBUTE.lastIndex = at;
    const [whole, name] = ATTRIBUTE.exec(text) ?? [];
    if (whole === undefined || name === undefined) return;
    yield { name, at: at + 1 };
    at += whole.length;
  }
}

function textPlace(text: string, tape: Tape, piece: number): number {
  const owner = ownerOf(tape, piece);
  const lt = placeOf(tape, owner);
  if (text[lt] !== '<') return lt;
  let before = NONE;
  for (let child = owner + 1; child < endOf(tape, owner); child = endOf(tape, child)) {
    if (firstText(tape, child) > piece) break;
    before = child;
  }
  const start = before === NONE ? tagEnd(text, lt) : elementEnd(text, placeOf(tape, before));
  return textValue(tape, piece).trim() === '' ? start : firstInk(text, start);
}

const COMMENT_OR_INSTRUCTION = /<!--[^]*?-->|<\?[^]*?\?>/y;
const [CDATA, CDATA_END] = ['<![CDATA[', ']]>'];

/** The first character from `start` on that is neither blank nor markup, CDATA sections looked into. */
function firstInk(text: string, start: number): number {
  let at = start;
  let isCdata = false;
  for (;;) {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
    if (isCdata) {
      if (!text.startsWith(CDATA_END, at)) return at;
      isCdata = false;
      at += CDATA_END.length;
    } else if (text.startsWith(CDATA, at)) {
      isCdata = true;
      at += CDATA.length;
    } else {
      const end = endOfMarkup(text, at);
      if (end === -1) return at;
      at = end;
    }
  }
}

/** Behind a comment or an instruction, or -1. */
function endOfMarkup(text: string, at: number): number {
  COMMENT_OR_INSTRUCTION.lastIndex = at;
  const [markup] = COMMENT_OR_INSTRUCTION.exec(text) ?? [];
  return markup === undefined ? -1 : at + markup.length;
}

/** Behind the `>` of the start tag at `lt`. */
function tagEnd(text: string, lt: number): number {
  let at = lt;
  while (text[at] !== '>')
    at = text[at] === '"' || text[at] === "'" ? text.indexOf(text[at] ?? '', at + 1) + 1 : at + 1;
  return at + 1;
}

/** Behind the end tag of the element at `start`, or behind the reference to the entity that brought it. */
function elementEnd(text: string, start: number): number {
  if (text[start] !== '<') return text.indexOf(';', start) + 1;
  let [at, depth] = [start, 0];
  do {
    at = text.indexOf('<', at);
    const end = endOfMarkup(text, at);
    if (end !== -1) at = end;
    else if (text.startsWith(CDATA, at)) at = text.indexOf(CDATA_END, at) + CDATA_END.length;
    else {
      const isEnd = text[at + 1] === '/';
      at = tagEnd(text, at);
      if (isEnd) depth -= 1;
      else if (text[at - 2] !== '/') depth += 1;
    }
  } while (depth > 0);
  return at;
}
