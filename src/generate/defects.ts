import type { Contract } from '../contract/contract.ts';
import type { ElementPlan } from './plan.ts';
import type { Random } from './random.ts';

type Break = (xml: string, contract: Contract, random: Random) => string;

/** Ways in which a healthy document can be broken; each is refused by some stage of a run. */
const BREAKS = {
  truncated: (xml, _, random) => xml.slice(0, random.int(Math.floor(xml.length / 3), xml.length - 2)),
  'mismatched tag': (xml) => xml.replace(ROOT_END, '<unclosed>$&'),
  'bare ampersand': (xml, contract) => withAttribute(xml, contract, 'note="this & that"'),
  'undefined entity': (xml, contract) => withAttribute(xml, contract, 'note="&nosuch;"'),
  'repeated attribute': (xml, contract) => withAttribute(xml, contract, 'note="1" note="2"'),
  'control character': (xml, contract) => withAttribute(xml, contract, 'note="\u0007"'),
  blank: (_xml, _contract, random) => random.pick(['', '  \n']),
  'too deep': (xml) => xml.replace(ROOT_END, `${'<level>'.repeat(300)}${'</level>'.repeat(300)}$&`),
  'id missing': (xml, contract) => withId(xml, contract, ''),
  'id not a number': (xml, contract) => withId(xml, contract, '$1"A-$2"'),
  'id of another document': (xml, contract) => withId(xml, contract, '$1"9$2"'),
  'application element missing': (xml, contract) => renamed(xml, contract.applicationElement?.name ?? ''),
  /** Made while the document is written. */
  'number out of range': (xml) => xml,
} satisfies Record<string, Break>;

const ROOT_END = /<\/[^>]*>\s*$/;

export type Defect = keyof typeof BREAKS;

/** The defects that documents of a contract can have. */
export function defectsOf({ applicationElement }: Contract, root: ElementPlan): readonly [Defect, ...Defect[]] {
  const defects: [Defect, ...Defect[]] = [
    'truncated',
    'mismatched tag',
    'bare ampersand',
    'undefined entity',
    'repeated attribute',
    'control character',
    'blank',
    'too deep',
    'id missing',
    'id not a number',
    'id of another document',
  ];
  if (applicationElement !== null) defects.push('application element missing');
  if (hasNumbers(root)) defects.push('number out of range');
  return defects;
}

function hasNumbers({ attributes, children }: ElementPlan): boolean {
  return (
    [...attributes.values()].some(({ value }) => value.kind === 'integer') || [...children.values()].some(hasNumbers)
  );
}

/** Breaks a healthy document. */
export function breakDocument(xml: string, defect: Defect, contract: Contract, random: Random): string {
  const broken: Break = BREAKS[defect];
  return broken(xml, contract, random);
}

/** Adds to the start tag that holds the document's id, which every contract reads. */
function withAttribute(xml: string, { applicationId }: Contract, written: string): string {
  const tag = `<${applicationId.path.slice(applicationId.path.lastIndexOf('/') + 1)}`;
  return xml.replace(new RegExp(`${literal(tag)}(?=[\\s/>])`), `${tag} ${written}`);
}

function withId(xml: string, { applicationId }: Contract, replacement: string): string {
  return xml.replace(new RegExp(`(\\s${literal(applicationId.attribute)}=)"([^"]*)"`), replacement);
}

function renamed(xml: string, element: string): string {
  return xml.replaceAll(new RegExp(`(</?)${literal(element)}(?=[\\s/>])`, 'g'), '$1other_element');
}

/** Of the characters in a name only the point means something in a pattern. */
function literal(name: string): string {
  return name.replaceAll('.', String.raw`\.`);
}
