import { once, type EventEmitter } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import { InputError } from '../errors.ts';
import { EXIT } from './exit.ts';

/** What a program sees of the place it runs in: that of its process, or another one made for it. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream & AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Tells of SIGINT and SIGTERM. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  /** Makes the commands that a text names in backticks ones to copy here. */
  readonly spell: (text: string) => string;
}

/** A stream that may be a terminal's. */
interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  spell: (text) => text,
};

/** Writes a line of results to stdout, waiting while the reader is slow. */
export async function print({ stdout }: Terminal, text: string): Promise<void> {
  if (!stdout.write(`${text}\n`)) await once(stdout, 'drain');
}

/** Writes a value that a program may read. */
export async function printJson(terminal: Terminal, value: unknown): Promise<void> {
  await print(terminal, JSON.stringify(value, null, 2));
}

/** Writes a line of news, advice or complaint to stderr, out of the way of results. */
export function note({ stderr, spell }: Terminal, text: string): void {
  stderr.write(`${spell(text)}\n`);
}

/** Text in a colour or in bold, where stdout shows such. */
export function paint(
  { stdout }: Pick<Terminal, 'stdout'>,
  format: 'green' | 'red' | 'yellow' | 'bold',
  text: string,
): string {
  return styleText(format, text, { stream: stdout });
}

/** Shows how far a command is on a terminal's stderr, each time in place of what was shown before; elsewhere nothing. */
export async function openCounter({ stderr, env }: Terminal): Promise<{
  readonly show: (text: string) => void;
  readonly close: () => void;
}> {
  if (!movesCursor(stderr, env)) return { show: () => undefined, close: () => undefined };
  const { createLogUpdate } = await import('log-update');
  const screen = createLogUpdate(stderr);
  let due = 0;
  return {
    show(text) {
      if (performance.now() < due) return;
      due = performance.now() + COUNT_EVERY_MS;
      screen(text);
    },
    close() {
      screen.clear();
      screen.done();
    },
  };
}

const COUNT_EVERY_MS = 200;

/** Whether what is shown on a stream can be shown anew in the same place. */
export function movesCursor(stream: Output, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** Columns of stdout; a file or pipe has no end. */
export function widthOf({ stdout }: Pick<Terminal, 'stdout'>): number {
  return (stdout.isTTY === true ? stdout.columns : undefined) ?? Infinity;
}

/** A path as the file system needs it; as it was given where that is the same. */
export function pathIn({ cwd }: Terminal, path: string): string {
  return cwd === process.cwd() ? path : resolve(cwd, path);
}

/** Makes a folder that an option names, and those above it, where they are missing. Throws an `InputError` if that is not possible. */
export function makeFolder(folder: string, option: string): void {
  try {
    makeFolders(folder);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = 'Name a folder that is there, or can be made.';
    throw new InputError('The folder cannot be made:', [{ place: option, message, advice }]);
  }
}

/** What Node.js has for this never ends below /proc. */
function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been first.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * `xmlfan … | head` is no error: when the reader of results has gone, so do we. Results that cannot be written, as on a full disk, end
 * the process with an error. Whatever happens to news holds up no work.
 */
export function outliveReaders(terminal: Terminal): void {
  terminal.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    note(terminal, `The results could not be written: ${error.message}`);
    process.exit(EXIT.failed);
  });
  terminal.stderr.on('error', () => undefined);
}

/** What Ctrl-C asks of a command. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back its usual meaning. */
  readonly stopListening: () => void;
}

/**
 * The first Ctrl-C (or SIGTERM) asks to stop in good order, and `tell` says so; the second ends the process, and `tell` says what
 * that leaves, if anything. So does the first while nothing is `underWay`.
 */
export function listenForInterrupt(
  { signals }: Terminal,
  tell: (text: string) => void,
  { underWay = () => true, leaves }: { readonly underWay?: () => boolean; readonly leaves?: string } = {},
): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted && leaves !== undefined) tell(leaves);
    if (controller.signal.aborted || !underWay()) process.exit(EXIT.interrupted);
    controller.abort();
    tell('Stopping after the current batch. Press Ctrl-C again to end at once.');
  };
  for (const name of SIGNALS) signals.on(name, onSignal);
  return {
    signal: controller.signal,
    stopListening() {
      for (const name of SIGNALS) signals.off(name, onSignal);
    },
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
