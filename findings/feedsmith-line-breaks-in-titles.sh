#!/usr/bin/env bash
# feedsmith 3.0.1, its writer of RSS; saxes 6.0.0 as reader.
#
# Guess: a title comes out as it went in, also one with "&" or "<".
# Seen:  such texts become CDATA sections on lines of their own, with line breaks and blanks around them that belong to the text; a neighbour
#        without these characters has none, so that equal titles of two feeds differ, and a link is no address any more:
#          item 1 title: "Cats and Dogs"
#          item 1 link: "https://example.org/?a=1"
#          item 2 title: "\n        Cats & Dogs\n      "
#          item 2 link: "\n        https://example.org/?a=1&b=2\n      "
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact feedsmith@3.0.1 saxes@6.0.0
cat >feed.js <<'JS'
import { generateRssFeed } from 'feedsmith';
import { SaxesParser } from 'saxes';
const feed = generateRssFeed({
  title: 'Pets',
  link: 'https://example.org/',
  description: 'About pets',
  items: [
    { title: 'Cats and Dogs', link: 'https://example.org/?a=1' },
    { title: 'Cats & Dogs', link: 'https://example.org/?a=1&b=2' },
  ],
});
const reader = new SaxesParser();
let [item, text] = [0, ''];
reader.on('opentag', ({ name }) => {
  if (name === 'item') item += 1;
  text = '';
});
const add = (more) => {
  text += more;
};
reader.on('text', add);
reader.on('cdata', add);
reader.on('closetag', ({ name }) => {
  if (item > 0 && (name === 'title' || name === 'link')) console.log(`item ${item} ${name}: ${JSON.stringify(text)}`);
});
reader.write(feed).close();
JS
seen=$(node feed.js)
echo "$seen"
[ "$seen" = "item 1 title: \"Cats and Dogs\"
item 1 link: \"https://example.org/?a=1\"
item 2 title: \"\\n        Cats & Dogs\\n      \"
item 2 link: \"\\n        https://example.org/?a=1&b=2\\n      \"" ]
