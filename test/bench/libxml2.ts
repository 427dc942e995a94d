import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OUT = fileURLToPath(new URL('out/', import.meta.url));
const SOURCE = fileURLToPath(new URL('sax.c', import.meta.url));

/** libxml2's SAX over some documents: milliseconds of CPU a document; or why it cannot be had here. */
export type Libxml2 =
  | { readonly ok: true; readonly pass: () => number }
  | { readonly ok: false; readonly reason: string };

/** Builds the program where a compiler and the library's headers are. `name` tells documents of several sections apart. */
export function openLibxml2(name: string, documents: readonly Uint8Array[], passes: number): Libxml2 {
  mkdirSync(OUT, { recursive: true });
  const config = spawnSync('xml2-config', ['--cflags', '--libs'], { encoding: 'utf8' });
  if (config.status !== 0) return { ok: false, reason: 'no xml2-config: the headers of libxml2 are not installed' };
  const flags = config.stdout.split(/\s+/).filter((flag) => flag !== '');
  const program = `${OUT}sax`;
  const compiled = spawnSync('cc', ['-O2', '-o', program, SOURCE, ...flags], { encoding: 'utf8' });
  if (compiled.status !== 0) return { ok: false, reason: `cc: ${compiled.stderr ?? compiled.error?.message}` };
  const file = `${OUT}${name}.documents`;
  writeFileSync(
    file,
    Buffer.concat(documents.flatMap((bytes) => [Buffer.from(new Int32Array([bytes.length]).buffer), bytes])),
  );
  return {
    ok: true,
    pass: () => Number(execFileSync(program, [file, String(passes)], { encoding: 'utf8' }).split(' ')[0]),
  };
}
