#!/usr/bin/env bash
# node:sqlite of Node.js 24.21.0.
#
# A key of 64 bits, 9007199254740993. A number of JavaScript cannot hold it, so node:sqlite refuses to read it as one.
# Guess: run() refuses to give it as lastInsertRowid too, or gives a bigint.
# Seen:  run() rounds it, and the rounded key finds no row:
#          inserted as 9007199254740992
#          rows with that key: 0
#          reading the key: ERR_OUT_OF_RANGE
# setReadBigInts(true) on the statement that inserts gives the right one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0
cat >key.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';
const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE document (id INTEGER PRIMARY KEY)');
const { lastInsertRowid } = database.prepare('INSERT INTO document VALUES (?)').run(9007199254740993n);
console.log(`inserted as ${lastInsertRowid}`);
console.log(`rows with that key: ${database.prepare('SELECT count(*) AS rows FROM document WHERE id = ?').get(lastInsertRowid).rows}`);
try {
  database.prepare('SELECT id FROM document').get();
} catch ({ code }) {
  console.log(`reading the key: ${code}`);
}
JS
seen=$(node_modules/.bin/node key.mjs)
echo "$seen"
[ "$seen" = $'inserted as 9007199254740992\nrows with that key: 0\nreading the key: ERR_OUT_OF_RANGE' ]
