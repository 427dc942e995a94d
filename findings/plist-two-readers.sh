#!/usr/bin/env bash
# @plist/plist 1.0.0 beside plist 5.0.0, on an XML property list.
#
# Guess: a string is what any XML reader gives; a whole number beyond 2^53 and one in hexadecimal (both are read on a Mac) are kept.
# Seen:  the two agree on hardly any: one trims strings and leaves numeric references as they are written, the other rounds and reads 0x1F as 0:
#          <string>  two blanks  </string>: @plist/plist "two blanks", plist "  two blanks  "
#          <string>&#169; 2026</string>: @plist/plist "&#169; 2026", plist "© 2026"
#          <string>a &amp; b</string>: @plist/plist "a & b", plist "a & b"
#          <integer>9007199254740993</integer>: @plist/plist 9007199254740993, plist 9007199254740992
#          <integer>0x1F</integer>: @plist/plist 31, plist 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @plist/plist@1.0.0 plist@5.0.0
cat >read.js <<'JS'
import { parse as first } from '@plist/plist';
import * as second from 'plist';
const shown = (value) => (typeof value === 'string' ? JSON.stringify(value) : String(value));
for (const value of [
  '<string>  two blanks  </string>',
  '<string>&#169; 2026</string>',
  '<string>a &amp; b</string>',
  '<integer>9007199254740993</integer>',
  '<integer>0x1F</integer>',
]) {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>v</key>${value}</dict></plist>`;
  console.log(`${value}: @plist/plist ${shown(first(xml).v)}, plist ${shown(second.parse(xml).v)}`);
}
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = "<string>  two blanks  </string>: @plist/plist \"two blanks\", plist \"  two blanks  \"
<string>&#169; 2026</string>: @plist/plist \"&#169; 2026\", plist \"© 2026\"
<string>a &amp; b</string>: @plist/plist \"a & b\", plist \"a & b\"
<integer>9007199254740993</integer>: @plist/plist 9007199254740993, plist 9007199254740992
<integer>0x1F</integer>: @plist/plist 31, plist 0" ]
