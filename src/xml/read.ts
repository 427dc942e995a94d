import { XMLParser } from 'fast-xml-parser';
import { decodeDocument } from './decode.ts';
import type { Element, Limits, Reach } from './element.ts';
import type { References } from './references.ts';
import { project, TAG_PREFIX, type Projection } from './project.ts';

/** The tree, or why there is none: `message` names line, column and what is wrong, and holds no text or value of the document. */
export type Reading =
  | { readonly ok: true; readonly root: Element }
  | { readonly ok: false; readonly stage: 'source' | 'validation'; readonly message: string };

export interface ReadOptions {
  /** Name that must occur as an opening and a closing tag, in any case (spec 3.2, P01). */
  readonly rootElement: string;
  /** What is kept of the document; null keeps it all. */
  readonly reach: Reach | null;
  readonly limits: Limits;
  /** Of bytes from a text column, by a label of the WHATWG Encoding Standard; without it they say themselves what they are. */
  readonly encoding?: string | undefined;
}

const MALFORMED: Reading = { ok: false, stage: 'validation', message: 'Invalid XML structure or format' };

/** The element tree of a document, from what a database column holds (spec 3.1 to 3.3), or why there is none. Blank text is read as ''. */
export function readDocument(xml: string | Uint8Array, { rootElement, reach, limits, encoding }: ReadOptions): Reading {
  const text = decodeDocument(xml, encoding);
  if (text === '') return { ok: false, stage: 'source', message: 'blank document' };
  if (text.length > limits.maxDocumentLength || !hasRoot(text, rootElement)) return MALFORMED;
  const projection = project(text, reach, limits);
  const root = projection === null ? null : parse(projection);
  return root === null ? MALFORMED : { ok: true, root };
}

/** How far into a document the root's start tag may begin. */
const ROOT_WITHIN = 100;

function hasRoot(text: string, rootElement: string): boolean {
  const name = rootElement.toLowerCase();
  const start = text.slice(0, ROOT_WITHIN + name.length).toLowerCase();
  const end = `</${name}>`;
  if (!text.startsWith('<') || !/>\s*$/.test(text.slice(-3)) || !start.includes(`<${name}`)) return false;
  return (
    text
      .slice(-end.length - 1)
      .toLowerCase()
      .includes(end) || text.toLowerCase().includes(end)
  );
}

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

function parse({ text, attributes, references }: Projection): Element | null {
  const nodes: readonly OrderedNode[] = parser.parse(text);
  const next = attributes.values();
  return nodes[0] === undefined ? null : toElement(nodes[0], next, references);
}

/** `attributes` are those of this start tag and of all that follow. */
function toElement(
  node: OrderedNode,
  attributes: Iterator<ReadonlyMap<string, string>, undefined>,
  references: References,
): Element | null {
  const tag = tagOf(node);
  const own = attributes.next().value;
  if (tag === null || own === undefined) return null;
  const content = node[tag] ?? [];
  const text = readText(content, references);
  if (text === null) return null;
  const children: Element[] = [];
  for (const child of content) {
    if (tagOf(child) === null) continue;
    const element = toElement(child, attributes, references);
    if (element === null) return null;
    children.push(element);
  }
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
function readText(content: readonly OrderedNode[], references: References): string | null {
  let text = '';
  for (const node of content) {
    const written = node['#text'];
    if (written === undefined) {
      text += node['#cdata']?.[0]?.['#text'] ?? '';
      continue;
    }
    const piece = references.text(written);
    if (piece === null || written.includes(']]>')) return null;
    text += piece.value;
    if (piece.ended) return text;
  }
  return text;
}
