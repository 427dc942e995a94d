import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { loadContract } from '../../src/contract-files.ts';
import { silentLog } from '../../src/log.ts';
import type { ActivityDeps } from '../../src/run/activities.ts';
import { openLines } from '../../src/run/line.ts';
import type { Line, Lines } from '../../src/run/line.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import type { RunRequest } from '../../src/run/request.ts';
import { openDatabase } from '../../src/store/open.ts';
import type { Leases, SourceDocument } from '../../src/store/port.ts';

export const CONTRACT = fileURLToPath(new URL('../golden/contracts/lease.json', import.meta.url));
const LEASE = loadContract(CONTRACT);
const ORDINARY = readFileSync(new URL('../golden/lease/0001-ordinary.xml', import.meta.url), 'utf8');

/** Short enough to wait for in a test. */
export const LEASES = { leaseSeconds: 1, aliveSeconds: 2 };

/** A document that maps, with keys of its own. */
export function goodDocument(appId: number): SourceDocument {
  return {
    appId: String(appId),
    xml: ORDINARY.replace('ID="610000"', `ID="${appId}"`).replace('con_id="6100001"', `con_id="${appId}1"`),
  };
}

/** A document that maps to a row which its table refuses. */
export function refusedDocument(appId: number): SourceDocument {
  return { appId: String(appId), xml: String(goodDocument(appId).xml).replace('grade="84"', 'grade="999"') };
}

/** A document cut off in the middle. */
export function brokenDocument(appId: number): SourceDocument {
  return { appId: String(appId), xml: String(goodDocument(appId).xml).slice(0, 900) };
}

/** Ids from 1 on: every 10th document is broken, every 15th is refused by its table. */
export function mixedDocuments(count: number): SourceDocument[] {
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1;
    if (id % 10 === 0) return brokenDocument(id);
    return id % 15 === 0 ? refusedDocument(id) : goodDocument(id);
  });
}

export function goodDocuments(count: number): SourceDocument[] {
  return Array.from({ length: count }, (_, index) => goodDocument(index + 1));
}

/** A database file with the contract's tables and some documents, and what a process needs to run them. */
export interface Workload {
  readonly path: string;
  readonly lines: Lines;
  readonly line: Line;
  readonly deps: ActivityDeps;
  request(options?: Partial<Record<keyof RunRequest, unknown>>): RunRequest;
  /** All rows of all destination tables, in an order of their own. */
  rows(): Record<string, unknown[]>;
  /** `app_id`, `status` and `failure_reason` of every log row, by id. */
  log(): Record<string, unknown>[];
  /** Another process' view of the same file. */
  sql(text: string): Record<string, unknown>[];
}

export async function openWorkload(
  t: { after(end: () => unknown): void },
  documents: readonly SourceDocument[],
  options: { workers?: number; path?: string; leases?: Leases } = {},
): Promise<Workload> {
  const path = options.path ?? temporaryPath(t);
  const database = await openDatabase(`sqlite:${path}`, options.leases ?? LEASES);
  const lines = openLines({ database, contracts: [LEASE] });
  const line = lines.find('lease');
  await line.store.init();
  await line.store.createSource();
  await line.store.createDestination(line.tables);
  await line.store.importDocuments(documents, { replace: false });
  const pool = openPool({
    lines,
    workers: options.workers ?? 0,
    aloneMs: 0,
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  t.after(async () => {
    await pool.close();
    await database.close();
  });
  const sql = (text: string): Record<string, unknown>[] => query(path, text);
  return {
    path,
    lines,
    line,
    deps: { lines, pool, log: silentLog, maxPageBytes: 8_000_000, runRetentionDays: 365 },
    request: (given = {}) => parseRunRequest({ product_line: 'lease', ...given }),
    rows: () =>
      Object.fromEntries(
        line.tables.map(({ name, columns }) => [
          name,
          sql(`SELECT * FROM "lease.${name}" ORDER BY ${columns.map((_, index) => index + 1).join()}`),
        ]),
      ),
    log: () => sql('SELECT app_id, status, failure_reason FROM "lease.processing_log" ORDER BY app_id'),
    sql,
  };
}

export function temporaryPath(t: { after(end: () => unknown): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'xmlfan-run-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'test.db');
}

/** Rows as another process sees them. */
export function query(path: string, text: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { timeout: 5000 });
  try {
    return database
      .prepare(text)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}
