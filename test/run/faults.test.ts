import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test } from 'node:test';
import { InputError } from '../../src/errors.ts';
import { openLines } from '../../src/run/line.ts';
import type { Line, Lines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import type { LocalOptions } from '../../src/run/local.ts';
import { openDatabase } from '../../src/store/open.ts';
import { StoreError } from '../../src/store/port.ts';
import type { Store } from '../../src/store/port.ts';
import { temporaryFolder } from '../support/cli.ts';
import { LEASES, mixedDocuments, openWorkload, query } from './workload.ts';
import type { Workload } from './workload.ts';

const REQUEST = { instance_count: 2, batch_size: 4 };
const CAUSE = 'the disk of the server is on fire';
const folder = temporaryFolder();

/** Where it fails: before anything is done, or when it is done and only the answer is lost. */
type When = 'before' | 'after';

interface Fault {
  readonly method: string;
  readonly call: number;
  readonly transient: boolean;
  readonly when: When;
}

suite('a store that fails', () => {
  test('at any one call loses nothing, fails no document, and says why', async (t) => {
    const work = await openWorkload(t, mixedDocuments(15), { path: join(folder, 'template.db') });
    query(work.path, 'PRAGMA wal_checkpoint(TRUNCATE)');
    copyFileSync(work.path, join(folder, 'copy.db'));
    const calls = await countCalls(work);
    const wanted = stateOf(work, work.path);
    const faults = [...calls].flatMap(([method, count]) => faultsOf(method, count));
    assert.ok(faults.length > 50, `${faults.length} faults`);
    const ends = new Map<string, number>();
    for (let at = 0; at < faults.length; at += AT_ONCE) {
      const ended = faults.slice(at, at + AT_ONCE).map((fault, lane) => suffer(work, fault, lane, wanted));
      for (const end of await Promise.all(ended)) ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    assert.deepEqual([...ends.keys()].toSorted(), ['completed', 'failed', 'told']);
  });
});

const AT_ONCE = 40;

/** Change nothing, so that it is the same whether they fail before or after. */
const READS: ReadonlySet<string> = new Set(['findRun', 'listInstances', 'readPage', 'check', 'survey', 'logCounts']);

/** Every call fails once before it is done and, of those that write, once after; calls take turns in which of the two passes. */
function faultsOf(method: string, count: number): Fault[] {
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((call) => [
    { method, call, transient: call % 2 === 0, when: 'before' as const },
    ...(READS.has(method) && call > 1 ? [] : [{ method, call, transient: call % 2 === 1, when: 'after' as const }]),
  ]);
}

/** How often a run that nothing happens to calls each method. */
async function countCalls(work: Workload): Promise<ReadonlyMap<string, number>> {
  const calls = new Map<string, number>();
  const lines = watched(work.lines, (method, when) => {
    if (when === 'before') calls.set(method, (calls.get(method) ?? 0) + 1);
  });
  const run = await runLocally({ ...work.deps, lines, request: work.request(REQUEST) });
  assert.equal(run.status, 'completed');
  return calls;
}

/** A run with a fault and one without on a database of their own; how the first ended. */
async function suffer(
  work: Workload,
  fault: Fault,
  lane: number,
  wanted: unknown,
): Promise<'completed' | 'failed' | 'told'> {
  const path = join(folder, `${lane}.db`);
  copyFileSync(join(folder, 'copy.db'), path);
  const database = await openDatabase(`sqlite:${path}`, LEASES);
  const lines = openLines({ database, contracts: work.lines.all().map(({ contract }) => contract) });
  let calls = 0;
  const faulty = watched(lines, (method, when) => {
    if (method !== fault.method || when !== fault.when) return;
    calls += 1;
    if (calls === fault.call) throw new StoreError(CAUSE, { transient: fault.transient });
  });
  const options = { ...work.deps, request: work.request(REQUEST) };
  const about = JSON.stringify(fault);
  const end = await firstEnd({ ...options, lines: faulty }, about);
  if (end === 'completed') assert.deepEqual(stateOf(work, path), wanted, about);
  await runLocally({ ...options, lines });
  assert.deepEqual(stateOf(work, path), wanted, about);
  const failed = (await lines.find('lease').store.verify()).filter(({ passed }) => !passed);
  assert.deepEqual(failed, [], about);
  await database.close();
  return end;
}

async function firstEnd(options: LocalOptions, about: string): Promise<'completed' | 'failed' | 'told'> {
  try {
    const { status, error } = await runLocally(options);
    assert.ok(status === 'completed' || status === 'failed', `${about}: ${status}`);
    if (status === 'failed') assert.match(String(error), new RegExp(CAUSE), about);
    return status;
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    assert.match(error.message, new RegExp(CAUSE), about);
    return 'told';
  }
}

/** Outcomes and rows, without what differs from run to run. */
function stateOf({ line }: Workload, path: string): unknown {
  using database = new DatabaseSync(path, { timeout: 5000 });
  const sorted = (table: string, columns: string): readonly string[] =>
    database
      .prepare(`SELECT ${columns} FROM "lease.${table}"`)
      .all()
      .map((row) => JSON.stringify(row))
      .toSorted();
  return [sorted('processing_log', 'app_id, status, failure_reason'), line.tables.map(({ name }) => sorted(name, '*'))];
}

/** The same lines; `at` is told of each call of their store, and may throw. */
function watched(lines: Lines, at: (method: string, when: When) => void): Lines {
  const watch = (line: Line): Line => ({
    ...line,
    store: new Proxy(line.store, {
      get: (store, method: keyof Store) => {
        const call: unknown = Reflect.get(store, method);
        if (typeof call !== 'function') return call;
        return async (...given: unknown[]) => {
          at(method, 'before');
          const answer: unknown = await Reflect.apply(call, store, given);
          at(method, 'after');
          return answer;
        };
      },
    }),
  });
  return { ...lines, find: (name) => watch(lines.find(name)), all: () => lines.all().map(watch) };
}
