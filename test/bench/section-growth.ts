import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openBenchDatabase } from './database.ts';
import { CLAIM } from './documents.ts';
import { ratio, spreadOf } from './measure.ts';
import type { Section } from './report.ts';

const TENTHS = 10;

/** One long run over small documents: is the end as fast as the start, and does memory stay where it was? */
export async function growth(count: number): Promise<Section[]> {
  const database = await openBenchDatabase(CLAIM);
  fillElsewhere(database.store, count);
  const marks: Mark[] = [];
  const memory: number[] = [];
  await database.run({
    request: { instance_count: 16, parallelism: 4 },
    onProgress: progressOf(count, marks, memory),
  });
  await database.close();
  const pace = marks
    .slice(1)
    .map(({ done, at }, tenth) => (at - (marks[tenth]?.at ?? at)) / (done - (marks[tenth]?.done ?? 0)));
  const timings = new Map(pace.map((time, tenth) => [`tenth ${tenth + 1}`, [time]]));
  return [
    {
      title: `growth, ${count.toLocaleString('en')} small documents, insurance-claim`,
      timings,
      ratios: [
        {
          key: 'last_tenth_vs_first',
          meaning: 'time of the last tenth / first',
          value: ratio(timings, 'tenth 1', `tenth ${pace.length}`),
          target: '<= 1.1',
        },
        { key: 'peak_memory_mb', meaning: 'peak memory, MB', value: spreadOf([Math.max(...memory)]), target: '<= 350' },
      ],
    },
  ];
}

/** In a process of its own, whose memory is not the run's. */
function fillElsewhere(store: string, count: number): void {
  const script = fileURLToPath(new URL('fill.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [script, store, String(count)], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the database was not filled: status ${status}`);
}

type Mark = { readonly done: number; readonly at: number };

/** Notes the time whenever another tenth of all documents is done, and the memory after each group. */
function progressOf(
  count: number,
  marks: Mark[],
  memory: number[],
): (progress: { instanceId: number; totals: { documents: number } }) => void {
  const done = new Map<number, number>();
  let sum = 0;
  let peak = 0;
  return ({ instanceId, totals }) => {
    sum += totals.documents - (done.get(instanceId) ?? 0);
    done.set(instanceId, totals.documents);
    peak = Math.max(peak, process.memoryUsage.rss() / 1_048_576);
    memory[0] = peak;
    // The first group marks the start: planning and starting up are no part of the pace.
    if (sum >= (count / TENTHS) * marks.length) marks.push({ done: sum, at: performance.now() });
  };
}
