import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';

/** A file and what is in it. */
export interface XmlFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads files, and every `*.xml` of folders at any depth, in order of their names; a bounded number is in memory at a time.
 * Throws an `InputError` that lists all paths that do not exist before anything is read.
 */
export async function* readXmlFiles(paths: readonly string[]): AsyncGenerator<XmlFile> {
  for await (const batch of inBatches(listFiles(await statAll(paths)), FILES_AT_ONCE)) {
    yield* await Promise.all(batch.map(async (path) => ({ path, bytes: await readFile(path) })));
  }
}

const FILES_AT_ONCE = 32;

interface Found {
  readonly path: string;
  readonly folder: boolean;
}

async function statAll(paths: readonly string[]): Promise<readonly Found[]> {
  const faults: Fault[] = [];
  const found: Found[] = [];
  for (const path of paths) {
    try {
      found.push({ path, folder: (await stat(path)).isDirectory() });
    } catch {
      faults.push({ place: path, message: 'there is no such file or folder', advice: '' });
    }
  }
  if (faults.length > 0) throw new InputError('Some paths cannot be read:', faults);
  return found;
}

async function* listFiles(found: readonly Found[]): AsyncGenerator<string> {
  let some = false;
  for (const { path, folder } of found) {
    for await (const file of folder ? listFolder(path) : [path]) {
      some = true;
      yield file;
    }
  }
  if (some || found.length === 0) return;
  throw new InputError(
    'There is nothing to read:',
    found.map(({ path }) => ({ place: path, message: 'the folder holds no *.xml file', advice: '' })),
  );
}

async function* listFolder(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* listFolder(path);
    else if (/\.xml$/i.test(entry.name)) yield path;
  }
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
