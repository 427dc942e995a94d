import { XMLParser } from 'fast-xml-parser';
import type { Element } from './element.ts';
import { TAG_PREFIX, type Projection } from './project.ts';
import type { References } from './references.ts';

/** A node of the library's ordered form: an element, a text, or a CDATA section with its text inside. */
interface OrderedNode {
  readonly [tag: Tag]: readonly OrderedNode[];
  readonly '#text'?: string;
  readonly '#cdata'?: readonly OrderedNode[];
}

type Tag = `${typeof TAG_PREFIX}${string}`;

// Attributes and references are read by us: the library lets repeated names, undefined entities and a bare & pass.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  cdataPropName: '#cdata',
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: Number.MAX_SAFE_INTEGER,
  jPath: false,
});

/** Parses a projection, which is checked already, into a tree. */
export function parse({ text, attributes }: Projection, references: References): Element {
  const nodes: readonly OrderedNode[] = parser.parse(text);
  return toElement(nodes[0] ?? {}, attributes.values(), references);
}

/** `attributes` are those of this start tag and of all that follow. */
function toElement(
  node: OrderedNode,
  attributes: Iterator<ReadonlyMap<string, string>, undefined>,
  references: References,
): Element {
  const tag = tagOf(node);
  const own = attributes.next().value;
  if (tag === null || own === undefined) throw new Error('The parser sees other tags than the projection');
  const content = node[tag] ?? [];
  const text = textOf(content, references);
  const children = content
    .filter((child) => tagOf(child) !== null)
    .map((child) => toElement(child, attributes, references));
  return { name: tag.slice(TAG_PREFIX.length), attributes: own, text, children };
}

function tagOf(node: OrderedNode): Tag | null {
  for (const key in node) if (isTag(key)) return key;
  return null;
}

function isTag(key: string): key is Tag {
  return key.startsWith(TAG_PREFIX);
}

/** Text and CDATA; a projection has none behind the first child. */
function textOf(content: readonly OrderedNode[], references: References): string {
  let text = '';
  for (const node of content) {
    const written = node['#text'];
    text += written === undefined ? (node['#cdata']?.[0]?.['#text'] ?? '') : references.text(written, 0);
  }
  return text;
}
