import { once } from 'node:events';

/** Writes a line of results to stdout, waiting while the reader is slow. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

/** Writes a value that a program may read. */
export async function printJson(value: unknown): Promise<void> {
  await print(JSON.stringify(value, null, 2));
}

/** Writes a line of news, advice or complaint to stderr, out of the way of results. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `xmlfan … | head` is no error: when the reader of results has gone, so do we. A reader of news that goes holds up no work. */
export function outliveReaders(): void {
  process.stdout.on(
    'error',
    orThrow(() => process.exit()),
  );
  process.stderr.on(
    'error',
    orThrow(() => undefined),
  );
}

function orThrow(onClosedPipe: () => void): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== 'EPIPE') throw error;
    onClosedPipe();
  };
}
