#!/usr/bin/env bash
# durable-functions 3.5.0 (JavaScript), replayed by its own executor.
#
# A sliding window over activities: wait for any of two, then for any of the slow one and a new one.
# Guess: three activities are scheduled, since the slow one is the same task in both waits.
# Seen:  the second wait schedules the slow one again. Four calls stand in the actions; an activity runs twice:
#          slow quick | slow next
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact durable-functions@3.5.0
cat >window.cjs <<'JS'
const { Orchestrator } = require('durable-functions/lib/src/orchestrations/Orchestrator.js');

const orchestrate = new Orchestrator(function* ({ df }) {
  const slow = df.callActivity('work', 'slow');
  const quick = df.callActivity('work', 'quick');
  yield df.Task.any([slow, quick]);
  yield df.Task.any([slow, df.callActivity('work', 'next')]);
}).listen();

const event = (EventType, more) => ({ EventType, EventId: -1, IsPlayed: false, Timestamp: '2026-01-01T00:00:00Z', ...more });
const history = [
  event(12), // orchestrator started
  event(0, { Name: 'window', Input: 'null' }), // execution started
  event(4, { EventId: 0, Name: 'work' }), // slow scheduled
  event(4, { EventId: 1, Name: 'work' }), // quick scheduled
  event(13), // turn completed
  event(12),
  event(5, { TaskScheduledId: 1, Result: '"done"' }), // quick completed
];
const timers = { longRunningTimerIntervalDuration: '03:00:00', maximumShortTimerDuration: '06:00:00', defaultHttpAsyncRequestSleepTimeMillseconds: 30000 };
const trigger = { history, instanceId: 'one', isReplaying: false, input: null, upperSchemaVersion: 1, upperSchemaVersionNew: 2, ...timers };
orchestrate(trigger, {}).then(({ actions }) => {
  console.log(actions.flat().map((wait) => wait.compoundActions.map(({ input }) => JSON.parse(input)).join(' ')).join(' | '));
});
JS
seen=$(node window.cjs)
echo "$seen"
[ "$seen" = 'slow quick | slow next' ]
