#!/usr/bin/env bash
# @we-gold/gpxjs 1.2.0, with @xmldom/xmldom 0.9.12.
#
# Length and duration of a GPX track of two segments: a receiver that was switched off on the way writes a segment for each part. GPX 1.1: to show a
# track where reception was lost or the receiver was off, a new segment begins.
# Guess: the sum of both parts, 1.1 and 1.1 kilometres, in 600 and 600 seconds.
# Seen:  segments are joined: the way between them, 111 kilometres here, is counted as gone; of the time each track lacks its last stretch:
#          one part: 1.1 km in 0 s
#          both parts: 113.4 km in 7800 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @we-gold/gpxjs@1.2.0 @xmldom/xmldom@0.9.12
cat >length.js <<'JS'
import { parseGPXWithCustomParser } from '@we-gold/gpxjs';
import { DOMParser } from '@xmldom/xmldom';
const point = (latitude, time) => `<trkpt lat="${latitude}" lon="8"><time>2024-01-05T${time}Z</time></trkpt>`;
const morning = `<trkseg>${point('47.00', '10:00:00')}${point('47.01', '10:10:00')}</trkseg>`;
const noon = `<trkseg>${point('48.01', '12:10:00')}${point('48.02', '12:20:00')}</trkseg>`;
for (const [name, segments] of [
  ['one part', morning],
  ['both parts', morning + noon],
]) {
  const xml = `<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk>${segments}</trk></gpx>`;
  const [gpx, error] = parseGPXWithCustomParser(xml, (text) => new DOMParser().parseFromString(text, 'text/xml'));
  if (error !== null) throw error;
  const [{ distance, duration }] = gpx.tracks;
  console.log(`${name}: ${(distance.total / 1000).toFixed(1)} km in ${duration.totalDuration} s`);
}
JS
seen=$(node length.js)
echo "$seen"
[ "$seen" = "one part: 1.1 km in 0 s
both parts: 113.4 km in 7800 s" ]
