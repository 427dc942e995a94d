#!/usr/bin/env bash
# node-sql-parser 5.4.0, dialect transactsql: a statement is read and written again, as tools do that check or rewrite SQL.
#
# Three statements of T-SQL that are everywhere: the number of rows, a conversion to text of any length, a list of values with names.
# Guess: what is written means the same; or reading fails.
# Seen:  `@@ROWCOUNT` becomes a column `@` with another name, and the others are no SQL any more; reading says nothing:
#          SELECT @@ROWCOUNT -> SELECT [@] AS [@ROWCOUNT]
#          SELECT CAST(a AS nvarchar(max)) FROM t -> SELECT CAST([a] AS NVARCHARmax) FROM [t]
#          SELECT x FROM (VALUES (1)) v(x) -> SELECT [x] FROM (VALUES (1)) AS [v(x)]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node-sql-parser@5.4.0
cat >again.cjs <<'JS'
const { Parser } = require('node-sql-parser');
const parser = new Parser();
const dialect = { database: 'transactsql' };
for (const sql of ['SELECT @@ROWCOUNT', 'SELECT CAST(a AS nvarchar(max)) FROM t', 'SELECT x FROM (VALUES (1)) v(x)']) {
  console.log(`${sql} -> ${parser.sqlify(parser.astify(sql, dialect), dialect)}`);
}
JS
seen=$(node again.cjs)
echo "$seen"
[ "$seen" = 'SELECT @@ROWCOUNT -> SELECT [@] AS [@ROWCOUNT]
SELECT CAST(a AS nvarchar(max)) FROM t -> SELECT CAST([a] AS NVARCHARmax) FROM [t]
SELECT x FROM (VALUES (1)) v(x) -> SELECT [x] FROM (VALUES (1)) AS [v(x)]' ]
