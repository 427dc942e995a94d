#!/usr/bin/env bash
# cron-parser 5.10.6 beside croner 11.0.1.
#
# Every day at two, on Lord Howe Island, whose clocks go back by half an hour in autumn (2024-04-07 at 2:00, to 1:30).
# Guess: two times are found for the two nights; 2:00 of the second is that after the change, or that before it.
# Seen:  cron-parser finds the night before and then gives the expression up as one that matches nothing:
#          cron-parser: 2024-04-05T15:00Z, Invalid expression, loop limit exceeded
#          croner: 2024-04-05T15:00Z, 2024-04-06T15:30Z
# So a schedule that has run all year stops with an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact cron-parser@5.10.6 croner@11.0.1
cat >nights.mjs <<'JS'
import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
const [schedule, zone, from] = ['0 2 * * *', 'Australia/Lord_Howe', new Date('2024-04-05T12:00Z')];
const print = (name, ask) => {
  const show = () => {
    try {
      return `${ask().toISOString().slice(0, 16)}Z`;
    } catch (error) {
      return error.message;
    }
  };
  console.log(`${name}: ${show()}, ${show()}`);
};
const parsed = CronExpressionParser.parse(schedule, { tz: zone, currentDate: from });
print('cron-parser', () => parsed.next().toDate());
const times = new Cron(schedule, { timezone: zone }).nextRuns(2, from);
print('croner', () => times.shift());
JS
seen=$(node nights.mjs)
echo "$seen"
[ "$seen" = $'cron-parser: 2024-04-05T15:00Z, Invalid expression, loop limit exceeded\ncroner: 2024-04-05T15:00Z, 2024-04-06T15:30Z' ]
