#!/usr/bin/env bash
# txml 6.0.3.
#
# Attribute names that begin with an underscore or a letter beyond ASCII; both may begin a name (XML 1.0, 2.3).
# Guess: the attributes are there under their names; or the document is refused.
# Seen:  what stands before the first ASCII letter is skipped: `_id` takes the place of `id`, and a name without such a letter is gone:
#          <order id="17" _id="draft"/> -> {"id":"draft"}
#          <order größe="40" é="1" n="2"/> -> {"größe":"40","n":"2"}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact txml@6.0.3
cat >names.mjs <<'JS'
import { parse } from 'txml';
for (const xml of ['<order id="17" _id="draft"/>', '<order größe="40" é="1" n="2"/>']) {
  console.log(`${xml} -> ${JSON.stringify(parse(xml)[0].attributes)}`);
}
JS
seen=$(node names.mjs)
echo "$seen"
[ "$seen" = '<order id="17" _id="draft"/> -> {"id":"draft"}
<order größe="40" é="1" n="2"/> -> {"größe":"40","n":"2"}' ]
