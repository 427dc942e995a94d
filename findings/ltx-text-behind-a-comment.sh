#!/usr/bin/env bash
# ltx 3.1.2.
#
# Text of an element around a comment, a processing instruction or a CDATA section.
# Guess: comments and instructions leave no trace, and the text before and behind them is there.
# Seen:  what stands behind them, as far as the next tag, is lost without a word; behind a child element all is there:
#          <a>one<!-- x -->two</a> -> one
#          <a><!-- x -->two</a> ->
#          <a>one<?p?>two</a> -> one
#          <a>one<![CDATA[ & ]]>two</a> -> one &
#          <a>one<b/>two</a> -> onetwo
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact ltx@3.1.2
cat >read.js <<'JS'
import { parse } from 'ltx';
for (const xml of [
  '<a>one<!-- x -->two</a>',
  '<a><!-- x -->two</a>',
  '<a>one<?p?>two</a>',
  '<a>one<![CDATA[ & ]]>two</a>',
  '<a>one<b/>two</a>',
])
  console.log(`${xml} -> ${parse(xml).getText()}`.trimEnd());
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = '<a>one<!-- x -->two</a> -> one
<a><!-- x -->two</a> ->
<a>one<?p?>two</a> -> one
<a>one<![CDATA[ & ]]>two</a> -> one &
<a>one<b/>two</a> -> onetwo' ]
