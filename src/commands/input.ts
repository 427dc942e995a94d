import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import { isPacked } from '../xml/unpack.ts';
import { pathIn, type Terminal } from './terminal.ts';

/** A file and what is in it, unpacked if it was gzipped. */
export interface XmlFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file of which something keeps it from being used, and what. */
export interface Unusable {
  readonly path: string;
  readonly problem: string;
}

/** The path that means standard input. */
export const STDIN = '-';

/**
 * Reads files, every `*.xml` and `*.xml.gz` of folders at any depth in order of their names, and standard input (`-`);
 * a bounded number is in memory at a time. What is found in a folder and cannot be read is told in its place.
 * Throws an `InputError` that lists all paths that do not exist before anything is read.
 */
export async function* readXmlFiles(terminal: Terminal, paths: readonly string[]): AsyncGenerator<XmlFile | Unusable> {
  const isFolder = await statAll(terminal, paths);
  for await (const batch of inBatches(listFiles(terminal, isFolder), FILES_AT_ONCE))
    yield* await Promise.all(
      batch.map(async (found) => (typeof found === 'string' ? readXmlFile(terminal, found) : found)),
    );
}

const FILES_AT_ONCE = 32;

/** Reads one of the files that `readXmlFiles` tells of; standard input only once. */
export async function readXmlFile(terminal: Terminal, path: string): Promise<XmlFile | Unusable> {
  try {
    const bytes = path === STDIN ? await buffer(terminal.stdin) : await readFile(pathIn(terminal, path));
    return { path, bytes: isPacked(bytes) ? await unpack(bytes, { maxOutputLength: MOST_BYTES }) : bytes };
  } catch (error) {
    return { path, problem: describeProblem(error) };
  }
}

const unpack = promisify(gunzip);

/** More than any document may have; a small file can unpack to anything. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Whether each path is a folder. */
async function statAll(terminal: Terminal, paths: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const faults: Fault[] = [];
  const isFolder = new Map<string, boolean>();
  for (const path of paths) {
    try {
      isFolder.set(path, path !== STDIN && (await stat(pathIn(terminal, path))).isDirectory());
    } catch (error) {
      faults.push({ place: path, message: describeProblem(error), advice: '' });
    }
  }
  if (faults.length > 0) throw new InputError('Some paths cannot be read:', faults);
  return isFolder;
}

async function* listFiles(
  terminal: Terminal,
  isFolder: ReadonlyMap<string, boolean>,
): AsyncGenerator<string | Unusable> {
  let some = false;
  for (const [path, folder] of isFolder) {
    for await (const file of folder ? listFolder(terminal, path) : [path]) {
      some = true;
      yield file;
    }
  }
  if (some || isFolder.size === 0) return;
  throw new InputError(
    'There is nothing to read:',
    [...isFolder.keys()].map((place) => ({ place, message: 'the folder holds no *.xml or *.xml.gz file', advice: '' })),
  );
}

async function* listFolder(terminal: Terminal, folder: string): AsyncGenerator<string | Unusable> {
  const entries = await readdir(pathIn(terminal, folder), { withFileTypes: true }).catch(describeProblem);
  if (typeof entries === 'string') {
    yield { path: folder, problem: entries };
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFolder(terminal, path);
    else if (/\.xml(\.gz)?$/i.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) yield path;
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'is a folder',
  ELOOP: 'is a link that leads back to itself',
  Z_DATA_ERROR: 'is gzipped, but damaged',
  Z_BUF_ERROR: 'is gzipped, but cut short',
  ERR_BUFFER_TOO_LARGE: 'unpacks to more than a document may have',
};

function describeProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? PROBLEMS[String(error.code)] : undefined) ?? error.message;
}

/** Collects what a generator yields into lists of at most `size`. */
export async function* inBatches<T>(
  values: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const value of values) {
    batch.push(value);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
