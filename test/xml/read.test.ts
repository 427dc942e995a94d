import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Element, type Reach } from '../../src/xml/element.ts';
import { readDocument, type Reading } from '../../src/xml/read.ts';

const BLANK: Reading = { ok: false, stage: 'source', message: 'blank document' };

function read(xml: string | Uint8Array, reach: Reach | null = null): Reading {
  return readDocument(xml, { rootElement: 'r', reach, limits: DEFAULT_LIMITS });
}

function root(xml: string | Uint8Array): Element {
  const reading = read(xml);
  assert.ok(reading.ok, `rejected: ${String(xml)}`);
  return reading.root;
}

function attribute(xml: string, name = 'a'): string | undefined {
  return root(xml).attributes.get(name);
}

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
  assert.ok(read(new Uint8Array([0xef, 0xbb, 0xbf, ...Buffer.from('<r></r>')])).ok);
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
  const { attributes, children } = root(
    '<p:r xmlns="u:d" xmlns:p="u:p" p:a="1" b="2"><p:x p:c="3" xml:lang="en"/></p:r>',
  );
  assert.deepEqual(Object.fromEntries(attributes), { a: '1', 'p:a': '1', b: '2' });
  assert.equal(children[0]?.name, 'x');
  assert.deepEqual(Object.fromEntries(children[0]?.attributes ?? []), {
    c: '3',
    'p:c': '3',
    lang: 'en',
    'xml:lang': 'en',
  });
});

test('an attribute without prefix wins over those with one of its name, which have their written names too', () => {
  const declared = 'xmlns:p="u" xmlns:q="v"';
  for (const attributes of ['p:a="1" a="2" q:a="3"', 'a="2" p:a="1" q:a="3"', 'q:a="3" p:a="1" a="2"'])
    assert.deepEqual(Object.fromEntries(root(`<r ${declared} ${attributes}/>`).attributes), {
      a: '2',
      'p:a': '1',
      'q:a': '3',
    });
  assert.equal(attribute(`<r ${declared} p:a="1" q:a="3"/>`), '3');
  assert.equal(attribute('<r xmlns:p="u"><p:x xmlns:p="v" p:a="1"/><p:y p:a="2"/></r>'), undefined);
});

test('white space of each of its four kinds may stand wherever any may', () => {
  for (const space of [' ', '\t', '\n', '\r', ' \r\n\t'])
    for (const reach of [null, { paths: new Set(['/r/x']), names: new Set<string>(), attributes: new Set(['b']) }]) {
      const tag = (name: string): string =>
        `<${name}${space}a${space}=${space}"1"${space}b${space}=${space}'2'${space}>`;
      const xml = `<?xml${space}version${space}=${space}"1.0"${space}?>${space}${tag('r')}${space}${tag('x')}</x${space}><y/></r${space}>${space}`;
      const reading = read(xml, reach);
      assert.ok(reading.ok, JSON.stringify(xml));
      assert.deepEqual(Object.fromEntries(reading.root.children[0]?.attributes ?? []), { a: '1', b: '2' });
      assert.equal(reading.root.children.length, reach === null ? 2 : 1);
    }
});

test('a root is well formed in any of its forms, behind any prolog, in any case', () => {
  const prolog = `<?xml version="1.0"?><!--${'x'.repeat(500)}--><?xml-stylesheet href="a.xsl"?><!DOCTYPE r SYSTEM "r.dtd" [<!ELEMENT r ANY>]>`;
  for (const written of [
    '<r/>',
    '<r />',
    '<r></r >',
    '<r></r\n>',
    '<R></R>',
    '<p:r xmlns:p="u"/>',
    '<p:R xmlns:p="u"></p:R>',
  ])
    for (const before of ['', prolog]) assert.ok(read(before + written).ok, before + written);
  for (const rootElement of ['r', 'R', 'p:r', 'soap:R'])
    assert.ok(readDocument('<q:r xmlns:q="u"/>', { rootElement, reach: null, limits: DEFAULT_LIMITS }).ok, rootElement);
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
    const reading = read(xml, reach);
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
    // A letter to XML, white space to JavaScript.
    'a\uFEFF',
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

test('quotes of one kind only, far apart, or many in the text do not change what is read', () => {
  const many = `<u a='1' b='>'/>`.repeat(50_000);
  for (const [xml, text] of [
    [`<r>${many}<x k="v"/>"</r>`, ''],
    [`<r><u>"'</u>' "<x k = 'v' /></r>`, ''],
    [`<r>it's "so" <u a="'"/><u a='"'>"</u><x k='v'></x></r>`, `it's "so" `],
  ] as const) {
    const reading = read(xml, { paths: new Set(['/r/x']), names: new Set(), attributes: new Set() });
    assert.ok(reading.ok, xml.slice(0, 100));
    assert.equal(reading.root.text, text);
    assert.deepEqual(
      reading.root.children.map((child) => [child.name, child.attributes.get('k')]),
      [['x', 'v']],
    );
  }
});
