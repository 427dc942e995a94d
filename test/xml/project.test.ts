import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_LIMITS, type Element, type Reach } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';
import { project } from '../../src/xml/project.ts';
import { planReading } from '../../src/xml/reach-plan.ts';
import { readProlog } from '../../src/xml/prolog.ts';
import { openSource } from '../../src/xml/scan.ts';

/** A document as it is written: `written` is markup or text without meaning for the tree, `text` what it says. */
interface Piece {
  readonly written: string;
  readonly text: string;
}

interface Node {
  readonly tag: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly quote: '"' | "'";
  readonly before: string;
  readonly space: string;
  readonly content: readonly (Piece | Node)[];
}

const NAMES = ['_proto__', 'a', 'b', 'ab', 'contact', 'contacts', 'conta', '__proto__', 'é', 'A', 'a.b-c'];
const name = fc.constantFrom(...NAMES);
const tag = fc
  .tuple(fc.constantFrom('', '', '', 'p:', 'contact:'), name)
  .map(([prefix, unqualified]) => prefix + unqualified);
const attributeName = fc.constantFrom(
  'x',
  'y',
  'xy',
  'Months',
  'MONTHS',
  'months',
  'é',
  'p:months',
  'p:x',
  'toString',
  'mark',
  // The Kelvin sign, a K by its lower case.
  'mar\u212A',
);
const value = fc.string({
  unit: fc.constantFrom('a', ' ', '>', '/', '=', '"', "'", '<', '&', 'x', '-', '€', '\n'),
  maxLength: 6,
});

const piece: fc.Arbitrary<Piece> = fc.oneof(
  value.map((text) => ({ written: escape(text), text })),
  fc.constantFrom(' ', '\n  ', ' a ', 'x>y', 'm="n">').map((text) => ({ written: text, text })),
  fc
    .constantFrom('<a x="1">', '</contact>', ' & <', '"', "'>")
    .map((text) => ({ written: `<![CDATA[${text}]]>`, text })),
  fc
    .constantFrom('<!-- <a> " -->', '<!--</r>-->', "<?pi <b x='> ?>", '<?x?>', '<!---->')
    .map((written) => ({ written, text: '' })),
);

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    tag,
    attributes: fc.uniqueArray(fc.tuple(attributeName, value), { selector: ([key]) => key, maxLength: 3 }),
    quote: fc.constantFrom('"', "'"),
    before: fc.constantFrom('', ' ', '\n'),
    space: fc.constantFrom('', ' ', '\n'),
    content: fc.array(fc.oneof({ depthSize: 'small' }, piece, tie('node')), { maxLength: 5 }),
  }),
}));

const document = node.map((root) => ({ ...root, tag: 'r' }));

/** What the prefixes stand for, declared where the document starts. */
const DECLARED = ' xmlns:p="u:p" xmlns:contact="u:contact"';

function escape(text: string, quote = ''): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&#60;')
    .replaceAll(']]>', ']]&gt;')
    .replaceAll('\n', '&#xA;');
  return quote === '' ? escaped : escaped.replaceAll(quote, quote === '"' ? '&quot;' : '&apos;');
}

function write(item: Piece | Node): string {
  if ('written' in item) return item.written;
  const { quote, before, space } = item;
  const attributes = item.attributes
    .map(([key, text]) => ` ${key}${before}=${space}${quote}${escape(text, quote)}${quote}`)
    .join('');
  const start = `<${item.tag}${item.tag === 'r' ? DECLARED : ''}${attributes}`;
  const content = item.content.map(write).join('');
  const short = content === '' && space !== ' ' && item.tag !== 'r';
  return short
    ? `${start}${space}/>`
    : `${start}${space}>${content}</${item.tag}${space === '\n' && item.tag !== 'r' ? space : ''}>`;
}

/** The tree that the specification asks for, built from the model and not from its text. */
function expected(item: Node): Element {
  const first = item.content.findIndex((part) => 'tag' in part);
  const leading = (first === -1 ? item.content : item.content.slice(0, first))
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
  const written = (first === -1 ? item.content : item.content.slice(0, first)).map(write).join('');
  return {
    name: local(item.tag),
    attributes: expectedAttributes(item.attributes),
    text: written.replaceAll(/<!--.*?-->|<\?.*?\?>/gs, '').trim() === '' ? '' : leading,
    children: item.content.filter((part) => 'tag' in part).map(expected),
  };
}

/** Those without prefix win; those with one have their written names too. */
function expectedAttributes(written: Node['attributes']): ReadonlyMap<string, string> {
  const all = new Map(written);
  for (const [key, text] of written) if (!written.some(([other]) => other === local(key))) all.set(local(key), text);
  return all;
}

function local(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1);
}

/** What a reach lets through of a whole tree, by its definition; steps on the way to a path are let through as well. */
function restrict(element: Element, reach: Reach, path = `/${element.name}`, isRoot = true): Element | null {
  const children = element.children
    .map((child) => restrict(child, reach, `${path}/${child.name}`, false))
    .filter((child) => child !== null);
  const counts =
    isRoot ||
    children.length > 0 ||
    [...reach.paths].some((wanted) => `${wanted}/`.startsWith(`${path}/`)) ||
    reach.names.has(element.name) ||
    [...element.attributes.keys()].some((key) => reach.attributes.has(key.toLowerCase()));
  return counts ? { ...element, children } : null;
}

const reaches: fc.Arbitrary<Reach> = fc.record({
  paths: fc
    .array(
      fc.array(name, { minLength: 1, maxLength: 4 }).map((steps) => `/r/${steps.join('/')}`),
      { maxLength: 4 },
    )
    .map((list) => new Set(list)),
  names: fc.subarray(NAMES, { maxLength: 2 }).map((list) => new Set(list)),
  attributes: fc
    .subarray(['months', 'x', 'é', 'tostring', 'mark', 'p:x'], { maxLength: 2 })
    .map((list) => new Set(list)),
});

function read(xml: string, reach: Reach | null): Element {
  const reading = readDocument(xml, { rootElement: 'r', reach, limits: DEFAULT_LIMITS });
  assert.ok(reading.ok, xml);
  return reading.root;
}

test('any document gives the tree it was written from', () => {
  fc.assert(
    fc.property(document, (model) => assert.deepEqual(read(write(model), null), expected(model))),
    { numRuns: 250 },
  );
});

test('the projection of any document is its tree without what no mapping can reach', () => {
  fc.assert(
    fc.property(document, reaches, (model, reach) => {
      assert.deepEqual(read(write(model), reach), restrict(expected(model), reach));
    }),
    { numRuns: 400 },
  );
});

test('a document with one character missing is never read as another tree of what is mapped, unless it is still well formed', () => {
  fc.assert(
    fc.property(document, fc.nat(), (model, place) => {
      const xml = write(model);
      const cut = place % xml.length;
      const broken = xml.slice(0, cut) + xml.slice(cut + 1);
      const whole = readDocument(broken, { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS });
      const reach: Reach = { paths: new Set(), names: new Set(NAMES), attributes: new Set() };
      const projected = readDocument(broken, { rootElement: 'r', reach, limits: DEFAULT_LIMITS });
      if (whole.ok && projected.ok) assert.deepEqual(projected.root, restrict(whole.root, reach));
      if (whole.ok) assert.ok(projected.ok);
    }),
    { numRuns: 400 },
  );
});

test('skipped subtrees are not copied', () => {
  const xml = `<r><big>${'<x y="1">text</x>'.repeat(100)}</big><a k="1"><b/></a><!-- c --></r>`;
  const reach: Reach = { paths: new Set(['/r/a']), names: new Set(), attributes: new Set() };
  const source = openSource(xml);
  assert.equal(
    project(source, readProlog(source, DEFAULT_LIMITS), planReading(reach), DEFAULT_LIMITS).text,
    '<e.r><e.a></e.a></e.r>',
  );
});

test('every occurrence of a path is kept, in order', () => {
  const reach: Reach = { paths: new Set(['/r/a/b']), names: new Set(), attributes: new Set() };
  const root = read('<r><a n="1"><b n="2"/></a><c/><a n="3"/><a><b n="4"/><b n="5"/></a></r>', reach);
  const numbers = (element: Element): string[] => [
    element.attributes.get('n') ?? '-',
    ...element.children.flatMap(numbers),
  ];
  assert.deepEqual(numbers(root), ['-', '1', '2', '3', '-', '4', '5']);
});
