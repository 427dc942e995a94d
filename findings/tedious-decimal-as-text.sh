#!/usr/bin/env bash
# tedious 20.3.9, the driver under mssql 12.
#
# A decimal parameter whose value is given as text, as one does for values that a JavaScript number cannot hold.
# Guess: the text is sent as it is, or refused.
# Seen:  it becomes a binary float on the way, and without a scale the parameter is declared with none, so that the server rounds:
#          12345678901234567.89 -> 12345678901234568
#          12.345 is declared decimal(18, 0)
# A value that must stay exact goes to the server as nvarchar and is converted there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact tedious@20.3.9
cat >decimal.cjs <<'JS'
const { TYPES: { Decimal } } = require('tedious');
console.log(`12345678901234567.89 -> ${BigInt(Decimal.validate('12345678901234567.89'))}`);
console.log(`12.345 is declared ${Decimal.declaration({ type: Decimal, name: 'price', value: '12.345' })}`);
JS
seen=$(node decimal.cjs)
echo "$seen"
[ "$seen" = $'12345678901234567.89 -> 12345678901234568\n12.345 is declared decimal(18, 0)' ]
