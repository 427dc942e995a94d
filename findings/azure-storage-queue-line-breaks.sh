#!/usr/bin/env bash
# @azure/storage-queue 12.30.0 (with @azure/core-xml 1.5.1), against the queue service of Azurite 3.37.0.
#
# A message of two lines, sent and received with the same client. A message may be any text that XML can carry.
# Guess: what was sent is received.
# Seen:  the client takes every line feed out of the XML that it sends, those of the text too; a carriage return comes back as the
#        reference that the service wrote it as, since the client decodes named references only:
#          "one\ntwo" -> "onetwo"
#          "one\r\ntwo" -> "one&#xD;two"
# Whoever encodes messages in base64, as triggers of Azure Functions expect by default, never sees it.
set -euo pipefail
folder=$(mktemp -d)
trap '{ kill -9 "$azurite" && wait "$azurite"; } 2>/dev/null || true; rm -rf "$folder"' EXIT
azurite=
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact azurite@3.37.0 @azure/storage-queue@12.30.0 @azure/core-xml@1.5.1
node node_modules/azurite/dist/src/queue/main.js --queuePort 0 --skipApiVersionCheck --disableTelemetry --location "$folder" >azurite.log &
azurite=$!
for _ in $(seq 150); do
  address=$(sed -n 's/.*successfully listens on \(http[^ ]*\).*/\1/p' azurite.log)
  [ -z "$address" ] || break
  sleep 0.2
done
cat >lines.mjs <<'JS'
import { QueueClient, StorageSharedKeyCredential } from '@azure/storage-queue';
// The account and key that every Azurite has.
const credential = new StorageSharedKeyCredential(
  'devstoreaccount1',
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
);
const queue = new QueueClient(`${process.argv[2]}/devstoreaccount1/lines`, credential);
await queue.create();
for (const text of ['one\ntwo', 'one\r\ntwo']) {
  await queue.sendMessage(text);
  const [{ messageText }] = (await queue.peekMessages()).peekedMessageItems;
  console.log(`${JSON.stringify(text)} -> ${JSON.stringify(messageText)}`);
  await queue.clearMessages();
}
JS
seen=$(node lines.mjs "$address")
echo "$seen"
[ "$seen" = '"one\ntwo" -> "onetwo"
"one\r\ntwo" -> "one&#xD;two"' ]
