#!/usr/bin/env bash
# cron-parser 5.10.6 and croner 11.0.1.
#
# The night in which clocks go back (Berlin, 2024-10-27 at 3:00, to 2:00), and a job at two. Both libraries run it once, at the first two.
# Guess: a job at two and at four (`0 2,4 * * *`) runs twice in that night, in both.
# Seen:  with a second hour in the list, croner runs at both twos, and cron-parser does not:
#          0 2: cron-parser 00:00Z, croner 00:00Z
#          0 2,4: cron-parser 00:00Z 03:00Z, croner 00:00Z 01:00Z 03:00Z
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact cron-parser@5.10.6 croner@11.0.1
cat >night.mjs <<'JS'
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
const [timezone, from, to] = ['Europe/Berlin', new Date('2024-10-26T20:00Z'), new Date('2024-10-27T06:00Z')];
const show = (times) => times.filter((time) => time < to).map((time) => `${time.toISOString().slice(11, 16)}Z`).join(' ');
for (const hours of ['0 2', '0 2,4']) {
  const parsed = CronExpressionParser.parse(`${hours} * * *`, { tz: timezone, currentDate: from });
  const first = show(Array.from({ length: 5 }, () => parsed.next().toDate()));
  console.log(`${hours}: cron-parser ${first}, croner ${show(new Cron(`${hours} * * *`, { timezone }).nextRuns(5, from))}`);
}
JS
seen=$(node night.mjs)
echo "$seen"
[ "$seen" = $'0 2: cron-parser 00:00Z, croner 00:00Z\n0 2,4: cron-parser 00:00Z 03:00Z, croner 00:00Z 01:00Z 03:00Z' ]
