import {
  attributeName,
  attributePrefix,
  attributeValue,
  endOf,
  firstAttribute,
  nameOf,
  namespaceAt,
  ownerOf,
  ownText,
  textValue,
  wholeText,
  type Tape,
} from '../../xml/tape.ts';

/** What a path has found, as one number: its place in a list of the tape, the list, and whether its name is read. */
export type Find = number;

export const [ELEMENT, ATTRIBUTE] = [0, 1] as const;
const TEXT = 2;

/** An element, read by its value. */
export function elementFind(node: number): Find {
  return node * 8;
}

/** An attribute, by its record. */
export function attributeFind(attribute: number): Find {
  return attribute * 8 + ATTRIBUTE * 2;
}

/** A text, by its record. */
export function textFind(piece: number): Find {
  return piece * 8 + TEXT * 2;
}

export function indexOf(find: Find): number {
  return find >> 3;
}

export function kindOf(find: Find): number {
  return (find >> 1) & 3;
}

function readsName(find: Find): boolean {
  return (find & 1) === 1;
}

/** The text of a find, as it stands: of an element with all below it, its own, or with a blank where texts of two elements meet. */
export function valueOf(tape: Tape, find: Find, mode: 'all' | 'own' | 'spaced' = 'all'): string {
  if (readsName(find)) return localName(tape, find);
  const index = indexOf(find);
  if (kindOf(find) === ATTRIBUTE) return attributeValue(tape, index);
  if (kindOf(find) === TEXT) return textValue(tape, index);
  return mode === 'own' ? ownText(tape, index) : wholeText(tape, index, mode === 'spaced' ? ' ' : '');
}

/** The local name of an element or attribute; a text has that of its element. */
export function localName(tape: Tape, find: Find): string {
  const index = indexOf(find);
  const name =
    kindOf(find) === ATTRIBUTE
      ? attributeName(tape, index)
      : nameOf(tape, kindOf(find) === TEXT ? ownerOf(tape, index) : index);
  return tape.names[name] ?? '';
}

const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Whether an element says `xsi:nil="true"`. `nil` is the number of that name. */
export function isNil(tape: Tape, find: Find, nil: number): boolean {
  if (kindOf(find) !== ELEMENT) return false;
  const node = indexOf(find);
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    if (attributeName(tape, at) !== nil || namespaceAt(tape, node, attributePrefix(tape, at)) !== INSTANCE) continue;
    return /^[ \t\r\n]*(?:true|1)[ \t\r\n]*$/.test(attributeValue(tape, at));
  }
  return false;
}

/** Whether elements or attributes are in what is found: then it says something even without text. */
export function hasMarkup(tape: Tape, find: Find): boolean {
  if (kindOf(find) !== ELEMENT) return false;
  const node = indexOf(find);
  return endOf(tape, node) > node + 1 || firstAttribute(tape, node + 1) > firstAttribute(tape, node);
}

/** Without XML's four characters of white space at both ends. */
export function trimSpace(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;
}
