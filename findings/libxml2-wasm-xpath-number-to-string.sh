#!/usr/bin/env bash
# libxml2-wasm 0.7.2 (libxml2) beside xpath 0.0.34, two engines of XPath 1.0.
#
# A key of 16 digits that goes through a number, as `sum()` and `@id + 1` make one. A double holds it exactly.
# Guess: string() gives its digits. XPath 1.0 (4.2) wants as many as tell the number from all others, and never an exponent.
# Seen:  libxml2 keeps 15 digits and writes an exponent, with which XPath 1.0 itself reads it as NaN elsewhere; the sum of two cents is
#        rounded to what one would like:
#          9007199254740991: libxml2 9.00719925474099e+15, xpath 9007199254740991
#          0.1 + 0.2: libxml2 0.3, xpath 0.30000000000000004
#          xpath reads 9.00719925474099e+15 as NaN
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact libxml2-wasm@0.7.2 xpath@0.0.34 @xmldom/xmldom@0.9.12
cat >digits.mjs <<'JS'
import { DOMParser } from '@xmldom/xmldom';
import { XmlDocument } from 'libxml2-wasm';
import xpath from 'xpath';
const xml = '<r id="9007199254740991"/>';
const native = XmlDocument.fromString(xml);
const document = new DOMParser().parseFromString(xml, 'text/xml');
const id = native.eval('string(number(/r/@id))');
console.log(`9007199254740991: libxml2 ${id}, xpath ${xpath.select('string(number(/r/@id))', document)}`);
console.log(`0.1 + 0.2: libxml2 ${native.eval('string(0.1 + 0.2)')}, xpath ${xpath.select('string(0.1 + 0.2)', document)}`);
console.log(`xpath reads ${id} as ${xpath.select(`number('${id}')`, document)}`);
JS
seen=$(node digits.mjs)
echo "$seen"
[ "$seen" = '9007199254740991: libxml2 9.00719925474099e+15, xpath 9007199254740991
0.1 + 0.2: libxml2 0.3, xpath 0.30000000000000004
xpath reads 9.00719925474099e+15 as NaN' ]
