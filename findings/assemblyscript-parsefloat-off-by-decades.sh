#!/usr/bin/env bash
# AssemblyScript 0.28.20, its parseFloat compiled to WebAssembly, beside that of JavaScript.
#
# Large numbers in the text that JavaScript gives them, the shortest that names them.
# Guess: the same number, or a neighbour of it, since an exact conversion takes long arithmetic.
# Seen:  of random doubles between 1e38 and 1e54 about every second one is read as one of 1e37 to 1e39, by up to fourteen decades too
#        small; texts of fewer digits are right, and so are those beside:
#          9.657e+51 -> 9.657e+51
#          4.321098765432109e+51 -> 4.321098765432109e+51
#          9.657292484339406e+51 -> 9.657292484339406e+37
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact assemblyscript@0.28.20
echo 'export function parse(text: string): f64 { return parseFloat(text); }' >parse.ts
node_modules/.bin/asc parse.ts --outFile parse.wasm --bindings esm --exportRuntime
cat >compare.js <<'JS'
import { parse } from './parse.js';
for (const text of ['9.657e+51', '4.321098765432109e+51', '9.657292484339406e+51']) {
  if (String(Number(text)) !== text) process.exit(2);
  console.log(`${text} -> ${parse(text)}`);
}
JS
seen=$(node compare.js)
echo "$seen"
[ "$seen" = '9.657e+51 -> 9.657e+51
4.321098765432109e+51 -> 4.321098765432109e+51
9.657292484339406e+51 -> 9.657292484339406e+37' ]
