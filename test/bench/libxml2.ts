import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OUT = fileURLToPath(new URL('out/', import.meta.url));
const SOURCE = fileURLToPath(new URL('sax.c', import.meta.url));

const PROGRAM = `${OUT}sax`;

/** Builds the program where a compiler and the library's headers are; else says why it cannot be had. */
export function openLibxml2(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  mkdirSync(OUT, { recursive: true });
  const config = spawnSync('xml2-config', ['--cflags', '--libs'], { encoding: 'utf8' });
  if (config.status !== 0) return { ok: false, reason: 'no xml2-config: the headers of libxml2 are not installed' };
  const flags = config.stdout.split(/\s+/).filter((flag) => flag !== '');
  const compiled = spawnSync('cc', ['-O2', '-o', PROGRAM, SOURCE, ...flags], { encoding: 'utf8' });
  return compiled.status === 0
    ? { ok: true }
    : { ok: false, reason: `cc: ${compiled.stderr ?? compiled.error?.message}` };
}

const PASSES = 10;

/** libxml2's SAX over some documents: milliseconds of CPU a document. `name` tells documents of several sections apart. */
export function passOfLibxml2(name: string, documents: readonly Uint8Array[]): number {
  const file = `${OUT}${name}.documents`;
  writeFileSync(
    file,
    Buffer.concat(documents.flatMap((bytes) => [Buffer.from(new Int32Array([bytes.length]).buffer), bytes])),
  );
  return Number(execFileSync(PROGRAM, [file, String(PASSES)], { encoding: 'utf8' }).split(' ')[0]);
}
