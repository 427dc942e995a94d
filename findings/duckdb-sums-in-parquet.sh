#!/usr/bin/env bash
# DuckDB 1.5.6 (@duckdb/node-api).
#
# The sum of a BIGINT column, exported as Parquet and as CSV.
# Guess: the same number in both: the query gives it exactly, and Parquet has decimals of 38 digits.
# Seen:  a sum is a HUGEINT, which COPY writes to Parquet as DOUBLE, without a warning: beyond 2^53 the last digits change, and the column has
#        another type when it is read back:
#          query: 9007199254740993 HUGEINT
#          parquet: 9007199254740992.0 DOUBLE
#          csv: 9007199254740993 BIGINT
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @duckdb/node-api@1.5.6-r.1
cat >sums.js <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run('CREATE TABLE bills (cents BIGINT)');
await connection.run('INSERT INTO bills VALUES (9007199254740992), (1)');
const sum = 'SELECT sum(cents) AS cents FROM bills';
for (const format of ['parquet', 'csv']) await connection.run(`COPY (${sum}) TO 'sum.${format}'`);
for (const [from, table] of [
  ['query', `(${sum})`],
  ['parquet', `'sum.parquet'`],
  ['csv', `'sum.csv'`],
]) {
  const rows = await connection.runAndReadAll(`SELECT CAST(cents AS VARCHAR), typeof(cents) FROM ${table}`);
  console.log(`${from}: ${rows.getRows()[0].join(' ')}`);
}
JS
seen=$(node sums.js)
echo "$seen"
[ "$seen" = "query: 9007199254740993 HUGEINT
parquet: 9007199254740992.0 DOUBLE
csv: 9007199254740993 BIGINT" ]
