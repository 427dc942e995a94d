import {
  attributeName,
  attributePrefix,
  attributeValue,
  firstAttribute,
  nameOf,
  nodeCount,
  NONE,
  ownText,
  parentOf,
  XMLNS,
  type Tape,
} from '../../xml/tape.ts';
import { attributeFind, elementFind, trimSpace, type Find } from './find-value.ts';

/** A place of a document that no column reads, and how often there is a value. */
export interface UnreadPath {
  readonly path: string;
  readonly count: number;
}

/** What columns have found: by its value, and with all that is in it. */
interface Found {
  readonly values: ReadonlySet<Find>;
  readonly whole: ReadonlySet<Find>;
}

/** The paths of a whole document whose values are not among what columns have found, in the order in which they first occur. */
export function unreadPaths(tape: Tape, found: Found): readonly UnreadPath[] {
  const counts = new Map<string, number>();
  const add = (path: string): void => void counts.set(path, (counts.get(path) ?? 0) + 1);
  const paths: string[] = [];
  for (let node = 0; node < nodeCount(tape); node += 1) {
    const parent = parentOf(tape, node);
    const path = `${parent === NONE ? '' : (paths[parent] ?? '')}/${tape.names[nameOf(tape, node)] ?? ''}`;
    paths.push(path);
    const isWhole = isBelow(tape, node, found.whole);
    if (trimSpace(ownText(tape, node)) !== '' && !isWhole && !isBelow(tape, node, found.values)) add(path);
    for (const attribute of isWhole ? [] : ownAttributes(tape, node)) {
      if (!found.values.has(attributeFind(attribute)))
        add(`${path}/@${tape.names[attributeName(tape, attribute)] ?? ''}`);
    }
  }
  return [...counts].map(([path, count]) => ({ path, count }));
}

/** Whether an element, or one around it, is among these: its text is read with theirs. */
function isBelow(tape: Tape, node: number, found: ReadonlySet<Find>): boolean {
  for (let at = node; at !== NONE; at = parentOf(tape, at)) if (found.has(elementFind(at))) return true;
  return false;
}

/** Those with a value; declarations of namespaces are none. */
function ownAttributes(tape: Tape, node: number): readonly number[] {
  const attributes: number[] = [];
  for (let at = firstAttribute(tape, node); at < firstAttribute(tape, node + 1); at += 1) {
    const prefix = attributePrefix(tape, at);
    const isDeclaration = prefix === XMLNS || (prefix === NONE && attributeName(tape, at) === XMLNS);
    if (!isDeclaration && trimSpace(attributeValue(tape, at)) !== '') attributes.push(at);
  }
  return attributes;
}
