#!/usr/bin/env bash
# fast-xml-parser 5.12.1, beside slimdom 4.3.5.
#
# A DTD that declares an entity twice, as documents do that override one of a shared set. XML 1.0, section 4.2: the first declaration binds.
# Guess: the first.
# Seen:  the last, as it is with keys of an object:
#          fast-xml-parser: second
#          slimdom: first
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact fast-xml-parser@5.12.1 slimdom@4.3.5
cat >read.js <<'JS'
import { XMLParser } from 'fast-xml-parser';
import { parseXmlDocument } from 'slimdom';
const xml = '<!DOCTYPE a [<!ENTITY e "first"><!ENTITY e "second">]><a>&e;</a>';
console.log(`fast-xml-parser: ${new XMLParser().parse(xml).a}`);
console.log(`slimdom: ${parseXmlDocument(xml).documentElement.textContent}`);
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = 'fast-xml-parser: second
slimdom: first' ]
