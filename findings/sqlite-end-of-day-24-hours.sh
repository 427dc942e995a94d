#!/usr/bin/env bash
# SQLite 3.53.4, as Node.js 24.21.0 has it in node:sqlite.
#
# `24:00:00` is the end of a day in XML Schema (part 2, 3.2.7) and ISO 8601; SQLite takes it, and unixepoch() gives the next midnight.
# Guess: datetime() shows every such moment in the same way: as it stood, or as 00:00:00 of the next day.
# Seen:  up to the 28th of a month it stands as it was. From the 29th on the day moves on while the hour stays, which is a day too late:
#          2024-12-28 24:00:00 -> 2024-12-28 24:00:00, 86400 s of the day
#          2024-12-29 24:00:00 -> 2024-12-30 24:00:00, 86400 s of the day
# With the modifier '+0 days' both become the next midnight.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0
cat >day.mjs <<'JS'
import { DatabaseSync } from 'node:sqlite';
const query = new DatabaseSync(':memory:').prepare(
  'SELECT datetime(at) AS shown, unixepoch(at) - unixepoch(substr(at, 1, 10)) AS seconds FROM (SELECT ? AS at)',
);
for (const at of ['2024-12-28 24:00:00', '2024-12-29 24:00:00']) {
  const { shown, seconds } = query.get(at);
  console.log(`${at} -> ${shown}, ${seconds} s of the day`);
}
JS
seen=$(node_modules/.bin/node day.mjs)
echo "$seen"
[ "$seen" = '2024-12-28 24:00:00 -> 2024-12-28 24:00:00, 86400 s of the day
2024-12-29 24:00:00 -> 2024-12-30 24:00:00, 86400 s of the day' ]
