#!/usr/bin/env bash
# Luxon 3.7.2, temporal-polyfill 1.0.8, PGlite 0.5.17 (PostgreSQL 18) and libxml2-wasm 0.7.2.
#
# Minus one day. XML Schema (part 2, 3.2.6) and Temporal write the sign in front of the whole, ISO 8601-2 allows one at each number.
# Guess: a duration that one library writes, the others read.
# Seen:  Luxon reads the sign in front and writes it inside. That is no duration for XML Schema and Temporal, and the only one of the
#        two for PostgreSQL:
#          Luxon: -P1D is written P-1D
#          -P1D: Temporal yes, XML Schema yes, PostgreSQL no
#          P-1D: Temporal no, XML Schema no, PostgreSQL yes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact luxon@3.7.2 temporal-polyfill@1.0.8 @electric-sql/pglite@0.5.17 libxml2-wasm@0.7.2
cat >minus.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { Duration } from 'luxon';
import { Temporal } from 'temporal-polyfill';
const postgres = new PGlite();
const schema = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r" type="xs:duration"/></xs:schema>';
const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema));
const reads = async (read) => {
  try {
    await read();
    return 'yes';
  } catch {
    return 'no';
  }
};
const written = Duration.fromISO('-P1D').toISO();
console.log(`Luxon: -P1D is written ${written}`);
for (const text of ['-P1D', written]) {
  const temporal = await reads(() => Temporal.Duration.from(text));
  const xml = await reads(() => validator.validate(XmlDocument.fromString(`<r>${text}</r>`)));
  const sql = await reads(() => postgres.query(`SELECT '${text}'::interval`));
  console.log(`${text}: Temporal ${temporal}, XML Schema ${xml}, PostgreSQL ${sql}`);
}
await postgres.close();
JS
seen=$(node minus.mjs)
echo "$seen"
[ "$seen" = 'Luxon: -P1D is written P-1D
-P1D: Temporal yes, XML Schema yes, PostgreSQL no
P-1D: Temporal no, XML Schema no, PostgreSQL yes' ]
