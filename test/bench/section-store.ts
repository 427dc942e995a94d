import { randomUUID } from 'node:crypto';
import { startRun } from '../../src/run/control.ts';
import { planRun } from '../../src/run/plan.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { Contract } from '../../src/contract/contract.ts';
import type { GeneratedDocument } from '../../src/generate/documents.ts';
import { hashSource } from '../../src/store/origin.ts';
import type { GroupDocument } from '../../src/store/port.ts';
import { openBenchDatabase } from './database.ts';
import { fullDocuments, largeDocuments, LOAN } from './documents.ts';
import { compare, ratio } from './measure.ts';
import type { Section } from './report.ts';

const ROUNDS = 5;
const DOCUMENTS = 1000;

/** Whole runs, and writing alone: groups of 100 against one transaction a document. */
export async function endToEnd(): Promise<Section[]> {
  return [await wholeRuns(), await writing()];
}

const [PAGES_OF_20, PAGES_OF_1000] = ['250 KB, pages of 20', '250 KB, pages of 1,000 (bounded by bytes)'] as const;

async function wholeRuns(): Promise<Section> {
  const full = fullDocuments(LOAN, DOCUMENTS);
  const large = largeDocuments(LOAN, 100);
  const options = { rounds: ROUNDS, clock: 'wall' } as const;
  const small = await compare({ '5 KB, all mapped': () => runOf(full, 500) }, { ...options, documents: full.length });
  const paged = await compare(
    { [PAGES_OF_20]: () => runOf(large, 20), [PAGES_OF_1000]: () => runOf(large, 1000) },
    { ...options, documents: large.length },
  );
  return {
    title: 'end to end on SQLite, personal-loan, one instance, no threads',
    timings: new Map([...small, ...paged]),
    ratios: [
      {
        key: 'pages_of_20_vs_1000',
        meaning: 'pages of 20 : of 1,000, 250 KB',
        value: ratio(paged, PAGES_OF_20, PAGES_OF_1000),
        target: 'near 1',
      },
    ],
  };
}

async function runOf(
  documents: readonly GeneratedDocument[],
  batchSize: number,
): Promise<{ overriddenDuration: number }> {
  const database = await openBenchDatabase(LOAN);
  await database.add(documents);
  const seconds = await database.run({ request: { batch_size: batchSize } });
  await database.close();
  return { overriddenDuration: seconds * 1000 };
}

/** Characters of a document that becomes about 17 rows. */
const SEVENTEEN_ROWS = 2_000;

async function writing(): Promise<Section> {
  const documents = mapAll(LOAN, fullDocuments(LOAN, DOCUMENTS, SEVENTEEN_ROWS));
  const rows = documents.reduce((sum, document) => sum + rowsOf(document), 0) / documents.length;
  const timings = await compare(
    { 'groups of 100': () => write(documents, 100), 'a transaction a document': () => write(documents, 1) },
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
    return outcome.outcome === 'mapped' ? { ...outcome, appId, sourceHash } : { ...outcome, appId, sourceHash };
  });
}

function rowsOf(document: GroupDocument): number {
  return document.outcome === 'mapped' ? document.tables.reduce((sum, { rows }) => sum + rows.length, 0) : 0;
}

async function write(documents: readonly GroupDocument[], size: number): Promise<{ overriddenDuration: number }> {
  const database = await openBenchDatabase(LOAN);
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
