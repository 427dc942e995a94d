#!/usr/bin/env bash
# yaml 2.9.1 beside js-yaml 5.5.0.
#
# A whole number with the tag of floats, which says to a reader with types that 1 is meant as 1.0. YAML 1.2.2 (10.3.2) lets a float be
# written without point and exponent; only without a tag such a text is an integer.
# Guess: both read the number 1.
# Seen:  js-yaml does. yaml wants a point or an exponent; with a warning on the console the value goes on as a text, so that sums of
#        it are joined:
#          rate: !!float 1.0 -> yaml 1, js-yaml 1
#          rate: !!float 1 -> yaml "1", js-yaml 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact yaml@2.9.1 js-yaml@5.5.0
cat >rate.mjs <<'JS'
import { load } from 'js-yaml';
import { parse } from 'yaml';
for (const text of ['rate: !!float 1.0', 'rate: !!float 1']) {
  console.log(`${text} -> yaml ${JSON.stringify(parse(text).rate)}, js-yaml ${JSON.stringify(load(text).rate)}`);
}
JS
seen=$(node rate.mjs 2>warning.log)
echo "$seen"
grep -q 'Unresolved tag' warning.log
[ "$seen" = 'rate: !!float 1.0 -> yaml 1, js-yaml 1
rate: !!float 1 -> yaml "1", js-yaml 1' ]
