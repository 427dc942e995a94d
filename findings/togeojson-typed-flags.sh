#!/usr/bin/env bash
# @tmcw/togeojson 7.1.3, with @xmldom/xmldom 0.9.12.
#
# Typed data of a KML placemark (SchemaData), whose types are those of XML Schema.
# Guess: 0 and false of a bool are false; an int with a leading zero is a number, a decimal comma no number but its text.
# Seen:  both spellings of false are true; what is no number is NaN, its text is gone:
#          bool 1: true
#          bool 0: true
#          bool true: true
#          bool false: true
#          int 007: 7
#          double 1,5: NaN
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @tmcw/togeojson@7.1.3 @xmldom/xmldom@0.9.12
cat >flags.js <<'JS'
import { kml } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
for (const [type, value] of [
  ['bool', '1'],
  ['bool', '0'],
  ['bool', 'true'],
  ['bool', 'false'],
  ['int', '007'],
  ['double', '1,5'],
]) {
  const schema = `<Schema id="s"><SimpleField name="v" type="${type}"/></Schema>`;
  const data = `<SchemaData schemaUrl="#s"><SimpleData name="v">${value}</SimpleData></SchemaData>`;
  const mark = `<Placemark><ExtendedData>${data}</ExtendedData><Point><coordinates>8,47</coordinates></Point></Placemark>`;
  const xml = `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>${schema}${mark}</Document></kml>`;
  console.log(`${type} ${value}: ${kml(new DOMParser().parseFromString(xml, 'text/xml')).features[0].properties.v}`);
}
JS
seen=$(node flags.js)
echo "$seen"
[ "$seen" = "bool 1: true
bool 0: true
bool true: true
bool false: true
int 007: 7
double 1,5: NaN" ]
