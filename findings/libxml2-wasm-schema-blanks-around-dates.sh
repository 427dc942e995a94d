#!/usr/bin/env bash
# libxml2-wasm 0.7.2 (libxml2), its validator for XML Schema.
#
# Values with white space around them, as indented documents have them. Every built-in type but the strings collapses it before the
# value is looked at (XML Schema, part 2, 4.3.6), so all of these are valid.
# Guess: all are valid, or none is.
# Seen:  numbers and booleans may have blanks on both sides; times and durations in front only; dates nowhere:
#          decimal: in front, behind
#          boolean: in front, behind
#          time: in front
#          duration: in front
#          date:
#          dateTime:
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact libxml2-wasm@0.7.2
cat >blanks.mjs <<'JS'
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
const isValid = (type, value) => {
  const schema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r" type="xs:${type}"/></xs:schema>`;
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema));
  try {
    validator.validate(XmlDocument.fromString(`<r>${value}</r>`));
    return true;
  } catch {
    return false;
  }
};
const values = { decimal: '1.5', boolean: 'true', time: '10:00:00', duration: 'P1D', date: '2024-01-01', dateTime: '2024-01-01T10:00:00' };
for (const [type, value] of Object.entries(values)) {
  if (!isValid(type, value)) process.exit(2);
  const where = [isValid(type, ` ${value}`) && ' in front', isValid(type, `${value} `) && ' behind'].filter(Boolean);
  console.log(`${type}:${where.join(',')}`);
}
JS
seen=$(node blanks.mjs)
echo "$seen"
[ "$seen" = $'decimal: in front, behind\nboolean: in front, behind\ntime: in front\nduration: in front\ndate:\ndateTime:' ]
