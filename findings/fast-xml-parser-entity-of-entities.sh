#!/usr/bin/env bash
# fast-xml-parser 5.12.1.
#
# An internal entity that is made of another one, as XML 1.0 (section 4.4) allows and document type definitions like to do.
# Guess: `&full;` reads "Acme Ltd", as the plain entity `&firm;` reads "Acme"; or the parser says that it will not.
# Seen:  the declaration is passed over without a word, and the reference stays in the text as if it were data:
#          {"order":{"a":"Acme","b":"&full;"}}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fast-xml-parser@5.12.1
cat >entity.cjs <<'JS'
const { XMLParser, XMLValidator } = require('fast-xml-parser');
const xml = '<!DOCTYPE order [<!ENTITY firm "Acme"><!ENTITY full "&firm; Ltd">]><order><a>&firm;</a><b>&full;</b></order>';
if (XMLValidator.validate(xml) !== true) process.exit(2);
console.log(JSON.stringify(new XMLParser().parse(xml)));
JS
seen=$(node entity.cjs)
echo "$seen"
[ "$seen" = '{"order":{"a":"Acme","b":"&full;"}}' ]
