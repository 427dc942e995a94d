#!/usr/bin/env bash
# tedious 20.3.9, the driver under mssql 12.
#
# The last millisecond of a year as a parameter of type datetime2(0) or time(0). On the wire (MS-TDS 2.2.5.5.1.8) the time of day is a
# count of units since midnight, so less than a whole day.
# Guess: what SQL Server makes of that moment is sent, midnight of the next day; or 23:59:59, cut off.
# Seen:  the time alone is rounded, and the date does not follow: a clock that shows 24:00:00, which neither type has:
#          datetime2(0): 86400 s after the midnight of 2024-12-31
#          time(0): 86400 s after midnight
# With a scale of 3 or more a Date needs no rounding.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact tedious@20.3.9
cat >moment.cjs <<'JS'
const { TYPES: { DateTime2, Time } } = require('tedious');
const WritableTrackingBuffer = require('tedious/lib/tracking-buffer/writable-tracking-buffer');
const options = { useUTC: true };
const encode = (type) => {
  const value = type.validate(new Date('2024-12-31T23:59:59.999Z'), undefined, options);
  const buffer = new WritableTrackingBuffer();
  type.writeValue(buffer, { value, scale: 0 }, options);
  return buffer.data.subarray(1); // after the length
};
const moment = encode(DateTime2);
const day = new Date(Date.parse('0001-01-01T00:00:00Z') + moment.readUIntLE(3, 3) * 86_400_000);
console.log(`datetime2(0): ${moment.readUIntLE(0, 3)} s after the midnight of ${day.toISOString().slice(0, 10)}`);
console.log(`time(0): ${encode(Time).readUIntLE(0, 3)} s after midnight`);
JS
seen=$(node moment.cjs)
echo "$seen"
[ "$seen" = $'datetime2(0): 86400 s after the midnight of 2024-12-31\ntime(0): 86400 s after midnight' ]
