#!/usr/bin/env bash
# PGlite 0.5.17 (PostgreSQL 18.7).
#
# JSON_TABLE and JSON_VALUE, with which flags of a document are taken as they stand into a column of text, and numbers into one of integers.
# Guess: a text column holds the JSON word, true or false, as ->> gives it; 1.5 for an integer is rounded as a cast does, or an error.
# Seen:  the word is printed as PostgreSQL prints a boolean, t or f; 1.5 is NULL without a word, 1.0 too, and 1e3 is 1000:
#          true ->> : true
#          true JSON_TABLE text: t
#          true JSON_VALUE: t
#          1.5 cast: 2, JSON_TABLE integer: null
#          1.0 cast: 1, JSON_TABLE integer: null
#          1e3 cast: 1000, JSON_TABLE integer: 1000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @electric-sql/pglite@0.5.17
cat >table.js <<'JS'
import { PGlite } from '@electric-sql/pglite';
const database = await PGlite.create();
const value = async (expression) => Object.values((await database.query(`SELECT ${expression}`)).rows[0])[0];
const column = (json, type) => `v FROM JSON_TABLE('{"v": ${json}}', '$' COLUMNS (v ${type} PATH '$.v'))`;
console.log(`true ->> : ${await value(`'{"v": true}'::jsonb ->> 'v'`)}`);
console.log(`true JSON_TABLE text: ${await value(column('true', 'text'))}`);
console.log(`true JSON_VALUE: ${await value(`JSON_VALUE('{"v": true}', '$.v')`)}`);
for (const json of ['1.5', '1.0', '1e3']) {
  const cast = await value(`('{"v": ${json}}'::jsonb -> 'v')::integer`);
  console.log(`${json} cast: ${cast}, JSON_TABLE integer: ${await value(column(json, 'integer'))}`);
}
JS
seen=$(node table.js)
echo "$seen"
[ "$seen" = "true ->> : true
true JSON_TABLE text: t
true JSON_VALUE: t
1.5 cast: 2, JSON_TABLE integer: null
1.0 cast: 1, JSON_TABLE integer: null
1e3 cast: 1000, JSON_TABLE integer: 1000" ]
