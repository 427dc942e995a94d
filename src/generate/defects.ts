import type { Random } from './random.ts';

/** What of a contract tells how its documents can be broken. */
export interface Breakable {
  /** Name of an element that is always read, or null: its root. */
  readonly tag: string | null;
  /** Attribute that has the id in a document that is written already. */
  readonly idAttribute: string | null;
  readonly applicationElement: string | null;
}

type Break = (xml: string, of: Breakable, random: Random) => string;

/** Ways in which a healthy document can be broken; each is refused by some stage of a run. */
const BREAKS = {
  truncated: (xml, _, random) => xml.slice(0, random.int(Math.floor(xml.length / 3), xml.length - 2)),
  'mismatched tag': (xml) => xml.replace(ROOT_END, '<unclosed>$&'),
  'bare ampersand': (xml, { tag }) => withAttribute(xml, tag, 'note="this & that"'),
  'undefined entity': (xml, { tag }) => withAttribute(xml, tag, 'note="&nosuch;"'),
  'repeated attribute': (xml, { tag }) => withAttribute(xml, tag, 'note="1" note="2"'),
  'control character': (xml, { tag }) => withAttribute(xml, tag, 'note="\u0007"'),
  blank: (_xml, _of, random) => random.pick(['', '  \n']),
  'too deep': (xml) => xml.replace(ROOT_END, `${'<level>'.repeat(300)}${'</level>'.repeat(300)}$&`),
  'id missing': (xml, { idAttribute }) => withId(xml, idAttribute, ''),
  'id not a number': (xml, { idAttribute }) => withId(xml, idAttribute, '$1"A-$2"'),
  'id of another document': (xml, { idAttribute }) => withId(xml, idAttribute, '$1"9$2"'),
  'application element missing': (xml, { applicationElement }) => renamed(xml, applicationElement ?? ''),
  // These are made while the document is written.
  'number out of range': (xml) => xml,
  'required value missing': (xml) => xml,
  'other root element': (xml) => xml,
} satisfies Record<string, Break>;

const ROOT_END = /<\/[^>]*>\s*$/;

export type Defect = keyof typeof BREAKS;

/** Those of any document: they leave no XML, or none within limits. */
export const MALFORMED = [
  'truncated',
  'mismatched tag',
  'bare ampersand',
  'undefined entity',
  'repeated attribute',
  'control character',
  'blank',
  'too deep',
] as const satisfies readonly Defect[];

/** Breaks a healthy document. */
export function breakDocument(xml: string, defect: Defect, of: Breakable, random: Random): string {
  const broken: Break = BREAKS[defect];
  return broken(xml, of, random);
}

/** Adds to the start tag of an element that every contract reads. */
function withAttribute(xml: string, tag: string | null, written: string): string {
  const start = tag === null ? /<[^\s/>?!]+/ : new RegExp(`<${literal(tag)}(?=[\\s/>])`);
  return xml.replace(start, `$& ${written}`);
}

function withId(xml: string, attribute: string | null, replacement: string): string {
  if (attribute === null) return xml;
  return xml.replace(new RegExp(`(\\s${literal(attribute)}=)"([^"]*)"`), replacement);
}

function renamed(xml: string, element: string): string {
  return xml.replaceAll(new RegExp(`(</?)${literal(element)}(?=[\\s/>])`, 'g'), '$1other_element');
}

/** Of the characters in a name only the point means something in a pattern. */
function literal(name: string): string {
  return name.replaceAll('.', String.raw`\.`);
}
