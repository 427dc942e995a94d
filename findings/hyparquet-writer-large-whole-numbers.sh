#!/usr/bin/env bash
# hyparquet-writer 0.17.0, read by hyparquet 1.33.0.
#
# A column without a type, which the writer then finds out from the values: sizes in bytes, some beyond 2^31.
# Guess: it becomes INT64 or DOUBLE, as a column with a fraction becomes DOUBLE, which holds whole numbers up to 2^53.
# Seen:  whole numbers are INT32 whatever their size, and the writer then refuses its own choice; one fraction in the column mends it:
#          1, 3000000000: parquet expected int32 value, got 3000000000
#          1, 2.5, 3000000000: DOUBLE 1, 2.5, 3000000000
# A test on small files passes; name the type (or give bigints).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact hyparquet-writer@0.17.0 hyparquet@1.33.0
cat >sizes.mjs <<'JS'
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
for (const data of [
  [1, 3_000_000_000],
  [1, 2.5, 3_000_000_000],
]) {
  try {
    const file = parquetWriteBuffer({ columnData: [{ name: 'size', data }] });
    const read = (await parquetReadObjects({ file })).map(({ size }) => size);
    console.log(`${data.join(', ')}: ${parquetMetadata(file).schema[1].type} ${read.join(', ')}`);
  } catch ({ message }) {
    console.log(`${data.join(', ')}: ${message}`);
  }
}
JS
seen=$(node sizes.mjs)
echo "$seen"
[ "$seen" = '1, 3000000000: parquet expected int32 value, got 3000000000
1, 2.5, 3000000000: DOUBLE 1, 2.5, 3000000000' ]
