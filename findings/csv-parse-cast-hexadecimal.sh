#!/usr/bin/env bash
# csv-parse 7.0.3.
#
# The option `cast`, which makes numbers of fields that are numbers, on identifiers that are written in hexadecimal (device ids, addresses).
# Guess: they stay text, as ids with letters do, or become the number that JavaScript reads in them, 31 for 0x1F.
# Seen:  each of them becomes 0; binary and octal notation too. What is lost is not told:
#          0x1F: 0
#          0xFFFF: 0
#          0b11: 0
#          0o17: 0
#          12ab: "12ab"
#          0x1G: "0x1G"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact csv-parse@7.0.3
cat >cast.js <<'JS'
import { parse } from 'csv-parse/sync';
for (const field of ['0x1F', '0xFFFF', '0b11', '0o17', '12ab', '0x1G']) {
  console.log(`${field}: ${JSON.stringify(parse(field, { cast: true })[0][0])}`);
}
JS
seen=$(node cast.js)
echo "$seen"
[ "$seen" = "0x1F: 0
0xFFFF: 0
0b11: 0
0o17: 0
12ab: \"12ab\"
0x1G: \"0x1G\"" ]
