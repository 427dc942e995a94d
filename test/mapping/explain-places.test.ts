import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnyContract } from '../../src/contract/load.ts';
import { openExplanation } from '../../src/mapping/explain/explain.ts';

const explain = openExplanation(
  parseAnyContract(
    `format: 2
product_line: places
schema: dbo
source: { table: t, column: x, id: id }
document: { root: r }
key: id
tables:
  rows:
    each: /r
    columns:
      a: { from: .//@a, type: nvarchar(40) }
      b: { from: .//b, type: nvarchar(40) }
      own: { from: "text()", type: nvarchar(40), take: last }
`,
    { format: 'yaml', productLine: 'places' },
  ).contract,
);

type Marked = Partial<Record<'a' | 'b' | 'own', string>>;

/** `line:column` of what each column has read last, unless that is blank. */
function placesIn(xml: string | Uint8Array): Marked {
  const { tables } = explain({ xml, appId: '1' }, new Date(0));
  const columns = tables[0]?.rows[0]?.columns ?? [];
  return Object.fromEntries(
    columns.flatMap(({ column, read }) => {
      const { at, text } = read.findLast((one) => one.text?.trim() !== '') ?? { at: null, text: null };
      return at === null || text === null || column === 'id' ? [] : [[column, `${at.line}:${at.column}`]];
    }),
  );
}

/** Marks stand where columns are expected to have read: `«a»`. */
const CASES: readonly (readonly [name: string, marked: string])[] = [
  ['attribute and element', '<r «a»a="1"><b>«b»x</b></r>'],
  ['lines that end in LF', '<r\n «a»a="1">\n <b>\n  «b»x</b></r>'],
  ['lines that end in CR LF', '<r\r\n\t«a»a="1">\r\n<b>\r\n«b»x</b></r>'],
  ['lines that end in CR', '<r\r «a»a="1">\r<b>«b»x</b></r>'],
  ['what looks like an attribute in another', `<r x=' a="0">' «a»a = "1"><b>«b»x</b></r>`],
  ['prefixes', '<r xmlns:p="u" p:a="0" «a»a="1"/>'],
  ['comments, instructions and CDATA before a text', '<r><b><!-- x --> <?p x?><![CDATA[ «b»x]]></b></r>'],
  ['CDATA sections that are blank', '<r><b><![CDATA[ ]]>\n<![CDATA[]]>«b»x</b></r>'],
  ['an element of whose text only a child has some', '<r><b>\n <i>«b»x</i></b></r>'],
  ['a text behind children', '<r>one<b>«b»x<b/></b><!-- <b> --><i «a»a=">"/> «own»two</r>'],
  ['references', '<r «a»a="&lt;"><b> «b»&#120;</b></r>'],
  ['characters of two units', '<r x="😀é" «a»a="1">\n<b>«b»😀</b></r>'],
  ['white space and a declaration before', '\n <?xml version="1.0"?>\n<r «a»a="1"/>'],
  ['what an entity brought', '<!DOCTYPE r [<!ENTITY e "<b>x</b>">]>\n<r>  «b»&e;«own»two<b/></r>'],
  ['a text that an entity is in', '<!DOCTYPE r [<!ENTITY e "x">]>\n<r><b>«b»&e;</b></r>'],
  ['an attribute that is only declared', '<!DOCTYPE r [<!ATTLIST r a CDATA "1">]>\n«a»<r x="2"/>'],
];

/** The document without marks, and where they stood. */
function unmark(marked: string): { readonly xml: string; readonly places: Marked } {
  const places: Record<string, string> = {};
  let xml = '';
  for (const [whole, text, mark] of marked.matchAll(/([^«]+)|«(\w+)»/g)) {
    const lines = xml.split(/\r\n?|\n/);
    if (mark === undefined) xml += text ?? whole;
    else places[mark] = `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  }
  return { xml, places };
}

describe('places of what is read', () => {
  for (const [name, marked] of CASES) {
    const { xml, places } = unmark(marked);
    it(name, () => assert.deepEqual(placesIn(xml), places));
    it(`${name}, in UTF-16 and with a byte order mark`, () => {
      const big = Buffer.from(`\uFEFF${xml}`, 'utf16le').swap16();
      assert.deepEqual(placesIn(big), places);
      assert.deepEqual(placesIn(Buffer.from(`\uFEFF${xml}`, 'utf16le')), places);
      assert.deepEqual(placesIn(Buffer.from(`\uFEFF${xml}`)), places);
    });
  }

  it('a document of Windows-1252', () => {
    const { xml, places } = unmark('<?xml version="1.0" encoding="windows-1252"?><r x="éü" «a»a="1"/>');
    assert.deepEqual(placesIn(Buffer.from(xml, 'latin1')), places);
  });
});
