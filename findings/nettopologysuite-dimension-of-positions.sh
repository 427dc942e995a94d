#!/usr/bin/env bash
# NetTopologySuite 2.6.0, its reader of GML (file-based programs of the .NET 10 SDK).
#
# GML lets srsDimension stand at the list of positions or at the geometry around it.
# Guess: both are read alike.
# Seen:  at the geometry it is passed over, and a line of two points in space becomes one of three points in the plane, heights among its
#        coordinates; its length is another one:
#          at the list: LINESTRING Z(0 0 10, 3 4 10), length 5
#          at the geometry: LINESTRING (0 0, 10 3, 4 10), length 19.66
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >positions.cs <<'CS'
#:package NetTopologySuite@2.6.0
#:property PublishAot=false
using System.Globalization;
using NetTopologySuite.IO.GML2;

foreach (var (place, onLine, onList) in new[] { ("the list", "", " srsDimension='3'"), ("the geometry", " srsDimension='3'", "") })
{
    var line = new GMLReader().Read(
        $"<gml:LineString xmlns:gml='http://www.opengis.net/gml'{onLine}><gml:posList{onList}>0 0 10 3 4 10</gml:posList></gml:LineString>");
    Console.WriteLine($"at {place}: {line.AsText()}, length {line.Length.ToString("0.##", CultureInfo.InvariantCulture)}");
}
CS
seen=$(dotnet run positions.cs)
echo "$seen"
[ "$seen" = "at the list: LINESTRING Z(0 0 10, 3 4 10), length 5
at the geometry: LINESTRING (0 0, 10 3, 4 10), length 19.66" ]
