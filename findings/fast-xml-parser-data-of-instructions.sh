#!/usr/bin/env bash
# fast-xml-parser 5.12.1, its reader and its writer with preserveOrder, which keeps what a document has in its order.
#
# Guess: a processing instruction keeps its data, whatever it is: XML asks for no form of it.
# Seen:  the data is kept only where it happens to look like attributes, of other data nothing is left, neither in the tree nor written:
#          <?style href="a.css"?> -> <?style href="a.css"?>
#          <?page 12?> -> <?page?>
#          <?sort by name, then date?> -> <?sort?>
#          <?formula a + b = "c"?> -> <?formula b="c"?>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact fast-xml-parser@5.12.1
cat >write.js <<'JS'
import { XMLBuilder, XMLParser } from 'fast-xml-parser';
const options = { ignoreAttributes: false, preserveOrder: true, trimValues: false };
for (const instruction of ['<?style href="a.css"?>', '<?page 12?>', '<?sort by name, then date?>', '<?formula a + b = "c"?>']) {
  const written = new XMLBuilder(options).build(new XMLParser(options).parse(`<r>${instruction}</r>`));
  console.log(`${instruction} -> ${written.replace(/^<r>|<\/r>$/g, '')}`);
}
JS
seen=$(node write.js)
echo "$seen"
[ "$seen" = "<?style href=\"a.css\"?> -> <?style href=\"a.css\"?>
<?page 12?> -> <?page?>
<?sort by name, then date?> -> <?sort?>
<?formula a + b = \"c\"?> -> <?formula b=\"c\"?>" ]
