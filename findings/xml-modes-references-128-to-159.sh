#!/usr/bin/env bash
# cheerio 1.2.0 in its XML mode, html-entities 2.6.0 at its level `xml` and linkedom 0.18.15 with text/xml, beside saxes 6.0.0 and htmlparser2 12.0.0.
#
# `&#150;` in an XML document, where a reference names a code point and nothing else. HTML reads those from 128 to 159 by windows-1252.
# Guess: what is asked for XML leaves that rule to HTML: U+0096.
# Seen:  three of them give an en dash, U+2013, also the newest cheerio, whose own htmlparser2 is two versions older than the one beside it:
#          cheerio U+2013
#          html-entities U+2013
#          linkedom U+2013
#          saxes U+0096
#          htmlparser2 U+0096
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact cheerio@1.2.0 html-entities@2.6.0 linkedom@0.18.15 saxes@6.0.0 htmlparser2@12.0.0
cat >read.js <<'JS'
import { load } from 'cheerio';
import { decode } from 'html-entities';
import { DomUtils, parseDocument } from 'htmlparser2';
import { DOMParser } from 'linkedom';
import { SaxesParser } from 'saxes';
const xml = '<span>1990&#150;1994</span>';
const bySaxes = () => {
  let text = '';
  const parser = new SaxesParser();
  parser.on('text', (part) => (text += part));
  parser.write(xml).close();
  return text;
};
const seen = {
  cheerio: load(xml, { xml: true })('span').text(),
  'html-entities': decode('1990&#150;1994', { level: 'xml' }),
  linkedom: new DOMParser().parseFromString(xml, 'text/xml').documentElement.textContent,
  saxes: bySaxes(),
  htmlparser2: DomUtils.textContent(parseDocument(xml, { xmlMode: true })),
};
for (const [name, text] of Object.entries(seen))
  console.log(name, `U+${text.charCodeAt(4).toString(16).toUpperCase().padStart(4, '0')}`);
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = 'cheerio U+2013
html-entities U+2013
linkedom U+2013
saxes U+0096
htmlparser2 U+0096' ]
