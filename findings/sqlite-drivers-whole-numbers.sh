#!/usr/bin/env bash
# node:sqlite of Node.js 24.21.0 and sql.js 1.17.0, two ways to SQLite from JavaScript.
#
# A whole number as parameter, where no column gives it a type: in an expression, in JSON, in a column ANY of a STRICT table.
# Guess: it is an integer, as a literal 7 is, in both.
# Seen:  sql.js sends an integer. node:sqlite sends every number as a real, so that texts and JSON show it with a fraction and divisions
#        have one; only a bigint is an integer:
#          sql.js: integer, n7, [7], 7 / 2 = 3
#          node:sqlite: real, n7.0, [7.0], 7 / 2 = 3.5
#          node:sqlite, bigint: integer, n7, [7], 7 / 2 = 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0 sql.js@1.17.0
cat >seven.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';
import initSqlJs from 'sql.js';
const sql = "SELECT typeof(?1), 'n' || ?1, json_array(?1), '7 / 2 = ' || (?1 / 2)";
const { Database } = await initSqlJs();
console.log(`sql.js: ${new Database().exec(sql, [7])[0].values[0].join(', ')}`);
const query = new DatabaseSync(':memory:').prepare(sql);
console.log(`node:sqlite: ${Object.values(query.get(7)).join(', ')}`);
console.log(`node:sqlite, bigint: ${Object.values(query.get(7n)).join(', ')}`);
JS
seen=$(node_modules/.bin/node seven.mjs)
echo "$seen"
[ "$seen" = $'sql.js: integer, n7, [7], 7 / 2 = 3\nnode:sqlite: real, n7.0, [7.0], 7 / 2 = 3.5\nnode:sqlite, bigint: integer, n7, [7], 7 / 2 = 3' ]
