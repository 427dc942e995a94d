#!/usr/bin/env bash
# @prettier/plugin-xml 3.4.2 with prettier 3.10.1.
#
# xmlWhitespaceSensitivity "ignore" says that white space does not matter: it may be added or left out where there is some or where an element
# begins or ends.
# Guess: a word that holds a reference stays one word.
# Seen:  blanks are put around each reference, so that names and words come apart; a second pass changes nothing more:
#          AT&amp;T -> AT &amp; T
#          O&apos;Neil -> O &apos; Neil
#          caf&#233;s -> caf &#233; s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact prettier@3.10.1 @prettier/plugin-xml@3.4.2
cat >words.js <<'JS'
import xml from '@prettier/plugin-xml';
import prettier from 'prettier';
for (const word of ['AT&amp;T', 'O&apos;Neil', 'caf&#233;s']) {
  const options = { parser: 'xml', plugins: [xml], xmlWhitespaceSensitivity: 'ignore' };
  const text = await prettier.format(`<name>${word}</name>`, options);
  const isStable = (await prettier.format(text, options)) === text;
  console.log(`${word} -> ${text.replace(/<\/?name>/g, '').trim()}${isStable ? '' : ' (changes again)'}`);
}
JS
seen=$(node words.js)
echo "$seen"
[ "$seen" = "AT&amp;T -> AT &amp; T
O&apos;Neil -> O &apos; Neil
caf&#233;s -> caf &#233; s" ]
