import type { Element } from './element.ts';
import * as tapes from './tape.ts';
import type { Tape } from './tape.ts';

/** The elements of a tape without prefixes, as a tree that outlives it. */
export function treeOf(tape: Tape): Element {
  return elementAt(tape, 0);
}

function elementAt(tape: Tape, node: number): Element {
  const attributes = new Map<string, string>();
  const end = tapes.firstAttribute(tape, node + 1);
  for (let at = tapes.firstAttribute(tape, node); at < end; at += 1) {
    attributes.set(tape.names[tapes.attributeName(tape, at)] ?? '', tapes.attributeValue(tape, at));
  }
  const children: Element[] = [];
  const last = tapes.endOf(tape, node);
  for (let child = node + 1; child < last; child = tapes.endOf(tape, child)) children.push(elementAt(tape, child));
  return {
    name: tape.names[tapes.nameOf(tape, node)] ?? '',
    attributes,
    text: tapes.leadingText(tape, node),
    children,
  };
}
