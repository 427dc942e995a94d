import { randomUUID } from 'node:crypto';
import type { OpenResult, Run, Store } from '../store/port.ts';
import type { Line, Lines } from './line.ts';
import { viewRun } from './report.ts';
import type { RunView } from './report.ts';
import { canonicalRequest } from './request.ts';
import type { RunRequest } from './request.ts';

/** `live`: another run of the work set is live (for the timer a `skipped` row was recorded). */
export type StartResult = OpenResult;

export interface StartOptions {
  readonly trigger: Run['trigger'];
  readonly idempotencyKey?: string;
  /** Starts the orchestration. Called once the run row is there, and only if it was opened; if it throws, the run is closed as failed. */
  readonly start: (run: Run) => Promise<void>;
}

/** Opens a run and starts it. The insert of the run row decides between several starts at once. */
export async function startRun(lines: Lines, request: RunRequest, options: StartOptions): Promise<StartResult> {
  const line = lines.find(request.product_line);
  const run = {
    runId: randomUUID(),
    productLine: line.productLine,
    contractHash: line.contract.hash,
    request: canonicalRequest(request),
    trigger: options.trigger,
    dryRun: request.dry_run,
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
  };
  const opened = await line.store.openRun(run);
  if (opened.result === 'live' && options.trigger === 'timer') await line.store.recordSkipped(run, opened.run.runId);
  if (opened.result === 'opened') await startOrClose(line.store, opened.run, options.start);
  return opened;
}

async function startOrClose(store: Store, run: Run, start: (run: Run) => Promise<void>): Promise<void> {
  try {
    await start(run);
  } catch (error) {
    await store.finishRun(run.runId, 'the orchestration could not be started');
    throw error;
  }
}

/** `refused`: the run is not in a state that allows it, e.g. it has ended. */
export type ControlResult =
  | { readonly result: 'done'; readonly run: Run }
  | { readonly result: 'unknown' }
  | { readonly result: 'refused'; readonly run: Run };

/** Asks a run to stop after the groups in flight and to keep its place. */
export function pauseRun(lines: Lines, runId: string): Promise<ControlResult> {
  return ask(lines, runId, 'paused', ['running', 'paused']);
}

/** Lets a paused run go on. */
export function resumeRun(lines: Lines, runId: string): Promise<ControlResult> {
  return ask(lines, runId, 'running', ['running', 'paused']);
}

/** Asks a run to end after the groups in flight; a stale one is closed at once. */
export function cancelRun(lines: Lines, runId: string): Promise<ControlResult> {
  return ask(lines, runId, 'cancelling', ['running', 'paused', 'cancelling']);
}

async function ask(
  lines: Lines,
  runId: string,
  to: 'paused' | 'running' | 'cancelling',
  from: readonly Run['status'][],
): Promise<ControlResult> {
  const found = await findRun(lines, runId);
  if (found === null) return { result: 'unknown' };
  if (!from.includes(found.run.status)) return { result: 'refused', run: found.run };
  const run = await found.store.requestStatus(runId, to);
  // It may have ended in between: then asking changed nothing.
  if (run === null) return { result: 'unknown' };
  return run.status === to || to === 'cancelling' ? { result: 'done', run } : { result: 'refused', run };
}

/** A run with its instances and figures, or null if it is unknown. */
export async function describeRun(lines: Lines, runId: string): Promise<RunView | null> {
  const found = await findRun(lines, runId);
  return found === null ? null : describe(found.store, found.run);
}

/** Runs of all product lines, newest first. */
export async function listRuns(
  lines: Lines,
  page: { readonly limit: number; readonly offset: number },
): Promise<RunView[]> {
  const all = await Promise.all(
    stores(lines).map((store) => store.listRuns({ limit: page.limit + page.offset, offset: 0 })),
  );
  const newest = [...new Map(all.flat().map((run) => [run.runId, run])).values()]
    .toSorted((a, b) => b.started.localeCompare(a.started))
    .slice(page.offset, page.offset + page.limit);
  return Promise.all(newest.map((run) => describe(storeOf(lines, run), run)));
}

/** A run and the store of its work set, wherever it is. */
export async function findRun(
  lines: Lines,
  runId: string,
): Promise<{ readonly run: Run; readonly store: Store } | null> {
  for (const store of stores(lines)) {
    const run = await store.findRun(runId);
    if (run !== null) return { run, store: storeOf(lines, run) ?? store };
  }
  return null;
}

async function describe(store: Store | null, run: Run): Promise<RunView> {
  if (store === null) return viewRun(run, [], []);
  const instances = await store.listInstances(run.runId);
  // Looks through the whole log: not while there is nothing to find.
  const failed = !run.dryRun && instances.some(({ totals }) => totals.failed > 0);
  return viewRun(run, instances, failed ? await store.failureReasons(run.runId) : []);
}

/** One store per work set: several product lines may share one. */
function stores(lines: Lines): Store[] {
  return [...new Map(lines.all().map((line) => [JSON.stringify(line.workSet), line.store])).values()];
}

function storeOf(lines: Lines, run: Run): Store | null {
  return lines.all().find((line: Line) => line.productLine === run.productLine)?.store ?? null;
}
