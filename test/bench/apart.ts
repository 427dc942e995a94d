import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Timings } from './measure.ts';

export interface Rounds {
  readonly rounds: number;
  /** Rounds before them that do not count: a contestant is compiled while it works. */
  readonly warmUp: number;
}

/** Milliseconds of CPU that a contestant works in each round at least: compilation and garbage collection are spread over many calls. */
const LEAST_CPU_TIME = 150;

/**
 * Compares work in processes of their own, in turns, round after round: what disturbs the machine disturbs all of them,
 * and none pays for another's garbage or for code that was compiled for both.
 *
 * @param file the program that calls `answer` when it gets a contestant's arguments
 * @param contestants name and arguments of each
 * @returns milliseconds of CPU a document, one entry a round
 */
export async function compareApart(
  file: string,
  contestants: ReadonlyMap<string, readonly string[]>,
  { rounds, warmUp }: Rounds,
): Promise<Timings> {
  const processes = [...contestants].map(([name, argv]) => ({ name, child: fork(file, argv), times: [] as number[] }));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const { name, child, times } of processes) {
      const time = await ask(name, child);
      if (round >= warmUp) times.push(time);
    }
  }
  for (const { child } of processes) child.disconnect();
  return new Map(processes.map(({ name, times }) => [name, times]));
}

async function ask(name: string, child: ChildProcess): Promise<number> {
  const ended = new AbortController();
  child.send('round');
  const answered = once(child, 'message', { signal: ended.signal }).then(([time]: unknown[]) => Number(time));
  const failed = once(child, 'exit', { signal: ended.signal }).then(([status]: unknown[]) => {
    throw new Error(`${name} ended with status ${String(status)}`);
  });
  try {
    return await Promise.race([answered, failed]);
  } finally {
    ended.abort();
  }
}

/** A contestant's side: measures a round whenever it is asked to, until the other side is gone. `round` gives milliseconds a document. */
export function answer(round: () => number | Promise<number>): void {
  process.on('message', () => void Promise.resolve(round()).then((time) => process.send?.(time)));
}

/** CPU of the process while it works again and again, in milliseconds a document. */
export function cpuOf(work: () => unknown, documents: number): number {
  const started = process.cpuUsage();
  for (let calls = 1; ; calls += 1) {
    work();
    const { user, system } = process.cpuUsage(started);
    const spent = (user + system) / 1000;
    if (spent >= LEAST_CPU_TIME) return spent / calls / documents;
  }
}
