import {
  closeSync,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { localDate } from './log-lines.ts';
import { makeFolder, note, pathIn, type Terminal } from './terminal.ts';

/** A file that lines are appended to, each at once, so that `tail -f` shows it. */
export interface LogFile {
  readonly path: string;
  readonly write: (line: string) => void;
  readonly close: () => void;
}

/** What a process works on, for the name of its file. */
export interface LogOwner {
  readonly instanceId: number | null;
  readonly instanceCount: number;
}

/**
 * Opens a log file for this process alone: that path, in that folder, or in `logs/` if only `true` is given. Files in folders are named by
 * session, instance and count, as the original named its own. A file that grows too long is moved to `PATH.1` and begun anew in its place,
 * which `tail -f` follows. Throws an `InputError` if it cannot be opened or another process writes it.
 */
export function openLogFile(terminal: Terminal, path: string | true, owner: LogOwner, most = MOST_BYTES): LogFile {
  const folder = path === true ? 'logs' : path;
  try {
    return path === true || isFolder(pathIn(terminal, path))
      ? keepLines(terminal, openNew(terminal, folder, owner), () => undefined, most)
      : openNamed(terminal, path, most);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw refused(message, 'Name a file or folder that can be written.');
  }
}

/** Two of these are kept at most. */
const MOST_BYTES = 32 * 1024 * 1024;

interface Opened {
  readonly path: string;
  readonly file: number;
}

function refused(message: string, advice: string): InputError {
  return new InputError('The log file cannot be written:', [{ place: '--log-file', message, advice }]);
}

function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  // To open a pipe takes until somebody reads it.
  if (found?.isFile() === false && !found.isDirectory())
    throw refused(`${path} is neither a file nor a folder`, 'Name a file or folder that can be written.');
  return path.endsWith('/') || found?.isDirectory() === true;
}

/** A file that nobody has: the number at its end rises until it is new. */
function openNew(terminal: Terminal, folder: string, { instanceId, instanceCount }: LogOwner): Opened {
  const now = new Date();
  const session = `${localDate(now, '')}_${now.toTimeString().slice(0, 8).replaceAll(':', '')}`;
  const part = instanceId === null ? `all_${instanceCount}_instances` : `instance_${instanceId}_of_${instanceCount}`;
  makeFolder(pathIn(terminal, folder), '--log-file');
  for (let number = 1; ; number += 1) {
    const path = join(folder, `production_${session}_${part}${number === 1 ? '' : `_${number}`}.log`);
    try {
      return { path, file: openSync(pathIn(terminal, path), 'ax') };
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
}

function openNamed(terminal: Terminal, path: string, most: number): LogFile {
  const place = pathIn(terminal, path);
  makeFolder(dirname(place), '--log-file');
  const lock = `${place}.lock`;
  takeLock(lock, path);
  try {
    return keepLines(terminal, { path, file: openSync(place, 'a') }, () => rmSync(lock, { force: true }), most);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
}

/** Holds the number of the process that writes; that of a process which was killed is taken over. */
function takeLock(lock: string, path: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    const owner = Number(readFileSync(lock, 'utf8'));
    if (isAlive(owner))
      throw refused(`${path} is written by process ${owner}`, 'Give each process a file of its own, or name a folder.');
    writeFileSync(lock, String(process.pid));
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

/** A log that cannot be written any more, as on a full disk, is no reason to end a run. */
function keepLines(terminal: Terminal, { path, file }: Opened, unlock: () => void, most: number): LogFile {
  const place = pathIn(terminal, path);
  let size = fstatSync(file).size;
  let broken = false;
  return {
    path,
    write(line) {
      if (broken) return;
      try {
        if (size > most) {
          copyFileSync(place, `${place}.1`);
          ftruncateSync(file);
          size = 0;
        }
        size += writeSync(file, `${line}\n`);
      } catch (error) {
        broken = true;
        note(terminal, `The log file ends here: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    close() {
      closeSync(file);
      unlock();
    },
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
