import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseContract } from '../../src/contract/load.ts';
import type { Mapper } from '../../src/mapping/compile.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';
import { documentOf, mapped, NOW, smallLine } from './small-line.ts';

const golden = new URL('../golden/', import.meta.url);

/** Asserts that mapping what is in reach gives what mapping the whole document gives. */
function assertReachSuffices(mapper: Mapper, xml: string): void {
  const whole = readDocument(xml, { rootElement: 'Provenir', reach: null, limits: DEFAULT_LIMITS });
  if (!whole.ok) return;
  assert.deepEqual(mapper.map({ xml }, NOW), mapper.mapTree(whole.root, undefined, NOW));
}

for (const line of ['lease', 'craft']) {
  const text = readFileSync(new URL(`contracts/${line}.json`, golden), 'utf8');
  const { contract } = parseContract(text, { format: 'json', productLine: line });
  const files = readdirSync(new URL(`${line}/`, golden)).toSorted();

  describe(`what the ${line} contract reaches`, () => {
    it('is enough for every golden document', () => {
      const mapper = compile(contract);
      for (const file of files) assertReachSuffices(mapper, readFileSync(new URL(`${line}/${file}`, golden), 'utf8'));
    });

    it('is enough for any document made of the names that matter', () => {
      const { paths, names, attributes } = compile(contract).reach;
      const elementNames = [
        ...new Set([...names, ...[...paths].flatMap((path) => path.slice(1).split('/')), 'noise', 'other']),
      ];
      const read = contract.tables.flatMap(({ mappings }) => mappings.map(({ attribute }) => attribute));
      const attributeNames = [...new Set([...attributes, ...read, 'ID', 'noise'])].filter((name) =>
        /^[\w]+$/.test(name),
      );
      const mapper = compile(contract);
      fc.assert(
        fc.property(trees(elementNames, attributeNames), (inside) => {
          const name = contract.applicationElement?.name ?? '';
          assertReachSuffices(
            mapper,
            `<Provenir><Request ID="7"><CustData><${name}>${inside}</${name}></CustData></Request>${inside}</Provenir>`,
          );
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe('an attribute that an expression names alone', () => {
  const line = smallLine([
    { chain: ['calculated_field'], expression: 'rate' },
    { column: 'b', attribute: 'b' },
  ]);

  it('is found on any element, in any case', () => {
    assert.deepEqual(mapped(line, documentOf('b="1"', '<far><off Rate="2"/></far>')).tables['app_base'], [
      { a: '2', b: '1', app_id: '7' },
    ]);
  });

  const inside = (...elements: string[]): unknown =>
    mapped(line, documentOf('b="1"', elements.join(''))).tables['app_base']?.[0]?.['a'];

  it('is found where the reader has learnt to look, whatever else stands on no path', () => {
    const learning = smallLine([
      { chain: ['calculated_field'], expression: 'rate' },
      { column: 'b', attribute: 'b' },
      { table: 'app_contact_base', attribute: 'c' },
    ]);
    const document = documentOf('b="1"', '<off rate="2"/><x><contact/></x>');
    for (const time of ['first', 'second'])
      assert.equal(mapped(learning, document).tables['app_base']?.[0]?.['a'], '2', `the ${time} time`);
  });

  it('is the last of the first spelling, where none is spelled as the expression has it', () => {
    assert.equal(inside('<p Rate="1"/>', '<q RATE="2"/>', '<r Rate="3"/>', '<s RATE="4"/>'), '3');
    assert.equal(inside('<p Rate="1"/>', '<q rate="2"/>', '<r RATE="3"/>'), '2');
  });

  it("is the contact's where no element of the document has it later", () => {
    const qualified = smallLine([
      { chain: ['calculated_field'], expression: 'contact.Nick' },
      { column: 'b', chain: ['calculated_field'], expression: 'nick' },
      { column: 'c', chain: ['calculated_field'], expression: 'app_id' },
    ]);
    const contacts =
      '<contact con_id="1" role="SEC" first_name="a" nick="sec"/><contact con_id="2" role="PR" first_name="b" nick=" pr &amp;lt;"/>';
    assert.deepEqual(mapped(qualified, documentOf('', contacts)).tables['app_base'], [
      { a: 'pr <', b: 'pr <', c: '7', app_id: '7' },
    ]);
  });

  it('is gone if the last element of that path lacks it (P05)', () => {
    const xml = documentOf('b="1"', '<far rate="2"/><far/>');
    assert.deepEqual(mapped(line, xml).tables['app_base'], [{ b: '1', app_id: '7' }]);
    assert.deepEqual(mapped(line, xml).tables['app_base'], [{ b: '1', app_id: '7' }]);
  });

  it('counts at the place of the first element of its path', () => {
    const xml = documentOf('b="1"', '<far/><near rate="3"/><far rate="2"/>');
    assert.deepEqual(mapped(line, xml).tables['app_base'], [{ a: '3', b: '1', app_id: '7' }]);
  });

  it('is found however many paths have carried it before', () => {
    for (let i = 0; i < 1100; i++) {
      const xml = documentOf('b="1"', `<far${i} rate="2"/><far${i}/>`);
      assert.deepEqual(mapped(line, xml).tables['app_base'], [{ b: '1', app_id: '7' }]);
    }
  });
});

/** Markup of a few nested elements with attributes of the given names, some in another case. */
function trees(elementNames: readonly string[], attributeNames: readonly string[]): fc.Arbitrary<string> {
  const attribute = fc
    .tuple(fc.constantFrom(...attributeNames), fc.boolean(), fc.constantFrom(...VALUES))
    .map(([name, isUpper, value]) => [isUpper ? name.toUpperCase() : name, value] as const);
  const nested = (depth: number): fc.Arbitrary<string> =>
    fc
      .record({
        name: fc.constantFrom(...elementNames),
        attributes: fc.array(attribute, { maxLength: 6 }),
        children: depth === 0 ? fc.constant([]) : fc.array(nested(depth - 1), { maxLength: 3 }),
      })
      .map(({ name, attributes, children }) => {
        const distinct = [...new Map(attributes)].map(([key, value]) => ` ${key}="${value}"`).join('');
        return `<${name}${distinct}>${children.join('')}</${name}>`;
      });
  return fc.array(nested(3), { minLength: 1, maxLength: 8 }).map((elements) => elements.join(''));
}

const VALUES = ['1', '22', ' 3 ', '', 'LESSEE', 'BUYER', 'SITE', 'HOME', 'NOW', '2024-01-31', 'Y', '&amp;lt;'];
