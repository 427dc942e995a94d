#!/usr/bin/env bash
# DuckDB 1.5.6 (@duckdb/node-api).
#
# TRY_CAST of text that begins with a date or a time and goes on with words: free text in a column that should hold dates.
# Guess: NULL, as for a timestamp and for a number with words behind it.
# Seen:  a date is whatever the text begins with, also where what follows is no time of day; the same with seconds of a time:
#          '2024-01-05 or later' as DATE: 2024-01-05
#          '2024-01-05 25:00' as DATE: 2024-01-05
#          '10:00:00 or later' as TIME: 10:00:00
#          '2024-01-05 10:00:00 or later' as TIMESTAMP: null
#          '7 or later' as INTEGER: null
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @duckdb/node-api@1.5.6-r.1
cat >cast.js <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const [text, type] of [
  ['2024-01-05 or later', 'DATE'],
  ['2024-01-05 25:00', 'DATE'],
  ['10:00:00 or later', 'TIME'],
  ['2024-01-05 10:00:00 or later', 'TIMESTAMP'],
  ['7 or later', 'INTEGER'],
]) {
  const reader = await connection.runAndReadAll(`SELECT CAST(TRY_CAST('${text}' AS ${type}) AS VARCHAR)`);
  console.log(`'${text}' as ${type}: ${reader.getRows()[0][0]}`);
}
JS
seen=$(node cast.js)
echo "$seen"
[ "$seen" = "'2024-01-05 or later' as DATE: 2024-01-05
'2024-01-05 25:00' as DATE: 2024-01-05
'10:00:00 or later' as TIME: 10:00:00
'2024-01-05 10:00:00 or later' as TIMESTAMP: null
'7 or later' as INTEGER: null" ]
