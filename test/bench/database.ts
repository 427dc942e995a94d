import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contract } from '../../src/contract/contract.ts';
import { silentLog } from '../../src/log.ts';
import { openLines, type Line, type Lines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest, type RunRequest } from '../../src/run/request.ts';
import type { Progress } from '../../src/run/slice.ts';
import { openDatabase } from '../../src/store/open.ts';
import type { SourceDocument } from '../../src/store/port.ts';

/** A SQLite file of its own with source and destination tables. */
export interface BenchDatabase {
  /** Its address. */
  readonly store: string;
  readonly lines: Lines;
  readonly line: Line;
  add(documents: Iterable<SourceDocument>): Promise<void>;
  /** Converts what is pending and returns the seconds it took. */
  run(options?: RunOptions): Promise<number>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly request?: Partial<RunRequest>;
  readonly workers?: number;
  readonly onProgress?: (progress: Progress) => void;
}

const LEASES = { leaseSeconds: 120, aliveSeconds: 900 };

export async function openBenchDatabase(contract: Contract): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'xmlfan-bench-'));
  const store = `sqlite:${join(folder, 'bench.db')}`;
  const database = await openDatabase(store, LEASES);
  const lines = openLines({ database, contracts: [contract] });
  const line = lines.find(contract.productLine);
  await line.store.init();
  await line.store.createSource();
  await line.store.createDestination(line.tables);
  return {
    store,
    lines,
    line,
    add: (documents) => addAll(line, documents),
    run: (options = {}) => convert(lines, line, options),
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Opens one that is there and adds documents. */
export async function fill(store: string, contract: Contract, documents: Iterable<SourceDocument>): Promise<void> {
  const database = await openDatabase(store, LEASES);
  await addAll(openLines({ database, contracts: [contract] }).find(contract.productLine), documents);
  await database.close();
}

async function addAll({ store }: Line, documents: Iterable<SourceDocument>): Promise<void> {
  let batch: SourceDocument[] = [];
  const flush = async (): Promise<void> => {
    await store.importDocuments(batch, { replace: false });
    batch = [];
  };
  for (const document of documents) if (batch.push(document) === 500) await flush();
  await flush();
}

async function convert(
  lines: Lines,
  line: Line,
  { request = {}, workers = 0, onProgress }: RunOptions,
): Promise<number> {
  const pool = openPool({ lines, workers });
  const started = performance.now();
  const run = await runLocally({
    request: parseRunRequest({ product_line: line.productLine, instance_count: 1, ...request }),
    lines,
    pool,
    log: silentLog,
    maxPageBytes: 8_000_000,
    runRetentionDays: 365,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  if (run.status !== 'completed') throw new Error(`the run ended ${run.status}: ${run.error}`);
  return seconds;
}
