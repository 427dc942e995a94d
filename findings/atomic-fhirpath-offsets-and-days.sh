#!/usr/bin/env bash
# @atomic-ehr/fhirpath 0.1.4 and fhirpath 5.2.2, two engines of one language.
#
# Guess: a time as text keeps its offset from UTC, and a day that no month has is no date (toDate() gives nothing then).
# Seen:  the other engine does so; this one leaves the offset out, so that two different moments print alike, and takes 30 February:
#          @2024-01-05T10:00:00+02:00.toString(): 2024-01-05T10:00:00 | 2024-01-05T10:00:00+02:00
#          @2024-01-05T10:00:00-05:00.toString(): 2024-01-05T10:00:00 | 2024-01-05T10:00:00-05:00
#          '2024-02-30'.toDate().exists(): true | false
#          '2024-02-30'.convertsToDate(): true | false
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund --save-exact @atomic-ehr/fhirpath@0.1.4 fhirpath@5.2.2
cat >times.js <<'JS'
import { evaluate } from '@atomic-ehr/fhirpath';
import fhirpath from 'fhirpath';
for (const expression of [
  '@2024-01-05T10:00:00+02:00.toString()',
  '@2024-01-05T10:00:00-05:00.toString()',
  "'2024-02-30'.toDate().exists()",
  "'2024-02-30'.convertsToDate()",
]) {
  const own = await evaluate(expression, { input: { resourceType: 'Patient' } });
  const other = fhirpath.evaluate({ resourceType: 'Patient' }, expression);
  console.log(`${expression}: ${(own.value ?? own).join()} | ${other.join()}`);
}
JS
seen=$(node times.js)
echo "$seen"
[ "$seen" = "@2024-01-05T10:00:00+02:00.toString(): 2024-01-05T10:00:00 | 2024-01-05T10:00:00+02:00
@2024-01-05T10:00:00-05:00.toString(): 2024-01-05T10:00:00 | 2024-01-05T10:00:00-05:00
'2024-02-30'.toDate().exists(): true | false
'2024-02-30'.convertsToDate(): true | false" ]
