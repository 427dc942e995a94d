#!/usr/bin/env bash
# saxon-js 2.7.0 (XPath 3.1).
#
# Times with more than three digits behind the second, as SQL Server's datetime2 and many logs write them.
# Guess: what is equal is equal text, and times a microsecond apart are not; if digits cannot be kept, an error.
# Seen:  digits beyond the third are cut without a word, so neighbours are equal, and their difference is nothing; those of a duration are
#        rounded instead:
#          string: 2024-01-05T10:00:00.123
#          a microsecond apart, equal: true
#          their difference: PT0S
#          half a millisecond as a duration: PT0.001S
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact saxon-js@2.7.0
cat >times.js <<'JS'
import saxon from 'saxon-js';
const evaluate = (expression) => saxon.XPath.evaluate(expression);
const time = (digits) => `xs:dateTime("2024-01-05T10:00:00.${digits}")`;
console.log(`string: ${evaluate(`string(${time('123456')})`)}`);
console.log(`a microsecond apart, equal: ${evaluate(`${time('123456')} = ${time('123457')}`)}`);
console.log(`their difference: ${evaluate(`string(${time('123457')} - ${time('123456')})`)}`);
console.log(`half a millisecond as a duration: ${evaluate('string(xs:dayTimeDuration("PT0.0005S"))')}`);
JS
seen=$(node times.js)
echo "$seen"
[ "$seen" = "string: 2024-01-05T10:00:00.123
a microsecond apart, equal: true
their difference: PT0S
half a millisecond as a duration: PT0.001S" ]
