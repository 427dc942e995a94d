import { getCompileCacheDir } from 'node:module';
import { placesOf } from '../mapping/map-document.ts';
import type { Place } from '../store/matches.ts';
import type { SourceDocument } from '../store/port.ts';
import type { Line, Lines } from './line.ts';
import { freeMemory, openMappers, ownMemory } from './mappers.ts';
import type { Mapped, MapTask } from './mappers.ts';
import { type Packed, unpack } from './pack.ts';
import { giveTurns } from './turns.ts';

/** Parses and maps documents, in this thread or in others. One pool serves all instances of a process. */
export interface MapPool {
  /** What the line's contract looks for, in the order of the digits of an outcome's `matches`. */
  places(line: Line): readonly Place[];
  /** Whether no other thread has been started. */
  isAlone(): boolean;
  /** What the line's contract makes of each document, in the same order. Bytes are handed over for good: afterwards they may be empty. */
  map(line: Line, documents: readonly SourceDocument[]): Promise<readonly Mapped[]>;
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly lines: Lines;
  /** Threads; 0 = map in this thread. */
  readonly workers: number;
  /** Milliseconds of CPU that this thread maps by itself before it looks whether it needs any. */
  readonly aloneMs?: number;
  /** The clock of `default_getutcdate_if_null`. */
  readonly now?: () => Date;
}

/**
 * About what threads cost: to start two and to compile their code took 1.5 s. Not by the clock: on a busy machine both lines of `npm start` were
 * nearly done when threads were started for the rest, and took 3.4 s of CPU instead of 2.0.
 */
const ALONE_MS = 2000;

/** A thread that is idle for more than the rest of the time waits for a server, which threads would not make faster, but take CPU from. */
const BUSY = 0.9;

/** Opens a pool for the contracts of `lines`. */
export function openPool({ lines, workers, aloneMs = ALONE_MS, now = () => new Date() }: PoolOptions): MapPool {
  const contracts = lines.all().map((line) => line.contract);
  const taskOf = (line: Line, documents: readonly SourceDocument[]): MapTask => ({
    productLine: line.productLine,
    documents,
    now: now(),
  });
  const mapHere = openMappers(contracts);
  const alone = watchAlone(aloneMs);
  let threads: ReturnType<typeof startThreads> | null = null;
  return {
    places: ({ contract }) => placesOf(contract),
    isAlone: () => threads === null,
    async map(line, documents) {
      if (workers === 0 || (threads === null && alone.suffices())) {
        await giveTurns();
        const mapped = alone.timed(() => mapHere(taskOf(line, documents)));
        freeMemory(documents);
        return mapped;
      }
      threads ??= startThreads(contracts, workers);
      const { run } = await threads;
      const chunks = await Promise.allSettled(cut(documents).map((chunk) => run(taskOf(line, chunk))));
      return chunks.flatMap(valueOf);
    },
    async close() {
      await (await threads)?.close();
    },
  };
}

/** Judges from how busy this thread was while it spent `aloneMs` of CPU on mapping whether it can go on to map by itself, again and again until it cannot. */
function watchAlone(aloneMs: number) {
  let spentMs = 0;
  let from = performance.eventLoopUtilization();
  return {
    timed<Result>(work: () => Result): Result {
      const started = process.cpuUsage();
      const result = work();
      const { user, system } = process.cpuUsage(started);
      spentMs += (user + system) / 1000;
      return result;
    },
    suffices(): boolean {
      if (spentMs < aloneMs) return true;
      if (aloneMs === 0 || performance.eventLoopUtilization(from).utilization >= BUSY) return false;
      [spentMs, from] = [0, performance.eventLoopUtilization()];
      return true;
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
): Promise<{ run: (task: MapTask) => Promise<readonly Mapped[]>; close: () => Promise<void> }> {
  const { Piscina } = await import('piscina');
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const threads = new Piscina<MapTask, Packed>({
    filename: new URL(`map-worker.${extension}`, import.meta.url).href,
    name: 'mapDocuments',
    minThreads: workers,
    maxThreads: workers,
    // The next chunks are there when one is done, even if this thread is busy just then.
    concurrentTasksPerWorker: 8,
    // Pages are ready one after the other, and what is mapped is sent at once, so that rows are in memory for a short time only.
    stricterFIFO: true,
    atomics: 'disabled',
    workerData: contracts,
    env: threadEnvironment(),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  return {
    run: async (task) => unpack(await threads.run(task, { transferList: task.documents.flatMap(ownMemory) })),
    close: () => threads.close(),
  };
}

/** Threads load compiled code where the process does: 120 ms of CPU to start one instead of 430, unbuilt. They do not ask for it themselves. */
function threadEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
}

/**
 * Documents and rows are garbage as soon as they are sent on: a small nursery keeps many threads from holding much of it. Runs with two threads took
 * no more CPU than with one of 16 MB.
 */
const YOUNG_GENERATION_MB = 4;

/** Some milliseconds of work: much more than sending it around costs, and little enough that all threads end a page together. */
const CHUNK = { documents: 50, length: 100_000 };

/** Cuts a page into what threads take one by one. */
function cut(documents: readonly SourceDocument[]): readonly (readonly SourceDocument[])[] {
  const chunks: SourceDocument[][] = [];
  let chunk: SourceDocument[] = [];
  let length = 0;
  for (const document of documents) {
    chunk.push(document);
    length += document.xml.length;
    if (chunk.length < CHUNK.documents && length < CHUNK.length) continue;
    chunks.push(chunk);
    [chunk, length] = [[], 0];
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}
