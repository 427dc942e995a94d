import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bundle } from '../support/bundle.ts';

/** A real process that works on a run. */
export interface Child {
  /** Lines it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves once it has committed that many groups, or has ended. */
  groups(count: number): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGINT' | 'SIGCONT'): void;
  /** The exit status; null if it was killed. */
  readonly exit: Promise<number | null>;
}

/** Starts a process on a database file, which stops itself behind so many groups if it is told to. */
export async function startChild(
  path: string,
  request: object,
  instanceId?: number,
  stopAfter?: number,
): Promise<Child> {
  const args = [
    await bundle('test/run/process.ts'),
    path,
    JSON.stringify({ product_line: 'lease', ...request }),
    ...(instanceId === undefined ? [] : [String(instanceId)]),
  ];
  const env = { ...process.env, ...(stopAfter === undefined ? {} : { STOP_AFTER: String(stopAfter) }) };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => lines.push(line));
  const committed = (): number => lines.filter((line) => line.startsWith('group')).length;
  return {
    lines,
    exit,
    kill: (signal) => void child.kill(signal),
    groups: (count) =>
      Promise.race([
        exit.then(() => undefined),
        new Promise<void>((resolve) => {
          const check = (): void => {
            if (committed() >= count) resolve();
          };
          output.on('line', check);
          check();
        }),
      ]),
  };
}
