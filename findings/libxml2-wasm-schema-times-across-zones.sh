#!/usr/bin/env bash
# libxml2-wasm 0.7.2 (libxml2's XML Schema validator).
#
# A bound on an xs:time, where either it or the value is in Z and the other has an offset. XML Schema compares the moments.
# Guess: 22:00+02:00 is 20:00Z, hence 23:00Z is not less and 19:00Z is.
# Seen:  Z is told as less than whatever has an offset, whatever the hours, so that good values are refused and bad ones pass; two offsets
#        are compared rightly, and so are dateTimes:
#          time 22:00:00+02:00 <= 23:00:00Z: false
#          time 10:00:00-05:00 <= 16:00:00Z: false
#          time 10:00:00Z <= 11:00:00+02:00: true
#          time 22:00:00+02:00 <= 21:30:00+01:00: true
#          time 22:00:00+02:00 <= 20:30:00+01:00: false
#          dateTime 2024-01-01T22:00:00+02:00 <= 2024-01-01T23:00:00Z: true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact libxml2-wasm@0.7.2
cat >validate.js <<'JS'
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
function isAllowed(type, least, value) {
  const schema = XmlDocument.fromString(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="opens"><xs:simpleType>
    <xs:restriction base="xs:${type}"><xs:minInclusive value="${least}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>`);
  try {
    XsdValidator.fromDoc(schema).validate(XmlDocument.fromString(`<opens>${value}</opens>`));
    return true;
  } catch (error) {
    if (!error.message.includes("facet 'minInclusive'")) throw error;
    return false;
  }
}
for (const [type, least, value] of [
  ['time', '22:00:00+02:00', '23:00:00Z'],
  ['time', '10:00:00-05:00', '16:00:00Z'],
  ['time', '10:00:00Z', '11:00:00+02:00'],
  ['time', '22:00:00+02:00', '21:30:00+01:00'],
  ['time', '22:00:00+02:00', '20:30:00+01:00'],
  ['dateTime', '2024-01-01T22:00:00+02:00', '2024-01-01T23:00:00Z'],
])
  console.log(`${type} ${least} <= ${value}: ${isAllowed(type, least, value)}`);
JS
seen=$(node validate.js)
echo "$seen"
[ "$seen" = 'time 22:00:00+02:00 <= 23:00:00Z: false
time 10:00:00-05:00 <= 16:00:00Z: false
time 10:00:00Z <= 11:00:00+02:00: true
time 22:00:00+02:00 <= 21:30:00+01:00: true
time 22:00:00+02:00 <= 20:30:00+01:00: false
dateTime 2024-01-01T22:00:00+02:00 <= 2024-01-01T23:00:00Z: true' ]
