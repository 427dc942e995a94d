#!/usr/bin/env bash
# happy-dom 21.0.4, its DOMParser and XMLSerializer for application/xml; libxml2-wasm 0.7.2 as a second reader.
#
# Guess: well-formed XML is read, with CDATA sections and names in any script, and what is written from it is well-formed.
# Seen:  CDATA and names beyond ASCII are refused; a no-break space is written as HTML's name for it, which XML does not know, and below an
#        element that happens to be called script "<" is written as it is: other readers refuse what was written:
#          <r><![CDATA[x]]></r> -> not read: StartTag: invalid element name
#          <r größe="1"/> -> not read: attributes construct error
#          <r>&#160;</r> -> <r>&nbsp;</r>, which libxml2 refuses
#          <r><script>1 &lt; 2</script></r> -> <r><script>1 < 2</script></r>, which libxml2 refuses
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact happy-dom@21.0.4 libxml2-wasm@0.7.2
cat >read.js <<'JS'
import { Window } from 'happy-dom';
import { XmlDocument } from 'libxml2-wasm';
const window = new Window();
function refuses(text) {
  try {
    XmlDocument.fromString(text).dispose();
    return false;
  } catch {
    return true;
  }
}
for (const text of ['<r><![CDATA[x]]></r>', '<r größe="1"/>', '<r>&#160;</r>', '<r><script>1 &lt; 2</script></r>']) {
  const read = new window.DOMParser().parseFromString(text, 'application/xml');
  const fault = read.querySelector('parsererror');
  const written = new window.XMLSerializer().serializeToString(read);
  const told = fault === null ? written : `not read: ${/StartTag: invalid element name|attributes construct error/.exec(fault.textContent)?.[0]}`;
  console.log(`${text} -> ${told}${fault === null && refuses(written) ? ', which libxml2 refuses' : ''}`);
}
await window.happyDOM.close();
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = "<r><![CDATA[x]]></r> -> not read: StartTag: invalid element name
<r größe=\"1\"/> -> not read: attributes construct error
<r>&#160;</r> -> <r>&nbsp;</r>, which libxml2 refuses
<r><script>1 &lt; 2</script></r> -> <r><script>1 < 2</script></r>, which libxml2 refuses" ]
