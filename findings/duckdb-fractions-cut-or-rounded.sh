#!/usr/bin/env bash
# DuckDB 1.5.6 (@duckdb/node-api).
#
# The last moment of a year with seven digits of a second, as datetime2(7) has them, cast to timestamps of fewer digits.
# Guess: digits that do not fit are cut, or rounded, by all of them alike.
# Seen:  TIMESTAMP (six digits) cuts and stays in the year; TIMESTAMP_MS and TIMESTAMP_S round, into the next one:
#          '2024-12-31 23:59:59.9999999' as TIMESTAMP: 2024-12-31 23:59:59.999999
#          '2024-12-31 23:59:59.9999999' as TIMESTAMP_MS: 2025-01-01 00:00:00
#          '2024-12-31 23:59:59.9999999' as TIMESTAMP_S: 2025-01-01 00:00:00
#          '2024-12-31 23:59:59.9999999' as DATE: 2024-12-31
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
  ['2024-12-31 23:59:59.9999999', 'TIMESTAMP'],
  ['2024-12-31 23:59:59.9999999', 'TIMESTAMP_MS'],
  ['2024-12-31 23:59:59.9999999', 'TIMESTAMP_S'],
  ['2024-12-31 23:59:59.9999999', 'DATE'],
]) {
  const reader = await connection.runAndReadAll(`SELECT CAST(TRY_CAST('${text}' AS ${type}) AS VARCHAR)`);
  console.log(`'${text}' as ${type}: ${reader.getRows()[0][0]}`);
}
JS
seen=$(node cast.js)
echo "$seen"
[ "$seen" = "'2024-12-31 23:59:59.9999999' as TIMESTAMP: 2024-12-31 23:59:59.999999
'2024-12-31 23:59:59.9999999' as TIMESTAMP_MS: 2025-01-01 00:00:00
'2024-12-31 23:59:59.9999999' as TIMESTAMP_S: 2025-01-01 00:00:00
'2024-12-31 23:59:59.9999999' as DATE: 2024-12-31" ]
