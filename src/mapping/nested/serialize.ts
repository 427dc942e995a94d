import {
  attributeName,
  attributePrefix,
  attributeValue,
  endOf,
  firstAttribute,
  firstText,
  nameOf,
  namespaceAt,
  NONE,
  ownerOf,
  parentOf,
  prefixOf,
  textValue,
  XMLNS,
  type Tape,
} from '../../xml/tape.ts';
import { ELEMENT, indexOf, kindOf, valueOf, type Find } from './find-value.ts';

/**
 * An element as well-formed text: CDATA as text, no comments and instructions, the namespaces in scope declared on the outermost
 * element by prefix, attributes in document order, `<e/>` for an empty one. Of anything else its escaped text.
 */
export function serialize(tape: Tape, find: Find): string {
  if (kindOf(find) !== ELEMENT) return escapeText(valueOf(tape, find));
  const pieces: string[] = [];
  write(tape, indexOf(find), inherited(tape, indexOf(find)), pieces);
  return pieces.join('');
}

/** Declarations that an element inherits, the default one first, then by prefix. */
function inherited(tape: Tape, node: number): string {
  const prefixes = new Set<number>();
  for (let at = parentOf(tape, node); at !== NONE; at = parentOf(tape, at)) {
    for (const attribute of attributesOf(tape, at)) {
      if (isDeclaration(tape, attribute)) prefixes.add(declaredPrefix(tape, attribute));
    }
  }
  for (const attribute of attributesOf(tape, node)) {
    if (isDeclaration(tape, attribute)) prefixes.delete(declaredPrefix(tape, attribute));
  }
  const spelled = [...prefixes].map(
    (prefix) =>
      [prefix === NONE ? 'xmlns' : `xmlns:${tape.names[prefix] ?? ''}`, namespaceAt(tape, node, prefix)] as const,
  );
  return spelled
    .filter(([, uri]) => uri !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, uri]) => ` ${name}="${escapeAttribute(uri)}"`)
    .join('');
}

function write(tape: Tape, node: number, declarations: string, pieces: string[]): void {
  const tag = qualify(tape, prefixOf(tape, node), nameOf(tape, node));
  pieces.push(`<${tag}${declarations}`);
  for (const attribute of attributesOf(tape, node)) {
    const name = qualify(tape, attributePrefix(tape, attribute), attributeName(tape, attribute));
    pieces.push(` ${name}="${escapeAttribute(attributeValue(tape, attribute))}"`);
  }
  const end = endOf(tape, node);
  let piece = firstText(tape, node);
  if (end === node + 1 && (piece === firstText(tape, end) || ownerOf(tape, piece) !== node))
    return void pieces.push('/>');
  pieces.push('>');
  for (let child = node + 1; child < end; child = endOf(tape, child)) {
    piece = writeTexts(tape, node, piece, firstText(tape, child), pieces);
    write(tape, child, '', pieces);
    piece = Math.max(piece, lastTextBelow(tape, child));
  }
  writeTexts(tape, node, piece, textsEnd(tape, node), pieces);
  pieces.push(`</${tag}>`);
}

/** Texts of `node` from `piece` up to `end`; the first that is not its own ends them. */
function writeTexts(tape: Tape, node: number, piece: number, end: number, pieces: string[]): number {
  let at = piece;
  for (; at < end && ownerOf(tape, at) === node; at += 1) pieces.push(escapeText(textValue(tape, at)));
  return at;
}

/** Behind the last text of a node and of all below it. */
function lastTextBelow(tape: Tape, node: number): number {
  const end = firstText(tape, endOf(tape, node));
  let at = firstText(tape, node);
  while (at < end && ownerOf(tape, at) >= node) at += 1;
  return at;
}

function textsEnd(tape: Tape, node: number): number {
  return firstText(tape, endOf(tape, node));
}

function attributesOf(tape: Tape, node: number): readonly number[] {
  const from = firstAttribute(tape, node);
  return Array.from({ length: firstAttribute(tape, node + 1) - from }, (_, index) => from + index);
}

function isDeclaration(tape: Tape, attribute: number): boolean {
  const prefix = attributePrefix(tape, attribute);
  return prefix === XMLNS || (prefix === NONE && attributeName(tape, attribute) === XMLNS);
}

function declaredPrefix(tape: Tape, attribute: number): number {
  return attributePrefix(tape, attribute) === XMLNS ? attributeName(tape, attribute) : NONE;
}

function qualify(tape: Tape, prefix: number, name: number): string {
  const local = tape.names[name] ?? '';
  return prefix === NONE ? local : `${tape.names[prefix] ?? ''}:${local}`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return escaped.replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
