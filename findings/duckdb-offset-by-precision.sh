#!/usr/bin/env bash
# DuckDB 1.5.6 (@duckdb/node-api).
#
# A time with an offset, as XML Schema and RFC 3339 write it, cast to types without zone, which differ in their precision only.
# Guess: one rule for all of them: either the offset is dropped, or the moment is told in UTC.
# Seen:  TIMESTAMP, TIMESTAMP_MS and TIMESTAMP_S drop the offset, TIMESTAMP_NS tells UTC: two hours between columns of one text:
#          '2024-01-01T10:00:00+02:00' as TIMESTAMP: 2024-01-01 10:00:00
#          '2024-01-01T10:00:00+02:00' as TIMESTAMP_S: 2024-01-01 10:00:00
#          '2024-01-01T10:00:00+02:00' as TIMESTAMP_MS: 2024-01-01 10:00:00
#          '2024-01-01T10:00:00+02:00' as TIMESTAMP_NS: 2024-01-01 08:00:00
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
  ['2024-01-01T10:00:00+02:00', 'TIMESTAMP'],
  ['2024-01-01T10:00:00+02:00', 'TIMESTAMP_S'],
  ['2024-01-01T10:00:00+02:00', 'TIMESTAMP_MS'],
  ['2024-01-01T10:00:00+02:00', 'TIMESTAMP_NS'],
]) {
  const reader = await connection.runAndReadAll(`SELECT CAST(TRY_CAST('${text}' AS ${type}) AS VARCHAR)`);
  console.log(`'${text}' as ${type}: ${reader.getRows()[0][0]}`);
}
JS
seen=$(node cast.js)
echo "$seen"
[ "$seen" = "'2024-01-01T10:00:00+02:00' as TIMESTAMP: 2024-01-01 10:00:00
'2024-01-01T10:00:00+02:00' as TIMESTAMP_S: 2024-01-01 10:00:00
'2024-01-01T10:00:00+02:00' as TIMESTAMP_MS: 2024-01-01 10:00:00
'2024-01-01T10:00:00+02:00' as TIMESTAMP_NS: 2024-01-01 08:00:00" ]
