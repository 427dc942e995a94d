import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../src/xml/assembly');
const compiler = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js');
const outFile = process.argv[2] ?? join(folder, 'scan.wasm');

// No runtime, no checks and no imports: the scanner owns its memory, and reads what the host has put there.
const options = [
  '-O3',
  '--enable',
  'simd',
  '--runtime',
  'stub',
  '--noAssert',
  '--initialMemory',
  '16',
  '--use',
  'abort=',
];
const { status } = spawnSync(process.execPath, [compiler, join(folder, 'scan.ts'), '--outFile', outFile, ...options], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
