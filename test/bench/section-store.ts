import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { startRun } from '../../src/run/control.ts';
import { planRun } from '../../src/run/plan-run.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { Contract } from '../../src/contract/contract.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { hashSource } from '../../src/store/origin.ts';
import type { GroupDocument } from '../../src/store/port.ts';
import { answer, compareApart } from './apart.ts';
import { openBefore } from './before.ts';
import { openBenchDatabase, type BenchDatabase } from './database.ts';
import { fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { compare, ratio } from './measure.ts';
import type { Ratio, Section } from './report.ts';

const BENCH = fileURLToPath(new URL('bench.ts', import.meta.url));
const ROUNDS = 5;
/** Spreads are wide where others use the machine. */
const RUNS = { rounds: 9, warmUp: 1 };
const DOCUMENTS = 1000;

/** Whole runs, and writing alone: groups of 100 against one transaction a document. */
export async function endToEnd(): Promise<Section[]> {
  return [await wholeRuns(), await writing()];
}

interface Kind {
  readonly title: string;
  readonly documents: () => readonly GeneratedDocument[];
}

/** By the middle of the key of their ratio. To begin and end a run takes some 20 ms, which is little of so many documents. */
const KINDS: Readonly<Record<string, Kind>> = {
  small: { title: '5 KB, all mapped', documents: () => fullDocuments(LOAN, 3 * DOCUMENTS) },
  large: { title: '250 KB, 3 % mapped', documents: () => largeDocuments(LOAN, 400) },
};

/** By the time of a process: one core does everything in it. */
async function wholeRuns(): Promise<Section> {
  const before = await openBefore();
  const timings = new Map<string, readonly number[]>();
  const ratios: Ratio[] = [];
  const leftOut: Record<string, string> = {};
  for (const [kind, { title }] of Object.entries(KINDS)) {
    const key = `run_sqlite_${kind}_vs_before`;
    const old = `before: ${title}`;
    const contestants = new Map([[title, ['runs', kind, 'now']]]);
    if (before.ok) contestants.set(old, ['runs', kind, 'before']);
    else leftOut[key] = before.reason;
    const found = await compareApart(BENCH, contestants, RUNS);
    for (const [name, times] of found) timings.set(name, times);
    if (before.ok) ratios.push({ key, meaning: `${title} : before`, value: ratio(found, title, old), target: '>= 3' });
  }
  return { title: 'whole runs on SQLite, personal-loan, one instance, no threads', timings, ratios, leftOut };
}

/** One of the two programs, in a process of its own: it runs whenever it is asked to, and answers with milliseconds a document. */
export async function contestRuns(kind: string, program: string): Promise<void> {
  const before = program === 'before' ? await openBefore() : null;
  const documents = KINDS[kind]?.documents() ?? [];
  answer(() =>
    runOf(() => (before?.ok ? before.before.openDatabase(before.before.loan) : openBenchDatabase(LOAN)), documents),
  );
}

async function runOf(open: () => Promise<BenchDatabase>, documents: readonly GeneratedDocument[]): Promise<number> {
  const database = await open();
  await database.add(documents);
  const started = process.cpuUsage();
  await database.run();
  const { user, system } = process.cpuUsage(started);
  await database.close();
  return (user + system) / 1000 / documents.length;
}

/** Characters of a document that becomes about 17 rows. */
const SEVENTEEN_ROWS = 2_000;

async function writing(): Promise<Section> {
  const sources = fullDocuments(LOAN, DOCUMENTS, SEVENTEEN_ROWS);
  const documents = mapAll(LOAN, sources);
  const rows = documents.reduce((sum, document) => sum + rowsOf(document), 0) / documents.length;
  const timings = await compare(
    {
      'groups of 100': () => write(sources, documents, 100),
      'a transaction a document': () => write(sources, documents, 1),
    },
    { rounds: ROUNDS, clock: 'wall', documents: documents.length },
  );
  return {
    title: `writing to SQLite, ${rows.toFixed(1)} rows a document, synchronous=NORMAL`,
    timings,
    ratios: [
      {
        key: 'batch_vs_single',
        meaning: 'groups : transaction a document',
        value: ratio(timings, 'groups of 100', 'a transaction a document'),
        target: '>= 3',
      },
    ],
  };
}

function mapAll(contract: Contract, documents: readonly GeneratedDocument[]): readonly GroupDocument[] {
  const mapper = compile(contract);
  return documents.map(({ appId, xml }) => {
    const outcome = mapper.map({ xml, appId }, new Date('2026-01-01T00:00:00Z'));
    const sourceHash = hashSource({ xml });
    if (outcome.outcome === 'rejected') return { ...outcome, appId, sourceHash };
    return { ...outcome, appId, sourceHash, matches: { places: mapper.places, digits: outcome.matches } };
  });
}

function rowsOf(document: GroupDocument): number {
  return document.outcome === 'mapped' ? document.tables.reduce((sum, { rows }) => sum + rows.length, 0) : 0;
}

async function write(
  sources: readonly GeneratedDocument[],
  documents: readonly GroupDocument[],
  size: number,
): Promise<{ overriddenDuration: number }> {
  const database = await openBenchDatabase(LOAN);
  // An instance that has nothing pending ends when it is planned.
  await database.add(sources);
  const { line, lines } = database;
  const request = parseRunRequest({ product_line: line.productLine, instance_count: 1 });
  const opened = await startRun(lines, request, { trigger: 'cli', start: async () => undefined });
  await planRun(line, opened.run);
  const claimed = await line.store.claimInstance(opened.run.runId, 0, randomUUID());
  if (claimed.result !== 'claimed') throw new Error(`the instance is ${claimed.result}`);
  let { claim } = claimed;
  const started = performance.now();
  for (let at = 0; at < documents.length; at += size) {
    const group = documents.slice(at, at + size);
    const cursor = group.at(-1)?.appId ?? '';
    const written = await line.store.writeGroup(claim, {
      documents: group,
      cursor,
      range: { start: null, end: null },
      tables: line.tables,
      dryRun: false,
    });
    if (written.result === 'lost') throw new Error('the lease is lost');
    ({ claim } = written);
  }
  const overriddenDuration = performance.now() - started;
  await database.close();
  return { overriddenDuration };
}
