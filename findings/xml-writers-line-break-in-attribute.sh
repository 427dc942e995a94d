#!/usr/bin/env bash
# fast-xml-parser 5.12.1, xmlbuilder2 4.0.3, xml-js 1.6.11 and @xmldom/xmldom 0.9.12 as writers, saxes 6.0.0 as reader.
#
# An attribute whose value has a line break: an address, a remark. Readers turn white space in attributes to blanks unless it is written
# as a reference, `&#10;` (XML 1.0, 3.3.3), so writers must write it so.
# Guess: the four writers do, and the value comes back.
# Seen:  only xmldom does. What the others write is well formed and has lost the line:
#          fast-xml-parser: "Hill 1 Bonn"
#          xmlbuilder2: "Hill 1 Bonn"
#          xml-js: "Hill 1 Bonn"
#          xmldom: "Hill 1\nBonn"
# fast-xml-parser's own parser keeps a raw line break, so that its round trip looks right until another reader comes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fast-xml-parser@5.12.1 xmlbuilder2@4.0.3 xml-js@1.6.11 @xmldom/xmldom@0.9.12 saxes@6.0.0
cat >lines.cjs <<'JS'
const { XMLBuilder, XMLParser } = require('fast-xml-parser');
const { create } = require('xmlbuilder2');
const { js2xml } = require('xml-js');
const { DOMImplementation, XMLSerializer } = require('@xmldom/xmldom');
const { SaxesParser } = require('saxes');
const address = 'Hill 1\nBonn';
const write = {
  'fast-xml-parser': () => new XMLBuilder({ ignoreAttributes: false }).build({ r: { '@_a': address } }),
  xmlbuilder2: () => create().ele('r', { a: address }).end({ headless: true }),
  'xml-js': () => js2xml({ r: { _attributes: { a: address } } }, { compact: true }),
  xmldom: () => {
    const document = new DOMImplementation().createDocument(null, 'r');
    document.documentElement.setAttribute('a', address);
    return new XMLSerializer().serializeToString(document);
  },
};
for (const [name, xml] of Object.entries(write)) {
  const parser = new SaxesParser();
  parser.on('opentag', ({ attributes }) => console.log(`${name}: ${JSON.stringify(attributes.a)}`));
  parser.write(xml()).close();
}
const own = new XMLParser({ ignoreAttributes: false }).parse(write['fast-xml-parser']());
if (own.r['@_a'] !== address) process.exit(2);
JS
seen=$(node lines.cjs)
echo "$seen"
[ "$seen" = 'fast-xml-parser: "Hill 1 Bonn"
xmlbuilder2: "Hill 1 Bonn"
xml-js: "Hill 1 Bonn"
xmldom: "Hill 1\nBonn"' ]
