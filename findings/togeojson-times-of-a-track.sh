#!/usr/bin/env bash
# @tmcw/togeojson 7.1.3, with @xmldom/xmldom 0.9.12.
#
# A GPX track of which one point has no <time>, as receivers write them before they know the date; the element is optional.
# Guess: `coordinateProperties.times` beside the coordinates has a hole there, as GeoJSON readers take both by position.
# Seen:  it is shorter, so each later point has the time of the next one and the last has none. A missing <ele> is told apart:
#          coordinates: [[8.1,47.1,400],[8.2,47.2],[8.3,47.3,420]]
#          times, all three there: ["10:00:00","10:00:10","10:00:20"]
#          times, first missing: ["10:00:10","10:00:20"]
#          times, second missing: ["10:00:00","10:00:20"]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @tmcw/togeojson@7.1.3 @xmldom/xmldom@0.9.12
cat >track.js <<'JS'
import { gpx } from '@tmcw/togeojson';
import { DOMParser } from '@xmldom/xmldom';
const points = [
  { at: 'lat="47.1" lon="8.1"', ele: '<ele>400</ele>', time: '10:00:00' },
  { at: 'lat="47.2" lon="8.2"', ele: '', time: '10:00:10' },
  { at: 'lat="47.3" lon="8.3"', ele: '<ele>420</ele>', time: '10:00:20' },
];
const track = (without) => {
  const text = points.map(({ at, ele, time }, index) => {
    return `<trkpt ${at}>${ele}${index === without ? '' : `<time>2024-01-05T${time}Z</time>`}</trkpt>`;
  });
  const xml = `<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${text.join('')}</trkseg></trk></gpx>`;
  return gpx(new DOMParser().parseFromString(xml, 'text/xml')).features[0];
};
console.log(`coordinates: ${JSON.stringify(track().geometry.coordinates)}`);
for (const [name, without] of [
  ['all three there', -1],
  ['first missing', 0],
  ['second missing', 1],
]) {
  const { times } = track(without).properties.coordinateProperties;
  console.log(`times, ${name}: ${JSON.stringify(times.map((time) => time.slice(11, 19)))}`);
}
JS
seen=$(node track.js)
echo "$seen"
[ "$seen" = "coordinates: [[8.1,47.1,400],[8.2,47.2],[8.3,47.3,420]]
times, all three there: [\"10:00:00\",\"10:00:10\",\"10:00:20\"]
times, first missing: [\"10:00:10\",\"10:00:20\"]
times, second missing: [\"10:00:00\",\"10:00:20\"]" ]
