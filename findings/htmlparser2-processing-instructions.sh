#!/usr/bin/env bash
# htmlparser2 12.0.0 with dom-serializer 3.1.1 and its own earlier pair 10.1.0 and 2.0.0, both in XML mode.
#
# Guess: what was read is written so that it can be read again, as by the earlier pair.
# Seen:  the new one writes processing instructions, the XML declaration among them, without the question mark at their end: no reader of XML
#        takes that; libxml2 says why:
#          10.1.0: <?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><r><?page 2?></r>
#          12.0.0: <?xml version="1.0"><?xml-stylesheet href="a.xsl"><r><?page 2></r>
#          libxml2 on the latter: Blank needed here
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact htmlparser2@12.0.0 dom-serializer@3.1.1 earlier-parser@npm:htmlparser2@10.1.0 earlier-serializer@npm:dom-serializer@2.0.0 libxml2-wasm@0.7.2
cat >write.js <<'JS'
import { render as write } from 'dom-serializer';
import { parseDocument } from 'htmlparser2';
import { render as writeEarlier } from 'earlier-serializer';
import { parseDocument as parseEarlier } from 'earlier-parser';
import { XmlDocument } from 'libxml2-wasm';
const text = '<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><r><?page 2?></r>';
const mode = { xmlMode: true };
console.log(`10.1.0: ${writeEarlier(parseEarlier(text, mode), mode)}`);
const written = write(parseDocument(text, mode), mode);
console.log(`12.0.0: ${written}`);
try {
  XmlDocument.fromString(written).dispose();
  console.log('libxml2 on the latter: no fault');
} catch (error) {
  console.log(`libxml2 on the latter: ${error.details[0].message.trim()}`);
}
JS
seen=$(node write.js)
echo "$seen"
[ "$seen" = "10.1.0: <?xml version=\"1.0\"?><?xml-stylesheet href=\"a.xsl\"?><r><?page 2?></r>
12.0.0: <?xml version=\"1.0\"><?xml-stylesheet href=\"a.xsl\"><r><?page 2></r>
libxml2 on the latter: Blank needed here" ]
