import { CommanderError } from 'commander';
import { InputError } from '../errors.ts';
import { note } from './output.ts';

/** Exit statuses of every command. */
export const EXIT = {
  done: 0,
  /** The run failed or was cancelled, or a check failed. */
  failed: 1,
  /** Wrong options, settings, contract or documents: nothing was begun. */
  badInput: 2,
  /** Stopped by Ctrl-C, in good order: the same command goes on. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** Tells on stderr why a command could not do its work, and gives the status to exit with. */
export function exitStatusOf(error: unknown, { debug }: { debug: boolean }): ExitStatus {
  // commander has already printed its message, or the help that was asked for
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof InputError) {
    note(error.message);
    return EXIT.badInput;
  }
  note(isStoreError(error) ? storeMessage(error) : unexpectedMessage(error, debug));
  if (debug && error instanceof Error) note(error.stack ?? '');
  return EXIT.failed;
}

/** By name, since importing the class would load the store's code for commands that have no store. */
function isStoreError(error: unknown): error is Error & { transient: boolean } {
  return error instanceof Error && error.name === 'StoreError';
}

function storeMessage(error: Error & { transient: boolean }): string {
  const hint = error.transient ? '\n  This may pass: the same command goes on where it stopped.' : '';
  return `The database: ${error.message}${hint}`;
}

function unexpectedMessage(error: unknown, debug: boolean): string {
  const text = error instanceof Error ? error.message : String(error);
  return `Unexpected error: ${text}${debug ? '' : '\n  Run it again with --log-level debug to see where.'}`;
}
