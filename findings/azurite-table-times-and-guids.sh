#!/usr/bin/env bash
# Azurite 3.37.0, its table service, asked by @azure/data-tables 13.3.2.
#
# An entity with a time of 100 ns steps, as the service stores them (Edm.DateTime) and stamps every entity with, and a GUID.
# Guess: filters compare what is stored: the time is later than one a step before, and case of hexadecimal digits does not matter.
# Seen:  the whole time is stored and given back, but compared by the millisecond; a GUID is compared as text:
#          stored: 2024-01-01T00:00:00.1234567Z
#          at gt datetime'2024-01-01T00:00:00.1234566Z': not found
#          at gt datetime'2024-01-01T00:00:00.122Z': found
#          id eq guid'01234567-89AB-CDEF-0123-456789ABCDEF': found
#          id eq guid'01234567-89ab-cdef-0123-456789abcdef': not found
# So a reader that goes on after the last Timestamp it saw skips entities here.
set -euo pipefail
folder=$(mktemp -d)
trap '{ kill -9 "$azurite" && wait "$azurite"; } 2>/dev/null || true; rm -rf "$folder"' EXIT
azurite=
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact azurite@3.37.0 @azure/data-tables@13.3.2
port=$(node -e "const server = require('node:net').createServer().listen(0, () => { console.log(server.address().port); server.close(); })")
node node_modules/azurite/dist/src/table/main.js --tablePort "$port" --skipApiVersionCheck --disableTelemetry --location "$folder" >azurite.log &
azurite=$!
for _ in $(seq 150); do
  ! grep -q 'successfully started' azurite.log || break
  sleep 0.2
done
cat >filters.mjs <<'JS'
import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';
// The account and key that every Azurite has.
const credential = new AzureNamedKeyCredential(
  'devstoreaccount1',
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
);
const table = new TableClient(`${process.argv[2]}/devstoreaccount1`, 'visits', credential, { allowInsecureConnection: true });
await table.createTable();
const id = '01234567-89AB-CDEF-0123-456789ABCDEF';
const at = { type: 'DateTime', value: '2024-01-01T00:00:00.1234567Z' };
await table.createEntity({ partitionKey: 'a', rowKey: '1', at, id: { type: 'Guid', value: id } });
console.log(`stored: ${(await table.getEntity('a', '1', { disableTypeConversion: true })).at.value}`);
for (const filter of [
  "at gt datetime'2024-01-01T00:00:00.1234566Z'",
  "at gt datetime'2024-01-01T00:00:00.122Z'",
  `id eq guid'${id}'`,
  `id eq guid'${id.toLowerCase()}'`,
]) {
  const { value } = await table.listEntities({ queryOptions: { filter } }).next();
  console.log(`${filter}: ${value === undefined ? 'not found' : 'found'}`);
}
JS
seen=$(node filters.mjs "http://127.0.0.1:$port")
echo "$seen"
[ "$seen" = "stored: 2024-01-01T00:00:00.1234567Z
at gt datetime'2024-01-01T00:00:00.1234566Z': not found
at gt datetime'2024-01-01T00:00:00.122Z': found
id eq guid'01234567-89AB-CDEF-0123-456789ABCDEF': found
id eq guid'01234567-89ab-cdef-0123-456789abcdef': not found" ]
