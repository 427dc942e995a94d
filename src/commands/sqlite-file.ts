import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';

/**
 * Checks that an address of SQLite names a database that can be worked on; without `create` it must be there.
 * The driver would make a missing file, and tell the rest only by codes. Other addresses pass. Throws an `InputError`.
 */
export function checkSqliteFile(address: string, { create }: { create: boolean }): void {
  const path = address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : '';
  if (path === '' || path === ':memory:') return;
  const fault = existsSync(path) ? describeFile(path) : describeMissing(path, create);
  if (fault !== null) throw new InputError('The database cannot be used:', [{ place: '--store', ...fault }]);
}

function describeMissing(path: string, create: boolean): Omit<Fault, 'place'> | null {
  if (!create) {
    const advice = 'Check the path, or make the database with `xmlfan init --destination`.';
    return { message: `there is no file ${path}`, advice };
  }
  const folder = dirname(path);
  if (!existsSync(folder)) return { message: `there is no folder ${folder}`, advice: 'Make it, or correct the path.' };
  return isWritable(folder) ? null : describeReadOnly(folder);
}

function describeFile(path: string): Omit<Fault, 'place'> | null {
  if (statSync(path).isDirectory()) return { message: `${path} is a folder`, advice: 'Name a file in it.' };
  for (const needed of [path, dirname(path)]) if (!isWritable(needed)) return describeReadOnly(needed);
  return isDatabase(path) ? null : { message: `${path} is no SQLite database`, advice: 'Correct the path.' };
}

function describeReadOnly(path: string): Omit<Fault, 'place'> {
  return {
    message: `${path} may not be written by this user`,
    advice: 'Allow it: SQLite writes into the folder of a database even to read it.',
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const HEADER = 'SQLite format 3\0';

/** An empty file is a database without tables. */
function isDatabase(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(HEADER.length);
    const length = readSync(file, start);
    return length === 0 || start.toString('latin1') === HEADER;
  } finally {
    closeSync(file);
  }
}
