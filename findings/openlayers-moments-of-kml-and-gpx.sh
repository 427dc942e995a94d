#!/usr/bin/env bash
# ol 10.11.0 (OpenLayers), its readers of KML and GPX, with jsdom 26.1.0 for a DOM.
#
# The same moment, 5 January 2024 10:00 UTC, as a track's point in either format; and a track of which one point has no elevation.
# Guess: both give the moment as one number (the last of the coordinates); an elevation that is not there stays away.
# Seen:  KML's is in milliseconds, GPX's in seconds; beside a point with an elevation, one without lies at sea level:
#          KML: 1704448800000
#          GPX: 1704448800
#          elevations: 850, 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact ol@10.11.0 jsdom@26.1.0
cat >read.js <<'JS'
import { JSDOM } from 'jsdom';
const { window } = new JSDOM('');
for (const name of ['DOMParser', 'XMLSerializer', 'Node', 'Document', 'Element', 'document']) globalThis[name] = window[name];
const [{ default: KML }, { default: GPX }] = await Promise.all(['KML', 'GPX'].map((name) => import(`ol/format/${name}.js`)));
const pointsOf = (format, text) => format.readFeatures(text)[0].getGeometry().getCoordinates().flat(Infinity);
const kml = `<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>
  <when>2024-01-05T10:00:00Z</when><gx:coord>2 1 850</gx:coord></gx:Track></Placemark></kml>`;
const gpx = (points) => `<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>${points}</trkseg></trk></gpx>`;
const timed = '<trkpt lat="1" lon="2"><ele>850</ele><time>2024-01-05T10:00:00Z</time></trkpt>';
const plain = '<trkpt lat="1" lon="2"/>';
console.log(`KML: ${pointsOf(new KML({ extractStyles: false }), kml).at(-1)}`);
console.log(`GPX: ${pointsOf(new GPX(), gpx(timed)).at(-1)}`);
const points = pointsOf(new GPX(), gpx(`<trkpt lat="1" lon="2"><ele>850</ele></trkpt>${plain}`));
console.log(`elevations: ${points.filter((_, at) => at % 3 === 2).join(', ')}`);
JS
seen=$(node read.js)
echo "$seen"
[ "$seen" = "KML: 1704448800000
GPX: 1704448800
elevations: 850, 0" ]
