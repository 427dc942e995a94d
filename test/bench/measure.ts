import { Bench } from 'tinybench';

export interface CompareOptions {
  /** How often all tasks are run in turn, after some rounds that are not counted. */
  readonly rounds: number;
  /** `cpu`: time of the process on its cores, for synchronous tasks; `wall`: for asynchronous ones. A task may return `{ overriddenDuration }` in milliseconds instead. */
  readonly clock: 'cpu' | 'wall';
  /** Documents that one call of a task handles. */
  readonly documents: number;
}

/** Milliseconds a document, one entry a round. */
export type Timings = ReadonlyMap<string, readonly number[]>;

type Work = () => unknown;

/** Runs tasks side by side, round after round, so that what disturbs the machine disturbs all of them. */
export async function compare(tasks: Readonly<Record<string, Work>>, options: CompareOptions): Promise<Timings> {
  const timings = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]));
  const onCpu = options.clock === 'cpu';
  const warmUp = onCpu ? 3 : 1;
  for (let round = 0; round < warmUp + options.rounds; round += 1) {
    const clock = onCpu ? { now: cpuTime, time: LEAST_CPU_TIME } : { time: 0 };
    const bench = new Bench({ ...clock, iterations: 1, warmup: false, throws: true });
    for (const [name, work] of Object.entries(tasks)) bench.add(name, work, { async: !onCpu });
    await bench.run();
    if (round < warmUp) continue;
    for (const { name, result } of bench.tasks) {
      if ('latency' in result) timings.get(name)?.push(result.latency.mean / options.documents);
    }
  }
  return timings;
}

/** Milliseconds of a task in each round: compilation and garbage collection are spread over many calls. */
const LEAST_CPU_TIME = 150;

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), least: at(0), most: at(1) };
}

/** How many times as many documents `fast` handles as `slow` in the same time, round by round. */
export function ratio(timings: Timings, fast: string, slow: string): Spread {
  const slower = timings.get(slow) ?? [];
  return spreadOf((timings.get(fast) ?? []).map((time, round) => (slower[round] ?? Number.NaN) / time));
}
