#!/usr/bin/env bash
# fontoxpath 3.34.0 beside xpath 0.0.34.
#
# A text that begins with a no-break space, and one that has two of them inside, as typesetters align figures with them.
# Guess: normalize-space() leaves them alone: it takes blank, tab, line feed and carriage return (XPath functions, 5.4.5: the white space
#        of XML), and XML itself keeps U+00A0 as data.
# Seen:  fontoxpath removes and joins all that JavaScript calls white space, U+00A0 and the ideographic space too; xpath does not:
#          fontoxpath: "A1 B"
#          xpath: "\u00a0A1\u00a0\u00a0B"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fontoxpath@3.34.0 xpath@0.0.34 @xmldom/xmldom@0.9.12
cat >blanks.cjs <<'JS'
const { DOMParser } = require('@xmldom/xmldom');
const { evaluateXPathToString } = require('fontoxpath');
const xpath = require('xpath');
const document = new DOMParser().parseFromString('<r>&#xA0;A1&#xA0;&#xA0;B</r>', 'text/xml');
const show = (text) => JSON.stringify(text).replaceAll('\u00a0', '\\u00a0');
console.log(`fontoxpath: ${show(evaluateXPathToString('normalize-space(/r)', document))}`);
console.log(`xpath: ${show(xpath.select('normalize-space(/r)', document))}`);
JS
seen=$(node blanks.cjs)
echo "$seen"
[ "$seen" = 'fontoxpath: "A1 B"
xpath: "\u00a0A1\u00a0\u00a0B"' ]
