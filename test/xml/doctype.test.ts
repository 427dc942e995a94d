import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Element, type Limits, type Reach } from '../../src/xml/element.ts';
import { readDocument, type Reading } from '../../src/xml/read.ts';

function read(xml: string, limits: Partial<Limits> = {}, reach: Reach | null = null): Reading {
  return readDocument(xml, { rootElement: 'r', reach, limits: { ...DEFAULT_LIMITS, ...limits } });
}

/** The root of a document with that internal subset. */
function root(subset: string, content: string, doctype = '<!DOCTYPE r ['): Element {
  const reading = read(`${doctype}${subset}]>${content}`);
  assert.ok(reading.ok, reading.ok ? '' : reading.message);
  return reading.root;
}

/** What is wrong with it. */
function problem(subset: string, content: string, limits: Partial<Limits> = {}): string {
  const reading = read(`<!DOCTYPE r [${subset}]>\n${content}`, limits);
  return reading.ok ? 'nothing' : reading.message.slice('Invalid XML structure or format: '.length);
}

test('internal entities are expanded in attribute values and in text, the first declaration counts', () => {
  const subset = `<!-- c --><!ENTITY h "Hill &amp; &#38;#38; Co"><!ENTITY in 'in &h;'><!ENTITY h "later"><!ELEMENT r ANY><?p?>`;
  assert.equal(root(subset, '<r a="&h;, &in;"/>').attributes.get('a'), 'Hill & & Co, in Hill & & Co');
  assert.equal(
    root(subset, '<r>before &h;, &in; &lt;after<![CDATA[&h;]]><!-- &h; --></r>').text,
    'before Hill & & Co, in Hill & & Co <after&h;',
  );
});

test('markup in entities is read where it stands, mapped or not, if it is balanced in itself', () => {
  const subset = `<!ENTITY x "<x a='&t;'>&t;</x>"><!ENTITY t "T&#38;amp;"><!ENTITY xs "&x;<!-- </r> --><![CDATA[<]]>&x;"><!ENTITY open "<x>"><!ENTITY close "</x>"><!ENTITY cut "<x"><!ENTITY bare "a &#38; b">`;
  const { text, children } = root(subset, '<r>&t;<y/>&xs;</r>');
  assert.equal(text, 'T&');
  assert.deepEqual(
    children.map(({ name, attributes, text: inside }) => [name, attributes.get('a'), inside]),
    [
      ['y', undefined, ''],
      ['x', 'T&', 'T&'],
      ['x', 'T&', 'T&'],
    ],
  );
  const reach: Reach = { paths: new Set(['/r/x']), names: new Set(), attributes: new Set() };
  const reading = read(`<!DOCTYPE r [${subset}]><r><z>&x;</z>&x;</r>`, {}, reach);
  assert.equal(reading.ok && reading.root.children.length, 1);
  for (const name of ['open', 'close', 'cut', 'bare'])
    assert.equal(
      problem(subset, `<r>\n &${name};</x></r>`),
      `line 3, column 2: entity &${name}; does not close what it opens`,
    );
  assert.equal(problem(subset, '<r a="&x;"/>'), 'line 2, column 7: entity &x; holds markup, which no attribute may');
});

test('faults in what an entity brings are told at its reference, those behind it where they are', () => {
  const subset = `<!ENTITY x "<x a='1' a='2'/>"><!ENTITY u "<p:x/>"><!ENTITY long "one\ntwo\nthree">`;
  assert.equal(problem(subset, '<r>&x;</r>'), 'line 4, column 4: attribute a is there twice');
  assert.equal(problem(subset, '<r>&long;&u;</r>'), 'line 4, column 10: prefix p of p:x is not declared');
  assert.equal(
    problem(subset, '<r>&long;\n&long;<y></r>'),
    'line 5, column 10: end tag </r> where </y> is due, for <y> opened at line 5, column 7',
  );
});

test('external entities are never read: where they matter the document fails', () => {
  const subset = `<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY n SYSTEM "x.gif" NDATA gif><!ENTITY p PUBLIC "-//x" "file:///etc/hostname">`;
  for (const name of ['e', 'n', 'p']) {
    const never = `entity &${name}; stands outside of the document and is never read`;
    assert.equal(problem(subset, `<r>&${name};</r>`), `line 2, column 4: ${never}`);
    assert.equal(problem(subset, `<r a="&${name};"/>`), `line 2, column 7: ${never}`);
  }
  const nothing: Reach = { paths: new Set(), names: new Set(), attributes: new Set() };
  assert.ok(read(`<!DOCTYPE r [${subset}]><r><x>&e;</x></r>`, {}, nothing).ok);
  assert.ok(read('<!DOCTYPE r PUBLIC "-//x" "http://127.0.0.1:1/y.dtd"><r/>').ok);
  assert.equal(problem('', '<r>&e;</r>'), 'line 2, column 4: entity &e; is not declared');
});

test('parameter entities count between declarations; behind one that is not read nothing counts any more, unless the document stands alone', () => {
  const inside = `<!ENTITY % p "<!ENTITY q '1'><!ATTLIST r a CDATA 'd'>">%p;`;
  assert.deepEqual(Object.fromEntries(root(inside, '<r b="&q;"/>').attributes), { b: '1', a: 'd' });
  const outside = '<!ENTITY a "1"><!ENTITY % p SYSTEM "file:///x">%p;<!ENTITY b "2"><!ATTLIST r c CDATA "3">';
  assert.deepEqual(Object.fromEntries(root(outside, '<r a="&a;"/>').attributes), { a: '1' });
  assert.equal(problem(outside, '<r a="&b;"/>'), 'line 2, column 7: entity &b; is not declared');
  assert.deepEqual(
    Object.fromEntries(root(outside, '<r b="&b;"/>', '<?xml version="1.0" standalone="yes"?><!DOCTYPE r [').attributes),
    { b: '2', c: '3' },
  );
  assert.equal(problem(`<!ENTITY % p "&#37;p;">%p;`, '<r/>'), 'line 1, column 37: entity %p; contains itself');
  assert.equal(
    problem(`<!ENTITY % p "<!ELEMENT">%p;`, '<r/>'),
    'line 1, column 39: a malformed declaration in the document type',
  );
});

test('attributes take the defaults that are declared for them and lose the blanks of tokens', () => {
  const subset = `<!ATTLIST r s CDATA "d&#65;&amp;&e;" f CDATA #FIXED 'x' i CDATA #IMPLIED t NMTOKENS #REQUIRED e (a|b) " b "><!ATTLIST r s CDATA "late" u ID #IMPLIED>`;
  const declared = `<!ENTITY e "E">${subset}<!ATTLIST p:x xmlns:p CDATA #FIXED "u:p" p:y CDATA "1">`;
  assert.deepEqual(Object.fromEntries(root(declared, '<r t=" 1 \n 2 "/>').attributes), {
    t: '1 2',
    s: 'dA&E',
    f: 'x',
    e: 'b',
  });
  assert.deepEqual(Object.fromEntries(root(declared, '<r s="" f=" y " u=" &#10; "/>').attributes), {
    s: '',
    f: ' y ',
    u: '\n',
    e: 'b',
  });
  const [child] = root(declared, '<r><p:x/></r>').children;
  assert.deepEqual(Object.fromEntries(child?.attributes ?? []), { y: '1', 'p:y': '1' });
  assert.equal(
    problem('<!ATTLIST r a CDATA "&later;"><!ENTITY later "1">', '<r/>'),
    'line 1, column 35: entity &later; is not declared',
  );
});

test('an element is in reach by an attribute that is only declared', () => {
  const reach: Reach = { paths: new Set(), names: new Set(), attributes: new Set(['months']) };
  const reading = read(
    '<!DOCTYPE r [<!ATTLIST p:x q:Months CDATA "3" xmlns:q CDATA "u">]><r xmlns:p="u"><p:x/><x/></r>',
    {},
    reach,
  );
  assert.deepEqual(
    reading.ok && reading.root.children.map(({ name, attributes }) => [name, attributes.get('Months')]),
    [
      ['x', '3'],
      ['x', undefined],
    ],
  );
});

test('entities that multiply, contain themselves or grow too long are told', () => {
  const lol = `<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}`;
  assert.equal(problem(lol, '<r a="&l9;"/>'), 'line 2, column 7: more than 10000 uses of entities');
  assert.equal(problem(lol, '<r>&l9;</r>'), 'line 2, column 4: more than 10000 uses of entities');
  assert.equal(root(lol, '<r>&l2;</r>').text.length, 300);
  assert.equal(root(lol, '<r a="&l2;"/>').attributes.get('a')?.length, 300);
  const circle = '<!ENTITY a "&b;"><!ENTITY b "&a;">';
  assert.equal(problem(circle, '<r a="&a;"/>'), 'line 2, column 7: entity &a; contains itself');
  assert.equal(problem(circle, '<r>\n&a;</r>'), 'line 3, column 1: entity &a; contains itself');
  const two = ['<!ENTITY e "12345">', '<r a="&e;&e;"/>'] as const;
  assert.equal(problem(...two, { maxEntityExpansions: 2, maxEntityLength: 10, maxAttributeLength: 10 }), 'nothing');
  assert.equal(problem(...two, { maxEntityExpansions: 1 }), 'line 2, column 10: more than 1 uses of entities');
  assert.equal(problem(...two, { maxEntityLength: 9 }), 'line 2, column 10: entities add more than 9 characters');
  assert.equal(
    problem(...two, { maxAttributeLength: 9 }),
    'line 2, column 7: an attribute value of more than 9 characters',
  );
});

test('document types of every form are read over, malformed ones told', () => {
  for (const doctype of [
    '<!DOCTYPE r>',
    '<!DOCTYPE r [ ] >',
    '<!DOCTYPE p:r SYSTEM "a>b" []>',
    "<!DOCTYPE r PUBLIC '-//W3C//DTD' 'x' [<!NOTATION gif PUBLIC \"-//x\"><!NOTATION n SYSTEM 'n'>]>",
    '<!DOCTYPE r [<!ELEMENT r ( #PCDATA | a|b )*><!ELEMENT c (#PCDATA )><!ELEMENT d (#PCDATA)*><!ELEMENT a ((b,c)+|d?)><!ELEMENT b EMPTY>\n<!ATTLIST a>]>',
    '<!DOCTYPE r [<!-- ]> --><?p ]> ?><!ENTITY a "]>">]>',
    '<!DOCTYPE r [<!ENTITY lt "&#38;#60;"><!ENTITY % a "]">]>',
  ])
    assert.ok(read(`${doctype}<r>&lt;</r>`).ok, doctype);
  for (const [subset, expected] of [
    ['<!ENTITY a "100%">', 'line 1, column 14: a parameter entity inside a declaration'],
    ['<!ENTITY a "x & y">', 'line 1, column 28: a bare & that begins no reference: written as text it is &amp;'],
    ['<!ENTITY a "&#0;">', 'line 1, column 26: a reference to a character that is not allowed in XML'],
    ['<!ENTITY % a SYSTEM "x" NDATA y>', 'line 1, column 14: a malformed declaration in the document type'],
    ['<!ENTITY a PUBLIC "{" "x">', 'line 1, column 14: a malformed declaration in the document type'],
    ['<!ATTLIST r a NAME "x">', 'line 1, column 26: a malformed list of attributes in the document type'],
    ['<!ATTLIST r a CDATA "<">', 'line 1, column 26: a malformed list of attributes in the document type'],
    ['<!ELEMENT r (#PDATA)>', 'line 1, column 14: a malformed declaration in the document type'],
    ['<!ELEMENT r (#PCDATA|a)>', 'line 1, column 14: a malformed declaration in the document type'],
    ['<![INCLUDE[ ]]>', 'line 1, column 14: a malformed declaration in the document type'],
    ['text', 'line 1, column 14: a malformed declaration in the document type'],
    ['<!-- \u0001 -->', 'line 1, column 19: character U+0001 is not allowed in XML'],
  ] as const)
    assert.equal(problem(subset, '<r/>'), expected, subset);
  for (const [xml, expected] of [
    ['<!DOCTYPE r [<!ELEMENT r ANY>', 'line 1, column 1: this document type declaration is never closed'],
    ['<!DOCTYPE r [] x><r/>', 'line 1, column 16: a malformed document type declaration'],
    ['<!DOCTYPE><r/>', 'line 1, column 1: a malformed document type declaration'],
    ['<!DOCTYPE r SYSTEM x><r/>', 'line 1, column 13: a malformed document type declaration'],
  ] as const) {
    const reading = read(xml);
    assert.equal(reading.ok ? null : reading.message, `Invalid XML structure or format: ${expected}`);
  }
});
