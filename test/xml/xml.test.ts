import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeDocument } from '../../src/xml/decode.ts';
import { DEFAULT_LIMITS, type Element, type Limits, type Reach } from '../../src/xml/element.ts';
import { readDocument, type Reading } from '../../src/xml/read.ts';

const MALFORMED: Reading = { ok: false, stage: 'validation', message: 'Invalid XML structure or format' };
const BLANK: Reading = { ok: false, stage: 'source', message: 'blank document' };

function read(xml: string | Uint8Array, limits: Partial<Limits> = {}, reach: Reach | null = null): Reading {
  return readDocument(xml, { rootElement: 'r', reach, limits: { ...DEFAULT_LIMITS, ...limits } });
}

function root(xml: string | Uint8Array, limits: Partial<Limits> = {}): Element {
  const reading = read(xml, limits);
  assert.ok(reading.ok, `rejected: ${String(xml)}`);
  return reading.root;
}

function attribute(xml: string, name = 'a'): string | undefined {
  return root(xml).attributes.get(name);
}

/** Lets a document type be longer than what may stand before the root. */
const EARLY = '<!--<r-->';

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('a document becomes elements with attributes, leading text and children in order', () => {
  assert.deepEqual(root('<r a="1" b=\'2\'>lead<x/>tail<y c="3">in</y>end</r>'), {
    name: 'r',
    attributes: new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
    text: 'lead',
    children: [
      { name: 'x', attributes: new Map(), text: '', children: [] },
      { name: 'y', attributes: new Map([['c', '3']]), text: 'in', children: [] },
    ],
  });
});

test('bytes are UTF-8, or else Windows-1252', () => {
  assert.equal(root(new TextEncoder().encode('<r a="é€"></r>')).attributes.get('a'), 'é€');
  assert.equal(root(latin('<r a="\xE9 \x80\x93"></r>')).attributes.get('a'), 'é €“');
});

test('bytes of a known encoding are nothing else, even where they could be', () => {
  assert.equal(decodeDocument(new TextEncoder().encode('<r>é</r>'), 'windows-1252'), '<r>Ã©</r>');
  assert.equal(decodeDocument(latin('<r>\xE9\x80</r>'), 'windows-1251'), '<r>йЂ</r>');
});

test('one byte order mark in any form, control characters before the document and white space around it are dropped', () => {
  for (const mark of [
    '\uFEFF',
    '\u00FF\u00FE',
    '\u00FE\u00FF',
    '\u00EF\u00BB\u00BF',
    '\u0000\u0001',
    '\uFEFF\u0002',
    ' \n\t',
    '',
  ]) {
    for (const tail of ['', '\n', ' \r\n ', '\u00A0'])
      assert.ok(read(`${mark}<r></r>${tail}`).ok, JSON.stringify([mark, tail]));
  }
  assert.ok(read(new Uint8Array([0xef, 0xbb, 0xbf, ...latin('<r></r>')])).ok);
});

test('line ends become line feeds in text and blanks in attribute values', () => {
  assert.equal(root('<r>a\r\nb\rc</r>').text, 'a\nb\nc');
  assert.equal(attribute('<r a="1\r\n2\t3\n4&#10;5"></r>'), '1 2 3 4\n5');
});

test('a blank document fails at its source', () => {
  for (const xml of ['', ' \n\t\r\n', '\uFEFF', '\u0001 ', new Uint8Array()]) assert.deepEqual(read(xml), BLANK);
});

test('the declared encoding does not matter', () => {
  for (const encoding of ['UTF-16', 'ISO-8859-1', 'no-such', 'utf-8']) {
    assert.equal(attribute(`<?xml version="1.0" encoding="${encoding}" standalone='yes'?>\n<r a="é"></r>`), 'é');
  }
});

test('namespaces are removed from elements and attributes and their declarations are no attributes', () => {
  const { attributes, children } = root('<r xmlns="u:d" xmlns:p="u:p" p:a="1" b="2"><p:x p:c="3" xml:lang="en"/></r>');
  assert.deepEqual(
    [...attributes],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  );
  assert.equal(children[0]?.name, 'x');
  assert.deepEqual(
    [...(children[0]?.attributes ?? [])],
    [
      ['c', '3'],
      ['lang', 'en'],
    ],
  );
});

test('CDATA is text, comments and instructions are nothing', () => {
  assert.equal(root('<r>a<!-- <x> & -->b<![CDATA[ <c> & &amp; ]]><?pi <y> ?>d<x/></r>').text, 'ab <c> & &amp; d');
  assert.deepEqual(root('<!-- c --><?p?><r><!-- <x/> --><?pi a="1"?></r><!-- end -->\n<?p?>').children, []);
  assert.equal(root('<r><![CDATA[]]></r>').text, '');
  assert.equal(root('<r><![CDATA[a]]>]]<![CDATA[>]]></r>').text, 'a]]>');
});

test('text is what stands before the first child, also when that is kept back', () => {
  const reach: Reach = { paths: new Set(['/r/y']), names: new Set(), attributes: new Set() };
  for (const xml of ['<r><x/>tail<y/></r>', '<r> <x>in</x>tail<y></y>more</r>']) {
    const reading = read(xml, {}, reach);
    assert.ok(reading.ok);
    assert.equal(reading.root.text, '');
    assert.deepEqual(
      reading.root.children.map((child) => child.name),
      ['y'],
    );
  }
});

test('predefined entities and character references are replaced once, also numbers look like text', () => {
  assert.equal(attribute('<r a="&lt;&gt;&amp;&quot;&apos;&#233;&#x20AC;&#x1F600;&amp;lt;"></r>'), '<>&"\'é€😀&lt;');
  assert.equal(root('<r>&#65;&amp;amp;</r>').text, 'A&amp;');
  assert.deepEqual(
    [attribute('<r a="007"></r>'), attribute('<r a="1e3"></r>'), attribute('<r a=" true "></r>')],
    ['007', '1e3', ' true '],
  );
  assert.equal(root('<r> 0x1F </r>').text, ' 0x1F ');
});

test('names that mean something to JavaScript are names like any other', () => {
  const names = [
    '__proto__',
    '_proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'valueOf',
    '_text',
    '_',
  ];
  for (const name of names) {
    const { children } = root(`<r><${name} ${name}="1"><x/></${name}><${name}/></r>`);
    assert.deepEqual(
      children.map((child) => child.name),
      [name, name],
    );
    assert.deepEqual([...(children[0]?.attributes ?? [])], [[name, '1']]);
    assert.equal(children[0]?.children[0]?.name, 'x');
  }
});

test('a > in a value ends no tag, with either quote', () => {
  assert.deepEqual([...root(`<r a="x>y" b='">' c="/>"><y d = "'>"/></r>`).attributes.values()], ['x>y', '">', '/>']);
});

test('internal entities are expanded in attribute values and end the text where they stand in it', () => {
  const doctype = `${EARLY}<!DOCTYPE r [<!-- c --><!ENTITY h "Hill &amp; &#38;#38; Co"><!ENTITY in 'in &h;'><!ENTITY h "later"><!ELEMENT r ANY><?p?>]>`;
  assert.equal(attribute(`${doctype}<r a="&h;, &in;"></r>`), 'Hill & & Co, in Hill & & Co');
  assert.equal(root(`${doctype}<r>before &h; after<![CDATA[x]]></r>`).text, 'before ');
});

test('external and parameter entities are never fetched or replaced', () => {
  const external = `${EARLY}<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd" [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY % p SYSTEM "file:///x"> %p;]>`;
  assert.deepEqual(read(`${external}<r a="&e;"></r>`), MALFORMED);
  assert.equal(root(`${external}<r>a&e;b</r>`).text, 'a');
  assert.ok(read('<!DOCTYPE r PUBLIC "-//x" "y.dtd"><r></r>').ok);
  assert.deepEqual(
    read(EARLY + '<!DOCTYPE r [<!ENTITY % p "&#60;!ENTITY q \'1\'&#62;">%p;]><r a="&q;"></r>'),
    MALFORMED,
  );
});

test('entities that multiply, contain themselves or grow too long reject', () => {
  const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  assert.deepEqual(read(`${EARLY}<!DOCTYPE r [<!ENTITY l0 "lol">${lol}]><r a="&l9;"></r>`), MALFORMED);
  assert.equal(attribute(`${EARLY}<!DOCTYPE r [<!ENTITY l0 "lol">${lol}]><r a="&l2;"></r>`)?.length, 300);
  assert.deepEqual(read('<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]><r a="&a;"></r>'), MALFORMED);
  const two = '<!DOCTYPE r [<!ENTITY e "12345">]><r a="&e;&e;"></r>';
  assert.ok(read(two, { maxEntityExpansions: 2 }).ok);
  assert.deepEqual(read(two, { maxEntityExpansions: 1 }), MALFORMED);
  assert.deepEqual(read(two, { maxAttributeLength: 4 }), MALFORMED);
  assert.deepEqual(read(two.replaceAll('12345', '1'.repeat(60)), { maxDocumentLength: 119 }), MALFORMED);
});

function nested(levels: number): string {
  return `<r>${'<x>'.repeat(levels - 1)}${'</x>'.repeat(levels - 1)}</r>`;
}

test('257 levels are allowed and one more is not, mapped or not', () => {
  const nothing: Reach = { paths: new Set(), names: new Set(), attributes: new Set() };
  for (const reach of [null, nothing]) {
    assert.ok(read(nested(257), {}, reach).ok);
    assert.deepEqual(read(nested(258), {}, reach), MALFORMED);
    assert.deepEqual(read('<r><x/></r>', { maxDepth: 1 }, reach), MALFORMED);
  }
});

test('an attribute value or a document over its limit rejects, a long text does not', () => {
  assert.ok(read('<r a="12345"></r>', { maxAttributeLength: 5 }).ok);
  assert.deepEqual(read('<r a="123456"></r>', { maxAttributeLength: 5 }), MALFORMED);
  assert.deepEqual(read('<r></r>', { maxDocumentLength: 6 }), MALFORMED);
  assert.equal(root(`<r>${'x'.repeat(10_500_000)}</r>`).text.length, 10_500_000);
});

test('the root of the contract must open within the first 100 characters and close, in any case', () => {
  assert.ok(read(`<!--${'x'.repeat(92)}--><R></R>`).ok);
  assert.deepEqual(read(`<!--${'x'.repeat(93)}--><r></r>`), MALFORMED);
  for (const xml of ['<r/>', '<other></other>', '<r></r >', 'text', '{"r": 1}'])
    assert.deepEqual(read(xml), MALFORMED, xml);
  assert.ok(read('<doc><r></r></doc>').ok);
});

const MALFORMED_ANYWHERE = [
  '<r><x></r>',
  '<r></x></r>',
  '<r><x></y></r>',
  '<r><x></xy></r>',
  '<r><xy></x></r>',
  '<r></r></r>',
  '<r></r><r></r>',
  '<r></r>text>',
  '<r><x a="1></x></r>',
  '<r><x a="1 b="2"></x></r>',
  "<r><x a='1></x></r>",
  '<r><x a="1</r>',
  '<r><!-- </r>',
  '<r><!-- a -- b --></r>',
  '<r><![CDATA[ </r>',
  '<r><?pi </r>',
  '<r><?xml version="1.0"?></r>',
  ' <!-- c --><?xml version="1.0"?><r></r>',
  '<r><!DOCTYPE r></r>',
  '<!DOCTYPE r><!DOCTYPE r><r></r>',
  '<!DOCTYPE r [<!ENTITY a>]><r></r>',
  '<!DOCTYPE r [<r></r>',
  '<![CDATA[x]]><r></r>',
  '<r></r><![CDATA[x]]>',
  '<?xml version="1.0" encoding=utf-8?><r></r>',
  '<r',
  '<r>',
  '<r></r',
  '<r><x',
  '<r></r><',
  '<r><x/></x></r>',
  'x<r></r>',
  '<r></r></R>',
];

test('unbalanced, unclosed and misplaced markup rejects, mapped or not', () => {
  const nothing: Reach = { paths: new Set(), names: new Set(), attributes: new Set() };
  for (const reach of [null, nothing])
    for (const xml of MALFORMED_ANYWHERE) assert.deepEqual(read(xml, {}, reach), MALFORMED, xml);
});

const MALFORMED_IF_KEPT = [
  '<x a="1" a="2"/>',
  '<x a="1" p:b="2" a="3"/>',
  '<x a="&"/>',
  '<x a="a & b"/>',
  '<x a="&nbsp;"/>',
  '<x a="&#0;"/>',
  '<x a="&#xD800;"/>',
  '<x a="&#x110000;"/>',
  '<x a="&#;"/>',
  '<x a="&#xg;"/>',
  '<x a="&lt"/>',
  '<x a="&toString;"/>',
  '<x a=1/>',
  '<x a/>',
  '<x a="1"b="2"/>',
  '<x "1"/>',
  '<x a=="1"/>',
  '<1x/>',
  '<-x/>',
  '<x 1a="1"/>',
  '<x$ />',
  '<x a="1" / >',
  '<x a="1"\u00A0b="2"/>',
  '<x a\u00A0="1"/>',
  '<x a="1"\u00A0></x>',
  '< x/>',
  '<x>&</x>',
  '<x>a & b</x>',
  '<x>&nbsp;</x>',
  '<x>]]></x>',
  '<x><y/>]]></x>',
  '<x><y/>&</x>',
  '<x><y/>\u0001</x>',
  '<x>\u0001</x>',
  '<x a="\u0008"/>',
  '<x>\uFFFE</x>',
  '<x>\uD800</x>',
  '<x a="\uDC00"/>',
  '<x><![CDATA[\u0002]]></x>',
];

test('what is mapped must be well formed to the last character', () => {
  const reach: Reach = { paths: new Set(['/r/x']), names: new Set(), attributes: new Set() };
  for (const part of MALFORMED_IF_KEPT) {
    assert.deepEqual(read(`<r>${part}</r>`), MALFORMED, part);
    assert.deepEqual(
      read(`<r>${part}</r>`, {}, { ...reach, names: new Set(['x', '1x', '-x', 'x$', '']) }),
      MALFORMED,
      part,
    );
  }
});

test('what is not mapped is only checked for balance, quotes and closed sections', () => {
  const reach: Reach = { paths: new Set(['/r/y']), names: new Set(), attributes: new Set() };
  for (const part of ['<x a="1" a="2"/>', '<x>a & b</x>', '<x a="&nbsp;">\u0001</x>']) {
    const reading = read(`<r><u>${part}</u><y/></r>`, {}, reach);
    assert.ok(reading.ok, part);
    assert.deepEqual(
      reading.root.children.map((child) => child.name),
      ['y'],
    );
  }
});

test('quotes of one kind only, far apart, or many in the text do not change what is read', () => {
  const many = `<u a='1' b='>'/>`.repeat(50_000);
  for (const [xml, text] of [
    [`<r>${many}<x k="v"/>"</r>`, ''],
    [`<r><u>"'</u>' "<x k = 'v' /></r>`, ''],
    [`<r>it's "so" <u a="'"/><u a='"'>"</u><x k='v'></x></r>`, `it's "so" `],
  ] as const) {
    const reading = read(xml, {}, { paths: new Set(['/r/x']), names: new Set(), attributes: new Set() });
    assert.ok(reading.ok, xml.slice(0, 100));
    assert.equal(reading.root.text, text);
    assert.deepEqual(
      reading.root.children.map((child) => [child.name, child.attributes.get('k')]),
      [['x', 'v']],
    );
  }
});
