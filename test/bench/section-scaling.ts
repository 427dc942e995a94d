import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { openLines } from '../../src/run/line.ts';
import type { Lines } from '../../src/run/line.ts';
import { openPool } from '../../src/run/pool.ts';
import type { MapPool } from '../../src/run/pool.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { openBenchDatabase, type RunOptions } from './database.ts';
import { fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { compare, ratio, type Spread } from './measure.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import type { Section } from './report.ts';

const ROUNDS = 5;

/** Parse and map in one thread and in two, without a database: work that is all mapping, and large documents as bytes, as stores read them. */
export async function threads(): Promise<Section[]> {
  const workers: Worker[] = [];
  process.on('worker', (worker: Worker) => workers.push(worker));
  // An idle thread keeps no process alive, not even while it is asked for its time.
  const alive = setInterval(() => undefined, 1000);
  const database = await openBenchDatabase(LOAN);
  const lines = openLines({ database: database.lines.database, contracts: [LOAN] });
  const full = fullDocuments(LOAN, 5000);
  const large = largeDocuments(LOAN, 400).map(({ appId, xml }) => ({ appId, bytes: Buffer.from(xml) }));
  const sections = [
    await twoAgainstOne(lines, workers, 'threads_2_vs_1', '5 KB, all mapped', () => full),
    await twoAgainstOne(lines, workers, 'threads_2_vs_1_large', '250 KB, 3 % mapped, bytes', () =>
      large.map(({ appId, bytes }) => ({ appId, xml: new Uint8Array(bytes) })),
    ),
  ];
  clearInterval(alive);
  await database.close();
  return sections;
}

/**
 * Two threads against one, by three clocks. The mean time of the threads is what documents take where each thread has a core.
 * Here the main thread, the collector's helpers and other programs hold up one of them, and the other takes more documents: the
 * busiest thread's time counts that too, and the clock on the wall also the waiting for cores. `fresh` makes the documents of a round: bytes are handed over for good.
 */
async function twoAgainstOne(
  lines: Lines,
  workers: readonly Worker[],
  key: string,
  what: string,
  fresh: () => readonly SourceDocument[],
): Promise<Section> {
  const line = lines.find(LOAN.productLine);
  const timings = new Map<string, number[]>();
  const pools: { count: number; pool: MapPool; own: readonly Worker[] }[] = [];
  for (const count of [1, 2]) {
    const pool = openPool({ lines, workers: count, aloneMs: 0 });
    const others = workers.length;
    await pool.map(line, fresh());
    pools.push({ count, pool, own: workers.slice(others) });
  }
  for (let round = -1; round < ROUNDS * 2; round += 1) {
    for (const { count, pool, own } of pools) {
      const documents = fresh();
      const spent = await timed(own, () => pool.map(line, documents));
      if (round < 0) continue;
      for (const [clock, milliseconds] of Object.entries(spent)) {
        const times = timings.get(name(count, clock)) ?? [];
        timings.set(name(count, clock), [...times, milliseconds / documents.length]);
      }
    }
  }
  for (const { pool } of pools) await pool.close();
  const value = (clock: string): Spread => ratio(timings, name(2, clock), name(1, clock));
  return {
    title: `threads, project+parse+map, ${what}`,
    timings,
    ratios: [
      {
        key,
        meaning: 'two threads : one, by CPU time of the busiest thread, the main one included',
        value: value(BUSIEST),
        target: key === 'threads_2_vs_1' ? '>= 1.7' : '',
      },
      {
        key: `${key}_mean`,
        meaning: 'two threads : one, by mean CPU time of the threads',
        value: value(MEAN),
        target: '',
      },
      {
        key: `${key}_wall`,
        meaning: `two threads : one, by the wall clock on ${availableParallelism()} cores`,
        value: value(WALL),
        target: key === 'threads_2_vs_1' ? '>= 1.6' : '',
      },
    ],
  };
}

const [MEAN, BUSIEST, WALL] = ['mean of threads', 'busiest thread', 'wall clock'] as const;

/** Milliseconds of some work: of a worker on average, of the thread that had most to do, this one included, and on the wall. */
async function timed(workers: readonly Worker[], work: () => Promise<unknown>): Promise<Record<string, number>> {
  const own = process.threadCpuUsage();
  const before = await Promise.all(workers.map((worker) => worker.cpuUsage()));
  const started = performance.now();
  await work();
  const wall = performance.now() - started;
  const spent = await Promise.all(workers.map((worker, index) => worker.cpuUsage(before[index])));
  const [main = 0, ...each] = [process.threadCpuUsage(own), ...spent].map(({ user, system }) => (user + system) / 1000);
  const mean = each.reduce((sum, time) => sum + time, 0) / each.length;
  return { [MEAN]: mean, [BUSIEST]: Math.max(main, ...each), [WALL]: wall };
}

function name(workers: number, clock: string): string {
  return `${workers === 1 ? '1 thread' : `${workers} threads`}, ${clock}`;
}

const EVEN = '16 partitions, even ids';
const SKEWED = '16 partitions, skewed ids';

/** One process with more and more partitions, and ids that fall into few of them. */
export async function instances(): Promise<Section[]> {
  const documents = fullDocuments(LOAN, 1000);
  // Every other four ids are multiples of 16, so half of the work lies in one partition.
  const skewed = documents.map((document, index) =>
    index % 8 < 4 ? renumber(document, (index + 1) * 16) : renumber(document, index * 16 + 1 + (index % 15)),
  );
  const even = documents.map((document, index) => renumber(document, index + 1));
  const timings = await compare(
    {
      '1 partition': () => runOf(even, { instance_count: 1 }),
      '4 partitions': () => runOf(even, { instance_count: 4 }),
      [EVEN]: () => runOf(even, { instance_count: 16, parallelism: 4 }),
      [SKEWED]: () => runOf(skewed, { instance_count: 16, parallelism: 4 }),
    },
    { rounds: ROUNDS, clock: 'wall', documents: documents.length },
  );
  return [
    {
      title: 'instances on SQLite, 5 KB, one process',
      timings,
      ratios: [
        {
          key: 'instances_16_vs_1',
          meaning: '16 partitions : one',
          value: ratio(timings, EVEN, '1 partition'),
          target: '',
        },
        {
          key: 'skewed_vs_even',
          meaning: 'time of skewed / even',
          value: ratio(timings, EVEN, SKEWED),
          target: '<= 1.15',
        },
      ],
    },
  ];
}

/** The same document under another id, and with contacts of its own. */
function renumber({ appId, xml, defect }: GeneratedDocument, id: number): GeneratedDocument {
  const renumbered = xml.replaceAll(new RegExp(`"${appId}(\\d?)"`, 'g'), `"${id}$1"`);
  return { appId: String(id), xml: renumbered, defect };
}

async function runOf(
  documents: readonly GeneratedDocument[],
  request: NonNullable<RunOptions['request']>,
): Promise<{ overriddenDuration: number }> {
  const database = await openBenchDatabase(LOAN);
  await database.add(documents);
  const seconds = await database.run({ request });
  await database.close();
  return { overriddenDuration: seconds * 1000 };
}
