#!/usr/bin/env bash
# node:sqlite of Node.js 24.21.0.
#
# A Date given as a parameter. SQLite has no type for it, and node:sqlite says that it binds null, numbers, bigints, strings and bytes.
# Guess: a TypeError, wherever the Date stands.
# Seen:  as the second parameter it is refused. As the first it is taken for the object of the named parameters, which is empty: NULL
#        is stored without a word:
#          second: ERR_INVALID_ARG_TYPE
#          first: stored null
# The same holds for a Map or an ArrayBuffer in front. NOT NULL on the column would have told.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0
cat >date.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE visit (at TEXT, place TEXT)');
try {
  database.prepare('INSERT INTO visit (place, at) VALUES (?, ?)').run('Bonn', new Date(0));
} catch (error) {
  console.log(`second: ${error.code}`);
}
database.prepare("INSERT INTO visit (at, place) VALUES (?, 'Bonn')").run(new Date(0));
console.log(`first: stored ${database.prepare('SELECT at FROM visit').get().at}`);
JS
seen=$(node_modules/.bin/node date.mjs)
echo "$seen"
[ "$seen" = $'second: ERR_INVALID_ARG_TYPE\nfirst: stored null' ]
