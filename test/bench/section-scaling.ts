import { openLines } from '../../src/run/line.ts';
import type { Lines } from '../../src/run/line.ts';
import { openPool } from '../../src/run/pool.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { openBenchDatabase, type RunOptions } from './database.ts';
import { fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { compare, ratio } from './measure.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import type { Section } from './report.ts';

const ROUNDS = 5;

/** Parse and map in one thread and in two, without a database: work that is all mapping, and large documents as bytes, as stores read them. */
export async function threads(): Promise<Section[]> {
  const database = await openBenchDatabase(LOAN);
  const lines = openLines({ database: database.lines.database, contracts: [LOAN] });
  const full = fullDocuments(LOAN, 2000);
  const large = largeDocuments(LOAN, 200).map(({ appId, xml }) => ({ appId, bytes: Buffer.from(xml) }));
  const sections = [
    await twoAgainstOne(lines, 'threads_2_vs_1', '5 KB, all mapped', () => full),
    await twoAgainstOne(lines, 'threads_2_vs_1_large', '250 KB, 3 % mapped, bytes', () =>
      large.map(({ appId, bytes }) => ({ appId, xml: new Uint8Array(bytes) })),
    ),
  ];
  await database.close();
  return sections;
}

/** `fresh` makes the documents of a round: bytes are handed over for good. */
async function twoAgainstOne(
  lines: Lines,
  key: string,
  what: string,
  fresh: () => readonly SourceDocument[],
): Promise<Section> {
  const line = lines.find(LOAN.productLine);
  const pools = [1, 2].map((workers) => ({ workers, pool: openPool({ lines, workers }) }));
  const timings = await compare(
    Object.fromEntries(
      pools.map(({ workers, pool }) => [name(workers), async () => void (await pool.map(line, fresh()))]),
    ),
    { rounds: ROUNDS * 2, clock: 'wall', documents: fresh().length },
  );
  for (const { pool } of pools) await pool.close();
  const value = ratio(timings, name(2), name(1));
  return {
    title: `threads, project+parse+map, ${what}`,
    timings,
    ratios: [{ key, meaning: 'two threads : one', value, target: key === 'threads_2_vs_1' ? '>= 1.8' : '' }],
  };
}

function name(workers: number): string {
  return workers === 1 ? '1 thread' : `${workers} threads`;
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
