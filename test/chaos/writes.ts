import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Random } from '../../src/generate/random.ts';

/** What a process did to the files of a database, in order. */
export type Write =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'delete'; readonly file: string };

const CALLS = 'pwrite64,fsync,fdatasync,ftruncate,unlink';

/** Runs a program under strace and tells what it did to files whose names begin like `database`; and how it ended. */
export async function recordWrites(
  database: string,
  command: readonly string[],
  trace: string,
): Promise<{ readonly writes: readonly Write[]; readonly status: number | null }> {
  const args = ['-f', '-y', '-xx', '-s', '10000000', '-o', trace, '-e', `trace=${CALLS}`, ...command];
  const child = spawn('strace', args, { stdio: 'ignore' });
  await once(child, 'exit');
  const lines = readFileSync(trace, 'utf8').split('\n');
  return { writes: lines.flatMap((line) => toWrite(line, basename(database))), status: child.exitCode };
}

const CALL =
  /^\d+ +(?<call>\w+)\((?:\d+<(?<open>[^>]*)>|"(?<path>[^"]*)")(?:, "(?<data>[^"]*)", \d+, (?<at>\d+)|, (?<length>\d+))?\) += \d+$/u;

function toWrite(line: string, database: string): Write[] {
  const { call, open, path = '', data = '', at, length } = CALL.exec(line)?.groups ?? {};
  if (call === undefined) return [];
  const file = basename(bytesOf(open ?? path).toString());
  if (!file.startsWith(database) || file.endsWith('-shm')) return [];
  switch (call) {
    case 'pwrite64':
      return [{ kind: 'write', file, at: Number(at), data: bytesOf(data) }];
    case 'ftruncate':
      return [{ kind: 'truncate', file, length: Number(length) }];
    case 'unlink':
      return [{ kind: 'delete', file }];
    default:
      return [{ kind: 'sync', file }];
  }
}

/** `\x41\x42`, or text as it stands. */
function bytesOf(text: string): Buffer {
  return text.startsWith('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text);
}

/** Which of the writes that were not synced reached the disk all the same. */
export type Kept = 'none' | 'all' | 'some';

/** What is on the disk after a power cut behind so many writes: name of a file -> content. */
export function afterPowerCut(
  before: ReadonlyMap<string, Buffer>,
  writes: readonly Write[],
  kept: Kept,
  random: Random,
): ReadonlyMap<string, Buffer> {
  const synced = new Map(writes.flatMap(({ kind, file }, index) => (kind === 'sync' ? [[file, index] as const] : [])));
  const files = new Map([...before].map(([name, content]) => [name, grown(content, content.length)]));
  for (const [index, write] of writes.entries()) {
    const isDurable = index < (synced.get(write.file) ?? -1);
    if (isDurable || kept === 'all' || (kept === 'some' && random.chance(0.5))) apply(files, write);
  }
  return new Map([...files].map(([name, { bytes, length }]) => [name, bytes.subarray(0, length)]));
}

interface Content {
  readonly bytes: Buffer;
  readonly length: number;
}

function apply(files: Map<string, Content>, write: Write): void {
  const content = files.get(write.file) ?? { bytes: Buffer.alloc(0), length: 0 };
  if (write.kind === 'delete') files.delete(write.file);
  if (write.kind === 'truncate')
    files.set(write.file, { bytes: content.bytes.subarray(0, write.length), length: write.length });
  if (write.kind !== 'write') return;
  const length = Math.max(content.length, write.at + write.data.length);
  const bytes =
    length <= content.bytes.length ? content.bytes : grown(content.bytes.subarray(0, content.length), length).bytes;
  write.data.copy(bytes, write.at);
  files.set(write.file, { bytes, length });
}

/** A copy with room for more. */
function grown(bytes: Buffer, length: number): Content {
  const copy = Buffer.alloc(Math.max(2 * length, 1 << 20));
  bytes.copy(copy);
  return { bytes: copy, length: bytes.length };
}
