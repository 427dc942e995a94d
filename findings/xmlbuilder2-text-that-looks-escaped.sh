#!/usr/bin/env bash
# xmlbuilder2 4.0.3 as writer, saxes 6.0.0 as reader.
#
# Texts with an ampersand, as a column of a database holds them: one about markup, one that happens to have a semicolon behind a word.
# Guess: a writer of XML escapes every ampersand of a text (XML 1.0, 2.4), so that a reader gets the text back.
# Seen:  what looks like a reference is left alone. The first text comes back as another; the second makes the document malformed, for
#        there is no such entity; only a lone ampersand is escaped:
#          use &lt;b&gt; -> <r>use &lt;b&gt;</r> -> use <b>
#          from R&D; late -> <r>from R&D; late</r> -> undefined entity
#          from R&D, late -> <r>from R&amp;D, late</r> -> from R&D, late
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact xmlbuilder2@4.0.3 saxes@6.0.0
cat >escape.cjs <<'JS'
const { create } = require('xmlbuilder2');
const { SaxesParser } = require('saxes');
const read = (xml) => {
  const parser = new SaxesParser();
  let all = '';
  parser.on('text', (text) => (all += text));
  try {
    parser.write(xml).close();
    return all;
  } catch ({ message }) {
    return /undefined entity/.exec(message)?.[0] ?? message;
  }
};
for (const text of ['use &lt;b&gt;', 'from R&D; late', 'from R&D, late']) {
  const xml = create().ele('r').txt(text).end({ headless: true });
  console.log(`${text} -> ${xml} -> ${read(xml)}`);
}
JS
seen=$(node escape.cjs)
echo "$seen"
[ "$seen" = 'use &lt;b&gt; -> <r>use &lt;b&gt;</r> -> use <b>
from R&D; late -> <r>from R&D; late</r> -> undefined entity
from R&D, late -> <r>from R&amp;D, late</r> -> from R&D, late' ]
