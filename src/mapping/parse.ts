import { XMLParser } from 'fast-xml-parser';
import { decodeDocument } from './decode.ts';
import type { Element, Limits, Reach } from './element.ts';
import type { References } from './parse-references.ts';
import { project, type Projection } from './project.ts';

export type Reading =
  | { readonly ok: true; readonly root: Element }
  | { readonly ok: false; readonly stage: 'source' | 'validation' | 'parsing'; readonly message: string };

export interface ReadOptions {
  /** Name that must occur as an opening and a closing tag, in any case (spec 3.2, P01). */
  readonly rootElement: string;
  /** What is kept of the document; null keeps it all. */
  readonly reach: Reach | null;
  readonly limits: Limits;
}

const MALFORMED: Reading = { ok: false, stage: 'validation', message: 'Invalid XML structure or format' };

/** The element tree of a document, from what a database column holds (spec 3.1 to 3.3), or why there is none. */
export function readDocument(xml: string | Uint8Array, { rootElement, reach, limits }: ReadOptions): Reading {
  const text = decodeDocument(xml);
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
  if (!text.startsWith('<') || !text.endsWith('>') || !start.includes(`<${name}`)) return false;
  return text.slice(-end.length).toLowerCase() === end || text.toLowerCase().includes(end);
}

/** A node of the library's ordered form: one key is the tag's name, `:@` holds attributes; or `#text`; or `#cdata` with its text inside. */
type OrderedNode = Readonly<Record<string, unknown>>;

const TAG = '<';
const ATTRIBUTE = '@';

// Names get a prefix that no name can have, so that `__proto__` and the like are names as any other.
// Values stay as they are written: references are ours, because the library leaves undefined ones and a bare & in place.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  transformTagName: (name) => (name.startsWith(TAG) ? name : TAG + name),
  cdataPropName: '#cdata',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: Number.MAX_SAFE_INTEGER,
  jPath: false,
});

function parse({ text, attributeCount, references }: Projection): Element | null {
  const nodes = parser.parse(text) as readonly OrderedNode[];
  const counter = { attributes: 0 };
  const root = nodes[0] === undefined ? null : toElement(nodes[0], references, counter);
  return counter.attributes === attributeCount ? root : null;
}

function toElement(node: OrderedNode, references: References, counter: { attributes: number }): Element | null {
  const tag = tagOf(node);
  const attributes = readAttributes(node[':@'] as Readonly<Record<string, string>> | undefined, references, counter);
  if (tag === null || attributes === null) return null;
  const content = node[tag] as readonly OrderedNode[];
  const text = readText(content, references);
  if (text === null) return null;
  const children: Element[] = [];
  for (const child of content) {
    if (tagOf(child) === null) continue;
    const element = toElement(child, references, counter);
    if (element === null) return null;
    children.push(element);
  }
  return { name: localName(tag, TAG.length), attributes, text, children };
}

function tagOf(node: OrderedNode): string | null {
  for (const key in node) if (key.startsWith(TAG)) return key;
  return null;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

function readAttributes(
  written: Readonly<Record<string, string>> | undefined,
  references: References,
  counter: { attributes: number },
): ReadonlyMap<string, string> | null {
  if (written === undefined) return NO_ATTRIBUTES;
  const attributes = new Map<string, string>();
  for (const key in written) {
    const value = references.attribute(written[key] ?? '');
    if (value === null) return null;
    counter.attributes += 1;
    if (!isNamespace(key)) attributes.set(localName(key, ATTRIBUTE.length), value);
  }
  return attributes;
}

function isNamespace(key: string): boolean {
  return key.startsWith('@xmlns') && (key.length === 6 || key.charAt(6) === ':');
}

function localName(name: string, prefixLength: number): string {
  const colon = name.indexOf(':');
  return name.slice(colon === -1 ? prefixLength : colon + 1);
}

/** Text and CDATA; a projection has none behind the first child. */
function readText(content: readonly OrderedNode[], references: References): string | null {
  let text = '';
  for (const node of content) {
    if (typeof node['#text'] === 'string') {
      const piece = references.text(node['#text']);
      if (piece === null || node['#text'].includes(']]>')) return null;
      text += piece.value;
      if (piece.ended) return text;
    } else if (node['#cdata'] !== undefined) {
      text += ((node['#cdata'] as readonly OrderedNode[])[0]?.['#text'] as string | undefined) ?? '';
    }
  }
  return text;
}
