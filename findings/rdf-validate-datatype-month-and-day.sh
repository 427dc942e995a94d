#!/usr/bin/env bash
# rdf-validate-datatype 0.2.2, beside XML Schema 1.1, which defines the types.
#
# Literals of xsd:gMonthDay (a birthday without a year) and xsd:date.
# Guess: --03-15 and --02-29 are valid, the thirtieth of February is not, nor an hour 24 with seconds.
# Seen:  no gMonthDay and no gDay at all is valid, while days that no calendar has are:
#          gMonthDay --03-15: false
#          gMonthDay --02-29: false
#          gDay ---31: false
#          gMonth --03: true
#          date 2024-02-30: true
#          date 2023-02-29: true
#          dateTime 2024-01-05T24:00:01: true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact rdf-validate-datatype@0.2.2
cat >validate.js <<'JS'
import { validateTerm } from 'rdf-validate-datatype';
for (const [type, value] of [
  ['gMonthDay', '--03-15'],
  ['gMonthDay', '--02-29'],
  ['gDay', '---31'],
  ['gMonth', '--03'],
  ['date', '2024-02-30'],
  ['date', '2023-02-29'],
  ['dateTime', '2024-01-05T24:00:01'],
]) {
  const datatype = { termType: 'NamedNode', value: `http://www.w3.org/2001/XMLSchema#${type}` };
  console.log(`${type} ${value}: ${validateTerm({ termType: 'Literal', value, language: '', datatype })}`);
}
JS
seen=$(node validate.js)
echo "$seen"
[ "$seen" = "gMonthDay --03-15: false
gMonthDay --02-29: false
gDay ---31: false
gMonth --03: true
date 2024-02-30: true
date 2023-02-29: true
dateTime 2024-01-05T24:00:01: true" ]
