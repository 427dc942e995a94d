#!/usr/bin/env bash
# fontoxpath 3.34.0.
#
# The last instant of 2024 in the form with hour 24, which XML Schema (part 2, 3.2.7) allows for the first instant of the next day.
# Guess: cast to xs:dateTime and written again it is 2025-01-01T00:00:00, as the canonical form says, and its day is 1.
# Seen:  the hour becomes 0 and the day is counted up without a look at the month; the library cannot read what it wrote:
#          2024-12-32T00:00:00, day 32, equal to the new year: true, readable: false
# Adding a duration of zero gives the right text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fontoxpath@3.34.0
cat >day.cjs <<'JS'
const { evaluateXPathToString } = require('fontoxpath');
const ask = (expression) => evaluateXPathToString(`let $end := xs:dateTime('2024-12-31T24:00:00') return string(${expression})`, null);
const equal = ask("$end eq xs:dateTime('2025-01-01T00:00:00')");
const readable = ask('string($end) castable as xs:dateTime');
console.log(`${ask('$end')}, day ${ask('day-from-dateTime($end)')}, equal to the new year: ${equal}, readable: ${readable}`);
JS
seen=$(node day.cjs)
echo "$seen"
[ "$seen" = '2024-12-32T00:00:00, day 32, equal to the new year: true, readable: false' ]
