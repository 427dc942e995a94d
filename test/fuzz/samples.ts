import type { Reach } from '../../src/xml/element.ts';
import { EVERYTHING } from '../../src/xml/reach-plan.ts';

/** A document to change, and the ways in which it is read. */
export interface Sample {
  readonly xml: string;
  readonly rootElement: string;
  readonly reaches: readonly (Reach | null)[];
}

/** Documents of many kinds, small enough to be changed all over: namespaces, mixed content, sections, instructions, odd spacing. */
const INVOICE = `<?xml version="1.0" encoding="UTF-8"?>
<!-- an invoice -->
<inv:Invoice xmlns:inv="urn:x:invoice" xmlns:c="urn:x:common" c:version="2.1">
  <c:ID schemeID="A">INV-17</c:ID>
  <c:Note>first &amp; last</c:Note>
  <inv:Line number="1"><c:Price currency="EUR">12.50</c:Price><c:Item xmlns:d="urn:x:detail" d:kind="part" kind="whole"/></inv:Line>
  <inv:Line number="2"><c:Price currency="EUR">0.99</c:Price><c:Item/></inv:Line>
  <Total xmlns="urn:x:total"><Sum>13.49</Sum></Total>
</inv:Invoice>
`;

const ARTICLE = `<article lang='en'><title>On <i>Rubus</i> &#8211; a note</title>
<body><p>One <b>two</b> three.</p><p/><p><![CDATA[a < b && c]]> end</p><!-- skip -->
<sec id="s1"><p>x</p>tail<p>y</p></sec><?page 2?></body><ref
  id="r1"
  href='a"b'
/><ref id = "r2" ></ref></article>`;

const FEED = `\uFEFF<?xml version='1.0' standalone="yes"?><feed><row Id="1" Score="10" Tags="&lt;a&gt;&lt;b&gt;"/><row Id="2" Score="-3" Body="line&#xA;two"/>\r
<row Id="3"   Score="7"
 Title="caf&#xE9; é € 😀"/><a><a><a><row Id="4"/></a></a></a><row id="5" clerk="k">deep<x clerk="2"><y CLERK="3"/></x></row></feed>\r\n\r\n`;

const NAMES: Reach = { paths: new Set(), names: new Set(['row', 'p', 'Line', 'Sum']), attributes: new Set() };
const WATCHED: Reach = {
  paths: new Set(['/feed/row', '/article/ref']),
  names: new Set(),
  attributes: new Set(['clerk', 'id', 'k']),
};
const WANTED: Reach = { ...NAMES, wanted: new Set(['Id', 'currency', 'kind']) };
const PATHS: Reach = {
  paths: new Set(['/Invoice/Line/Price', '/Invoice/*/Sum', '/feed/*', '/article/body/sec']),
  names: new Set(),
  attributes: new Set(),
  wanted: new Set(['version', 'number']),
};

/** What contracts of format 2 ask for: prefixes, all texts, some subtrees whole. */
const ALL: Reach = { ...EVERYTHING, texts: 'all', namespaces: true };
const NESTED: Reach = {
  paths: new Set([
    '/Invoice/Line/Price',
    '/Invoice/Note',
    '/article/body/p',
    '/article/body/sec',
    '/feed/row',
    '/feed/*/a',
  ]),
  names: new Set(['Item', 'i']),
  attributes: new Set(),
  whole: new Set(['/Invoice/Line/Price', '/article/body/p', '/feed/*/a', 'i']),
  wanted: new Set(['Id', 'kind', 'version']),
  texts: 'all',
  namespaces: true,
};

const reaches = [null, NAMES, WATCHED, WANTED, PATHS, ALL, NESTED, { ...NESTED, texts: undefined, namespaces: false }];

export const SAMPLES: readonly Sample[] = [
  { xml: INVOICE, rootElement: 'Invoice', reaches },
  { xml: ARTICLE, rootElement: 'article', reaches },
  { xml: FEED, rootElement: 'Feed', reaches },
  { xml: '<r/>', rootElement: 'r', reaches: [null] },
  { xml: '<r a="1"><!-- x --><s>t</s></r><!-- end --><?z?>', rootElement: 'r', reaches: [null] },
];
