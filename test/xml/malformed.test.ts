import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Limits, type Reach } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';

const NOTHING: Reach = { paths: new Set(), names: new Set(), attributes: new Set() };

/** What is wrong with a document, without the words that all reasons begin with; null if nothing is. */
function problem(xml: string, reach: Reach | null = null, limits: Partial<Limits> = {}): string | null {
  const reading = readDocument(xml, { rootElement: 'r', reach, limits: { ...DEFAULT_LIMITS, ...limits } });
  if (reading.ok) return null;
  assert.equal(reading.stage, 'validation');
  assert.match(reading.message, /^Invalid XML structure or format: /);
  return reading.message.slice('Invalid XML structure or format: '.length);
}

const ANYWHERE = [
  ['<r></r x>', 'line 1, column 4: this end tag is never closed'],
  ['<r><x></y', 'line 1, column 7: this end tag is never closed'],
  ['<r><x></r>', 'line 1, column 7: end tag </r> where </x> is due, for <x> opened at line 1, column 4'],
  ['<r></x></r>', 'line 1, column 4: end tag </x> where </r> is due, for <r> opened at line 1, column 1'],
  ['<r><x></y></r>', 'line 1, column 7: end tag </y> where </x> is due, for <x> opened at line 1, column 4'],
  ['<r><x></xy></r>', 'line 1, column 7: end tag </xy> where </x> is due, for <x> opened at line 1, column 4'],
  ['<r><xy></x></r>', 'line 1, column 8: end tag </x> where </xy> is due, for <xy> opened at line 1, column 4'],
  ['<r></r></r>', 'line 1, column 8: markup behind the root element'],
  ['<r></r><r></r>', 'line 1, column 8: markup behind the root element'],
  ['<r></r>text>', 'line 1, column 8: text behind the root element'],
  ['<r><x a="1></x></r>', 'line 1, column 12: a < in the value of attribute a: written as text it is &lt;'],
  ['<r><x a="1 b="2"></x></r>', 'line 1, column 15: no white space before this attribute'],
  ["<r><x a='1></x></r>", 'line 1, column 12: a < in the value of attribute a: written as text it is &lt;'],
  ['<r><x a="1</r>', 'line 1, column 11: a < in the value of attribute a: written as text it is &lt;'],
  ['<r><!-- </r>', 'line 1, column 4: this comment is never closed'],
  ['<r><!-- a -- b --></r>', 'line 1, column 11: -- inside a comment'],
  ['<r><![CDATA[ </r>', 'line 1, column 4: this CDATA section is never closed'],
  ['<r><?pi </r>', 'line 1, column 4: this processing instruction is never closed'],
  [
    '<r><?xml version="1.0"?></r>',
    'line 1, column 4: an XML declaration that is not at the very beginning or is malformed',
  ],
  [
    ' <!-- c --><?xml version="1.0"?><r></r>',
    'line 1, column 12: an XML declaration that is not at the very beginning or is malformed',
  ],
  ['<r><!DOCTYPE r></r>', 'line 1, column 4: misplaced document type declaration'],
  ['<!DOCTYPE r><!DOCTYPE r><r></r>', 'line 1, column 13: misplaced document type declaration'],
  ['<!DOCTYPE r [<!ENTITY a>]><r></r>', 'line 1, column 14: a malformed declaration in the document type'],
  ['<!DOCTYPE r [<r></r>', 'line 1, column 14: a malformed declaration in the document type'],
  ['<![CDATA[x]]><r></r>', 'line 1, column 1: a CDATA section outside the root element'],
  ['<r></r><![CDATA[x]]>', 'line 1, column 8: markup behind the root element'],
  [
    '<?xml version="1.0" encoding=utf-8?><r></r>',
    'line 1, column 1: an XML declaration that is not at the very beginning or is malformed',
  ],
  ['<r', 'line 1, column 1: this tag is never closed'],
  ['<r>', 'line 1, column 4: the document ends before </r>, for <r> opened at line 1, column 1'],
  ['<r></r', 'line 1, column 4: this end tag is never closed'],
  ['<r><x', 'line 1, column 4: this tag is never closed'],
  ['<r></r><', 'line 1, column 8: markup behind the root element'],
  ['<r><x/></x></r>', 'line 1, column 8: end tag </x> where </r> is due, for <r> opened at line 1, column 1'],
  ['x<r></r>', 'line 1, column 1: the document does not begin with <'],
  ['<r></r></R>', 'line 1, column 8: markup behind the root element'],
  ['<r>text', 'line 1, column 8: the document ends before </r>, for <r> opened at line 1, column 1'],
  ['<r><x>\n<y>', 'line 2, column 4: the document ends before </y>, for <y> opened at line 2, column 1'],
  ['<r>a<', 'line 1, column 5: a < that begins no markup: written as text it is &lt;'],
  ['<r><x>text', 'line 1, column 11: the document ends before </x>, for <x> opened at line 1, column 4'],
  ['<r><!x></r>', 'line 1, column 4: unknown markup after <!'],
  ['<r><? x?></r>', 'line 1, column 4: a processing instruction without a name'],
  ['<!-- c -->', 'line 1, column 11: no root element'],
  ['<?xml version="1.0"?>', 'line 1, column 22: no root element'],
  ['<!--x', 'line 1, column 1: this comment is never closed'],
] as const;

test('unbalanced, unclosed and misplaced markup is told with its place, mapped or not', () => {
  for (const reach of [null, NOTHING])
    for (const [xml, expected] of ANYWHERE) assert.equal(problem(xml, reach), expected, xml);
});

const WHERE_KEPT = [
  ['<x xmlns:="u"/>', 'line 2, column 4: xmlns: is no prefix and name'],
  ['<x xmlns:a:b="u"/>', 'line 2, column 4: xmlns:a:b is no prefix and name'],
  ['<x\ud800/>', 'line 2, column 1: a < that begins no markup: written as text it is &lt;'],
  ['<x a="1" a="2"/>', 'line 2, column 10: attribute a is there twice'],
  ['<x xmlns:p="u" a="1" p:b="2" a="3"/>', 'line 2, column 30: attribute a is there twice'],
  ['<x a="&"/>', 'line 2, column 7: a bare & that begins no reference: written as text it is &amp;'],
  ['<x a="a & b"/>', 'line 2, column 9: a bare & that begins no reference: written as text it is &amp;'],
  ['<x a="&nbsp;"/>', 'line 2, column 7: entity &nbsp; is not declared'],
  ['<x a="&#0;"/>', 'line 2, column 7: a reference to a character that is not allowed in XML'],
  ['<x a="&#xD800;"/>', 'line 2, column 7: a reference to a character that is not allowed in XML'],
  ['<x a="&#x110000;"/>', 'line 2, column 7: a reference to a character that is not allowed in XML'],
  ['<x a="&#;"/>', 'line 2, column 7: a bare & that begins no reference: written as text it is &amp;'],
  ['<x a="&#xg;"/>', 'line 2, column 7: a bare & that begins no reference: written as text it is &amp;'],
  ['<x a="&lt"/>', 'line 2, column 7: a bare & that begins no reference: written as text it is &amp;'],
  ['<x a="&toString;"/>', 'line 2, column 7: entity &toString; is not declared'],
  ['<x a=1/>', 'line 2, column 4: attribute a has no value in quotes'],
  ['<x a/>', 'line 2, column 4: attribute a has no value in quotes'],
  ['<x a="1"b="2"/>', 'line 2, column 9: no white space before this attribute'],
  ['<x "1"/>', 'line 2, column 4: an unexpected character in a tag'],
  ['<x a=="1"/>', 'line 2, column 4: attribute a has no value in quotes'],
  ['<1x/>', 'line 2, column 1: a < that begins no markup: written as text it is &lt;'],
  ['<-x/>', 'line 2, column 1: a < that begins no markup: written as text it is &lt;'],
  ['<x 1a="1"/>', 'line 2, column 4: an unexpected character in a tag'],
  ['<x$ />', 'line 2, column 1: a < that begins no markup: written as text it is &lt;'],
  ['<x a="1" / >', 'line 2, column 10: an unexpected character in a tag'],
  ['<x a="1"\u00a0b="2"/>', 'line 2, column 9: no white space before this attribute'],
  ['<x a\u00a0="1"/>', 'line 2, column 4: attribute a has no value in quotes'],
  ['<x a="1"\u00a0></x>', 'line 2, column 9: no white space before this attribute'],
  ['< x/>', 'line 2, column 1: a < that begins no markup: written as text it is &lt;'],
  ['<x>&</x>', 'line 2, column 4: a bare & that begins no reference: written as text it is &amp;'],
  ['<x>a & b</x>', 'line 2, column 6: a bare & that begins no reference: written as text it is &amp;'],
  ['<x>&nbsp;</x>', 'line 2, column 4: entity &nbsp; is not declared'],
  ['<x>]]></x>', 'line 2, column 4: ]]> in text: there it is written ]]&gt;'],
  ['<x><y/>]]></x>', 'line 2, column 8: ]]> in text: there it is written ]]&gt;'],
  ['<x><y/>&</x>', 'line 2, column 8: a bare & that begins no reference: written as text it is &amp;'],
  ['<x><y/>\u0001</x>', 'line 2, column 8: character U+0001 is not allowed in XML'],
  ['<x>\u0001</x>', 'line 2, column 4: character U+0001 is not allowed in XML'],
  ['<x a="\u0008"/>', 'line 2, column 7: character U+0008 is not allowed in XML'],
  ['<x>\ufffe</x>', 'line 2, column 4: character U+FFFE is not allowed in XML'],
  ['<x>\ud800</x>', 'line 2, column 4: character U+D800 is not allowed in XML'],
  ['<x a="\udc00"/>', 'line 2, column 7: character U+DC00 is not allowed in XML'],
  ['<x><![CDATA[\u0002]]></x>', 'line 2, column 13: character U+0002 is not allowed in XML'],
  ['<x a="<"/>', 'line 2, column 7: a < in the value of attribute a: written as text it is &lt;'],
  [`<x a='>p:b' xmlns:q="u" q:c="" p:b="1"/>`, 'line 2, column 32: prefix p of p:b is not declared'],
  ['<p:x/>', 'line 2, column 2: prefix p of p:x is not declared'],
  ['<x p:a="1"/>', 'line 2, column 4: prefix p of p:a is not declared'],
  [
    '<x xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>',
    'line 2, column 36: attribute a of one namespace is there twice, by two prefixes',
  ],
  ['<x xmlns:p=""/>', 'line 2, column 4: prefix p is declared as nothing'],
  ['<x xmlns:xml="u"/>', 'line 2, column 4: a namespace declaration of or for a reserved name'],
  [
    '<x xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    'line 2, column 4: a namespace declaration of or for a reserved name',
  ],
  ['<x xmlns:xmlns="u"/>', 'line 2, column 4: a namespace declaration of or for a reserved name'],
  ['<a:b:c xmlns:a="u"/>', 'line 2, column 2: a:b:c is no prefix and name'],
  ['<:x/>', 'line 2, column 2: :x is no prefix and name'],
  ['<x :a="1"/>', 'line 2, column 4: :a is no prefix and name'],
  ['<x a:="1" xmlns:a="u"/>', 'line 2, column 4: a: is no prefix and name'],
  ['<x><!-- \u0001 --></x>', 'line 2, column 9: character U+0001 is not allowed in XML'],
  ['<x><?p \u0001?></x>', 'line 2, column 8: character U+0001 is not allowed in XML'],
] as const;

test('what is mapped must be well formed to the last character', () => {
  const reach: Reach = { ...NOTHING, paths: new Set(['/r/x']) };
  const names = new Set(['x', '1x', '-x', 'x$', '', 'b:c', 'x\ud800']);
  for (const [part, expected] of WHERE_KEPT) {
    const xml = `<r>\n${part}</r>`;
    assert.equal(problem(xml), expected, part);
    assert.equal(problem(xml, { ...reach, names }), expected, part);
  }
});

test('what is not mapped is only checked for balance, quotes and closed sections', () => {
  const reach: Reach = { ...NOTHING, paths: new Set(['/r/y']) };
  const parts = [
    '<x a="1" a="2"/>',
    '<x>a & b</x>',
    '<x a="&nbsp;">\u0001</x>',
    '<p:x q:a="1"/>',
    '<1x/>',
    '<x><!--\u0001--></x>',
  ];
  for (const part of parts) {
    assert.notEqual(problem(`<r>${part}</r>`), null, part);
    const reading = readDocument(`<r><u>${part}</u><y/></r>`, { rootElement: 'r', reach, limits: DEFAULT_LIMITS });
    assert.ok(reading.ok, part);
    assert.deepEqual(
      reading.root.children.map((child) => child.name),
      ['y'],
    );
  }
});

test('faults are placed by lines of any kind, behind a byte order mark and white space', () => {
  for (const [xml, place] of [
    ['<r>\n\n <x></r>', 'line 3, column 5'],
    ['<r>\r\n\r\n <x></r>', 'line 3, column 5'],
    ['<r>\r\r <x></r>', 'line 3, column 5'],
    ['\uFEFF<r><x></r>', 'line 1, column 7'],
    ['\n\n<r><x></r>', 'line 3, column 7'],
    ['  <r><x></r>', 'line 1, column 9'],
    ['\u0001\u0002<r><x></r>', 'line 1, column 9'],
    ['<!DOCTYPE r [\n<!ENTITY e "1">\n]>\n<r><x></r>', 'line 4, column 7'],
    ['<!DOCTYPE r [<!ENTITY e "one\ntwo">]><r>&e;\n&e;&e;<x></r>', 'line 3, column 10'],
  ] as const) {
    assert.equal(problem(xml)?.startsWith(`${place}: end tag </r>`), true, `${xml}: ${problem(xml)}`);
  }
});

test('another root is told by its name, whatever its prefix, and only its name counts', () => {
  for (const [xml, expected] of [
    ['<other></other>', 'line 1, column 1: the root element is other, the contract expects r'],
    ['<rs><r/></rs>', 'line 1, column 1: the root element is rs, the contract expects r'],
    ['\n<p:o xmlns:p="u"><r></r></p:o>', 'line 2, column 1: the root element is p:o, the contract expects r'],
    ['<!-- <r></r> --><o/>', 'line 1, column 17: the root element is o, the contract expects r'],
    ['{"r": 1}', 'line 1, column 1: the document does not begin with <'],
    ['text', 'line 1, column 1: the document does not begin with <'],
  ] as const) {
    assert.equal(problem(xml), expected);
    assert.equal(problem(xml, NOTHING), expected);
  }
});

test('reasons hold names of markup, cut if they are long, and neither texts nor values', () => {
  const long = `x${'y'.repeat(500)}`;
  const xml = `<r><${long}>secret</r>`;
  const reason = problem(xml) ?? '';
  assert.ok(reason.startsWith('line 1, column 513: end tag </r> where </xyyy'), reason);
  assert.ok(Buffer.byteLength(reason) < 300, reason);
  for (const hidden of [
    '<r a="secret" a="secret"/>',
    '<r>secret & secret</r>',
    '<r a=secret></r>',
    '<r></secret!></r>',
    '<r></r>secret>',
    '<r><secret&a></secret&a></r>',
    'secret',
  ]) {
    const told = problem(hidden);
    assert.ok(told !== null && !told.includes('secret'), told ?? hidden);
  }
});

function nested(levels: number): string {
  return `<r>${'<x>'.repeat(levels - 1)}${'</x>'.repeat(levels - 1)}</r>`;
}

test('257 levels are allowed and one more is not, mapped or not', () => {
  for (const reach of [null, NOTHING]) {
    assert.equal(problem(nested(257), reach), null);
    assert.equal(problem(nested(258), reach), 'line 1, column 772: elements nested more than 257 deep');
    assert.equal(problem('<r><x/></r>', reach, { maxDepth: 1 }), 'line 1, column 4: elements nested more than 1 deep');
  }
});

test('an attribute value or a document over its limit rejects, a long text does not', () => {
  assert.equal(problem('<r a="12345"></r>', null, { maxAttributeLength: 5 }), null);
  assert.equal(
    problem('<r a="123456"></r>', null, { maxAttributeLength: 5 }),
    'line 1, column 7: an attribute value of more than 5 characters',
  );
  assert.equal(problem('<r></r>', null, { maxDocumentLength: 6 }), 'more than 6 characters');
  assert.equal(problem('<r>a text</r>', null, { maxAttributeLength: 5 }), null);
});
