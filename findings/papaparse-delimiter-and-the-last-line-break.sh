#!/usr/bin/env bash
# papaparse 5.7.1.
#
# The delimiter that is found by itself, for tables as spreadsheets of half of Europe write them: semicolons between fields, a comma in amounts;
# with and without the line break at the end of the file.
# Guess: the semicolon in both: it is in every line as often, and the heading has no comma. The last line break changes nothing.
# Seen:  with it, which nearly every file has, none is found in so short a table, and the comma is taken: the first field swallows the second,
#        cut at its decimal comma. An error says so, beside rows that look whole:
#          "id;amount\n1;1,50\n2;2,50": delimiter ; first row ["1","1,50"], errors []
#          "id;amount\n1;1,50\n2;2,50\n": delimiter , first row ["1;1","50"], errors ["UndetectableDelimiter"]
#          "a|b\n1,5|2,5": delimiter | first row ["1,5","2,5"], errors []
#          "a|b\n1,5|2,5\n": delimiter , first row ["1","5|2","5"], errors ["UndetectableDelimiter"]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact papaparse@5.7.1
cat >guess.js <<'JS'
import Papa from 'papaparse';
for (const table of ['id;amount\n1;1,50\n2;2,50', 'a|b\n1,5|2,5']) {
  for (const text of [table, `${table}\n`]) {
    const { data, meta, errors } = Papa.parse(text);
    const told = JSON.stringify(errors.map(({ code }) => code));
    console.log(`${JSON.stringify(text)}: delimiter ${meta.delimiter} first row ${JSON.stringify(data[1])}, errors ${told}`);
  }
}
JS
seen=$(node guess.js)
echo "$seen"
[ "$seen" = "\"id;amount\\n1;1,50\\n2;2,50\": delimiter ; first row [\"1\",\"1,50\"], errors []
\"id;amount\\n1;1,50\\n2;2,50\\n\": delimiter , first row [\"1;1\",\"50\"], errors [\"UndetectableDelimiter\"]
\"a|b\\n1,5|2,5\": delimiter | first row [\"1,5\",\"2,5\"], errors []
\"a|b\\n1,5|2,5\\n\": delimiter , first row [\"1\",\"5|2\",\"5\"], errors [\"UndetectableDelimiter\"]" ]
