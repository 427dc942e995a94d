import { createRequire } from 'node:module';
import type * as library from 'fast-xml-parser';
import type { Element, Reach } from './element.ts';
import { TAG_PREFIX, type Projection } from './project.ts';
import type { ReachPlan } from './reach-plan.ts';
import type { References } from './references.ts';
import { type TapeWriter, writeTape } from './tape-writer.ts';
import { NONE, type Tape } from './tape.ts';
import type { CopiedTag } from './walk.ts';

/** A node of the library's ordered form: an element, a text, or a CDATA section with its text inside. */
interface OrderedNode {
  readonly [tag: Tag]: readonly OrderedNode[];
  readonly '#text'?: string;
  readonly '#cdata'?: readonly OrderedNode[];
}

type Tag = `${typeof TAG_PREFIX}${string}`;

let parser: library.XMLParser | null = null;

/** The library is loaded for the first document that is unusual: most processes never meet one. */
function openParser(): library.XMLParser {
  const { XMLParser }: typeof library = createRequire(import.meta.url)('fast-xml-parser');
  // Attributes and references are read by us: the library lets repeated names, undefined entities and a bare & pass.
  return new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    cdataPropName: '#cdata',
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    maxNestedTags: Number.MAX_SAFE_INTEGER,
    jPath: false,
  });
}

/** Parses a projection, which is checked already, into a tree. */
export function parse({ text, tags }: Projection, references: References): Element {
  return toElement(parseText(text), tags.values(), references);
}

/** Parses it into the tape of its plan. `place` says where in the document a place of the text that was projected is. */
export function parseToTape(
  { text, tags }: Projection,
  references: References,
  plan: ReachPlan,
  place: (at: number) => number,
): Tape {
  const tape = writeTape(plan);
  writeElement(parseText(text), tags.values(), references, { tape, place, ...plan.reach });
  return tape.finish();
}

function parseText(text: string): OrderedNode {
  parser ??= openParser();
  const nodes: readonly OrderedNode[] = parser.parse(text);
  return nodes[0] ?? {};
}

/** The tags of this element and of all that follow. */
type Tags = Iterator<CopiedTag, undefined>;

function toElement(node: OrderedNode, tags: Tags, references: References): Element {
  const { tag, own } = nextTag(node, tags);
  const content = node[tag] ?? [];
  const first = content.findIndex((child) => !isText(child));
  const leading = first === -1 ? content : content.slice(0, first);
  const text = leading.map((child) => textOf(child, references)).join('');
  const children = content.filter((child) => tagOf(child) !== null).map((child) => toElement(child, tags, references));
  return { name: localName(own), attributes: own.attributes, text, children };
}

interface Writing extends Pick<Reach, 'namespaces' | 'places'> {
  readonly tape: TapeWriter;
  readonly place: (at: number) => number;
}

function writeElement(node: OrderedNode, tags: Tags, references: References, writing: Writing): void {
  const { tape, namespaces = false, places = false, place } = writing;
  const { tag, own } = nextTag(node, tags);
  const name = namespaces ? own.name : localName(own);
  tape.open(name, places ? place(own.lt) : NONE);
  for (const [attribute, value] of namespaces ? own.written : own.attributes) tape.attribute(attribute, value);
  let text = '';
  for (const child of node[tag] ?? []) {
    if (isText(child)) text += textOf(child, references);
    else {
      tape.text(text);
      text = '';
      if (tagOf(child) !== null) writeElement(child, tags, references, writing);
    }
  }
  tape.text(text);
  tape.close();
}

/** As it is written: the library trims names, also of a U+FEFF that belongs to one. */
function localName({ name }: CopiedTag): string {
  return name.slice(name.indexOf(':') + 1);
}

function nextTag(node: OrderedNode, tags: Tags): { tag: Tag; own: CopiedTag } {
  const tag = tagOf(node);
  const own = tags.next().value;
  if (tag === null || own === undefined) throw new Error('The parser sees other tags than the projection');
  return { tag, own };
}

function tagOf(node: OrderedNode): Tag | null {
  for (const key in node) if (isTag(key)) return key;
  return null;
}

function isTag(key: string): key is Tag {
  return key.startsWith(TAG_PREFIX);
}

function isText(node: OrderedNode): boolean {
  return node['#text'] !== undefined || node['#cdata'] !== undefined;
}

/** Of a text, or a CDATA section. */
function textOf(node: OrderedNode, references: References): string {
  const written = node['#text'];
  return written === undefined ? (node['#cdata']?.[0]?.['#text'] ?? '') : references.text(written, 0);
}
