import type { Outcome } from '../mapping/outcome.ts';
import type { SourceDocument } from '../store/port.ts';
import type { Line, Lines } from './line.ts';
import { openMappers } from './mappers.ts';
import type { MapTask } from './mappers.ts';

/** Parses and maps documents, in this thread or in others. One pool serves all instances of a process. */
export interface MapPool {
  /** What the line's contract makes of each document, in the same order. */
  map(line: Line, documents: readonly SourceDocument[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly lines: Lines;
  /** Threads; 0 = map in this thread. They are started when first needed. */
  readonly workers: number;
  /** The clock of `default_getutcdate_if_null`. */
  readonly now?: () => Date;
}

/** Opens a pool for the contracts of `lines`. */
export function openPool({ lines, workers, now = () => new Date() }: PoolOptions): MapPool {
  const contracts = lines.all().map((line) => line.contract);
  const taskOf = (line: Line, documents: readonly SourceDocument[]): MapTask => ({
    productLine: line.productLine,
    documents,
    now: now(),
  });
  if (workers === 0) {
    const map = openMappers(contracts);
    return { map: async (line, documents) => map(taskOf(line, documents)), close: async () => undefined };
  }
  let threads: ReturnType<typeof startThreads> | null = null;
  return {
    map: async (line, documents) => {
      threads ??= startThreads(contracts, workers);
      const { run } = await threads;
      const chunks = await Promise.allSettled(cut(documents, workers).map((chunk) => run(taskOf(line, chunk))));
      return chunks.flatMap(valueOf);
    },
    close: async () => {
      await (await threads)?.close();
    },
  };
}

/** Only once all threads have answered is a failure told, so that none is still at work when the pool is closed. */
function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

type Contracts = Parameters<typeof openMappers>[0];

/** The library is loaded only where threads are wanted; each thread compiles a contract when it first meets it. */
async function startThreads(
  contracts: Contracts,
  workers: number,
): Promise<{ run: (task: MapTask) => Promise<readonly Outcome[]>; close: () => Promise<void> }> {
  const { Piscina } = await import('piscina');
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const threads = new Piscina<MapTask, readonly Outcome[]>({
    filename: new URL(`map-worker.${extension}`, import.meta.url).href,
    name: 'mapDocuments',
    minThreads: workers,
    maxThreads: workers,
    workerData: contracts,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  return { run: (task) => threads.run(task), close: () => threads.close() };
}

/** Documents and rows are garbage as soon as they are sent on: a small nursery keeps many threads from holding much of it. */
const YOUNG_GENERATION_MB = 16;

const CHUNKS_PER_WORKER = 2;
const SMALLEST_CHUNK = 8;

/** Cuts a page so that all threads have something to do, without sending single small documents around. */
function cut(documents: readonly SourceDocument[], workers: number): readonly (readonly SourceDocument[])[] {
  const bytes = documents.reduce((sum, { xml }) => sum + xml.length, 0);
  const share = bytes / (workers * CHUNKS_PER_WORKER);
  const chunks: SourceDocument[][] = [];
  let chunk: SourceDocument[] = [];
  let size = 0;
  for (const document of documents) {
    chunk.push(document);
    size += document.xml.length;
    if (size >= share && (chunk.length >= SMALLEST_CHUNK || size >= LARGE_CHUNK)) {
      chunks.push(chunk);
      [chunk, size] = [[], 0];
    }
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

const LARGE_CHUNK = 100_000;
