import { CommanderError } from 'commander';
import { InputError } from '../errors.ts';

/** Exit statuses of every command; README and help list the same. */
export const EXIT = {
  done: 0,
  /** The run failed or was cancelled, the database failed, a check failed, or a difference was found. */
  failed: 1,
  /** Wrong options, settings, contract or documents, or something else is at work: nothing was begun. */
  notBegun: 2,
  /** Ended, but some documents failed or were not loaded. */
  incomplete: 3,
  /** Stopped by Ctrl-C, in good order: the same command goes on. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The statuses in a sentence, for help. */
export const EXIT_STATUSES =
  'Exit status: 0 done; 1 the run failed or was cancelled, the database failed, a check failed, a difference was found; 2 not begun (wrong input\n' +
  'or settings, or another process is at work); 3 ended, but some documents failed or were not loaded; 130 stopped by Ctrl-C.';

/** The status to exit with after an error, and what to tell of it. */
export function describeError(error: unknown, { debug }: { debug: boolean }): { status: ExitStatus; message: string } {
  // commander has already printed its message, or the help that was asked for
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? EXIT.done : EXIT.notBegun, message: '' };
  if (error instanceof InputError) return { status: EXIT.notBegun, message: error.message };
  const message = isStoreError(error)
    ? storeMessage(error)
    : isFileError(error)
      ? `A file could not be used: ${error.message}`
      : unexpectedMessage(error, debug);
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return { status: EXIT.failed, message: message + stack };
}

/** By name, since importing the class would load the store's code for commands that have no store. */
function isStoreError(error: unknown): error is Error & { transient: boolean } {
  return error instanceof Error && error.name === 'StoreError';
}

/** `ENOSPC: no space left on device, write` and the like say enough. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && /^E[A-Z]+$/.test(String(error.code));
}

function storeMessage(error: Error & { transient: boolean }): string {
  const hint = error.transient ? '\n  This may pass: the same command goes on where it stopped.' : '';
  return `The database: ${error.message}${hint}`;
}

function unexpectedMessage(error: unknown, debug: boolean): string {
  const text = error instanceof Error ? error.message : String(error);
  return `Unexpected error: ${text}${debug ? '' : '\n  Run it again with --log-level debug to see where.'}`;
}
