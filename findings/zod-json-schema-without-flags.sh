#!/usr/bin/env bash
# zod 4.6.7, its toJSONSchema(), judged by Ajv 8.20.0.
#
# A schema with regular expressions that have flags, and the JSON Schema that zod makes of it for editors and other languages.
# Guess: both accept the same texts; or zod says that it cannot print a flag, as it says of dates, since JSON Schema has none.
# Seen:  the flag is left out without a word, so that the published schema refuses what the program takes:
#          /^[a-z]+$/i is published as ^[a-z]+$: "Bonn" zod yes, Ajv no
#          /^a.c$/s is published as ^a.c$: "a\nc" zod yes, Ajv no
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact zod@4.6.7 ajv@8.20.0
cat >flags.cjs <<'JS'
const { default: Ajv } = require('ajv/dist/2020');
const z = require('zod');
for (const [pattern, text] of [
  [/^[a-z]+$/i, 'Bonn'],
  [/^a.c$/s, 'a\nc'],
]) {
  const schema = z.string().regex(pattern);
  const published = z.toJSONSchema(schema);
  const say = (valid) => (valid ? 'yes' : 'no');
  const judged = `zod ${say(schema.safeParse(text).success)}, Ajv ${say(new Ajv().validate(published, text))}`;
  console.log(`${pattern} is published as ${published.pattern}: ${JSON.stringify(text)} ${judged}`);
}
JS
seen=$(node flags.cjs)
echo "$seen"
[ "$seen" = '/^[a-z]+$/i is published as ^[a-z]+$: "Bonn" zod yes, Ajv no
/^a.c$/s is published as ^a.c$: "a\nc" zod yes, Ajv no' ]
