#!/usr/bin/env bash
# fast-xml-parser 5.12.1: its parser and its validator, on one document.
#
# A comment in a document type definition that mentions `]>`. Between `<!--` and `-->` that means nothing.
# Guess: whoever validates first, since the parser lets malformed documents pass, refuses no well-formed ones by it.
# Seen:  the parser reads the entity behind the comment; the validator takes the `]>` for the end of the definition and stops there:
#          parser: {"note":"kept"}
#          validator: InvalidChar: char 'E' is not expected.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fast-xml-parser@5.12.1
cat >subset.cjs <<'JS'
const { XMLParser, XMLValidator } = require('fast-xml-parser');
const xml = '<!DOCTYPE note [<!-- ends with ]> below --><!ENTITY word "kept">]><note>&word;</note>';
console.log(`parser: ${JSON.stringify(new XMLParser().parse(xml))}`);
const { code, msg } = XMLValidator.validate(xml).err ?? {};
console.log(`validator: ${code}: ${msg}`);
JS
seen=$(node subset.cjs)
echo "$seen"
[ "$seen" = $'parser: {"note":"kept"}\nvalidator: InvalidChar: char \'E\' is not expected.' ]
