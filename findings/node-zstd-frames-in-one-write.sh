#!/usr/bin/env bash
# node:zlib of Node.js 24.21.0.
#
# Two Zstandard frames after one another, as `cat a.zst b.zst` and writers that append make them. RFC 8878 (3.1) calls that one valid
# whole, whose content is that of the frames in turn. gunzip reads gzip members so.
# Guess: both frames are read, however the bytes arrive; or an error says that something follows.
# Seen:  both, where each frame comes in a write of its own. In one write, or at once, all after the first is dropped without a word:
#          gzip in one write: AB
#          zstd in two writes: AB
#          zstd in one write: A
#          zstd at once: A
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@24.21.0
cat >frames.mjs <<'JS'
import { text } from 'node:stream/consumers';
import { createGunzip, createZstdDecompress, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
const unpack = async (stream, writes) => {
  const read = text(stream);
  for (const bytes of writes) stream.write(bytes);
  stream.end();
  return read;
};
const members = ['A', 'B'].map((letter) => gzipSync(letter));
const frames = ['A', 'B'].map((letter) => zstdCompressSync(letter));
console.log(`gzip in one write: ${await unpack(createGunzip(), [Buffer.concat(members)])}`);
console.log(`zstd in two writes: ${await unpack(createZstdDecompress(), frames)}`);
console.log(`zstd in one write: ${await unpack(createZstdDecompress(), [Buffer.concat(frames)])}`);
console.log(`zstd at once: ${zstdDecompressSync(Buffer.concat(frames))}`);
JS
seen=$(node_modules/.bin/node frames.mjs)
echo "$seen"
[ "$seen" = $'gzip in one write: AB\nzstd in two writes: AB\nzstd in one write: A\nzstd at once: A' ]
