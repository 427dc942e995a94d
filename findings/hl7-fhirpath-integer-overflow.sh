#!/usr/bin/env bash
# Hl7.Fhir.R4 6.8.0 (FHIRPath in .NET; file-based programs of the .NET 10 SDK) and fhirpath 5.2.2 (the same language in JavaScript).
#
# FHIRPath's integers have 32 bits, and its specification says that what overflows them gives an empty result.
# Guess: nothing comes of it, or at least a right number.
# Seen:  the JavaScript engine goes on with a right number; the .NET engine goes round to the least one, in silence, and so says that a value is
#        below zero:
#          .NET: 2147483647 + 1 -> -2147483648
#          .NET: 65536 * 65536 -> 0
#          .NET: 2147483647 + 1 > 0 -> False
#          JavaScript: 2147483647 + 1 -> 2147483648
#          JavaScript: 65536 * 65536 -> 4294967296
#          JavaScript: 2147483647 + 1 > 0 -> true
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >overflow.cs <<'CS'
#:package Hl7.Fhir.R4@6.8.0
#:property PublishAot=false
#:property NoWarn=SDK0001;NU1603
using Hl7.Fhir.ElementModel;
using Hl7.Fhir.Model;
using Hl7.FhirPath;

var patient = new Patient().ToTypedElement();
foreach (var expression in args)
    Console.WriteLine($".NET: {expression} -> {string.Join(", ", patient.Select(expression).Select(result => result.Value))}");
CS
cat >overflow.mjs <<'JS'
import fhirpath from 'fhirpath';
for (const expression of process.argv.slice(2)) {
  console.log(`JavaScript: ${expression} -> ${fhirpath.evaluate({ resourceType: 'Patient' }, expression).join(', ')}`);
}
JS
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact fhirpath@5.2.2
expressions=('2147483647 + 1' '65536 * 65536' '2147483647 + 1 > 0')
seen=$(
  dotnet run overflow.cs -- "${expressions[@]}"
  node overflow.mjs "${expressions[@]}"
)
echo "$seen"
[ "$seen" = ".NET: 2147483647 + 1 -> -2147483648
.NET: 65536 * 65536 -> 0
.NET: 2147483647 + 1 > 0 -> False
JavaScript: 2147483647 + 1 -> 2147483648
JavaScript: 65536 * 65536 -> 4294967296
JavaScript: 2147483647 + 1 > 0 -> true" ]
