import { randomUUID } from 'node:crypto';
import { StoreError } from '../store/port.ts';
import type { RunFilter } from '../store/port.ts';
import type { OpenResult, Run, Store } from '../store/port.ts';
import type { Line, Lines } from './line.ts';
import { explainError, hasNoRuns } from './prepared.ts';
import { summarizeRun, viewRun } from './report.ts';
import type { RunSummary, RunView } from './report.ts';
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
  const run = await found.line.store.requestStatus(runId, to);
  // It may have ended in between: then asking changed nothing.
  if (run === null) return { result: 'unknown' };
  return run.status === to || to === 'cancelling' ? { result: 'done', run } : { result: 'refused', run };
}

/** A run with its instances and figures, or null if it is unknown. */
export async function describeRun(lines: Lines, runId: string): Promise<RunView | null> {
  const found = await findRun(lines, runId);
  if (found === null) return null;
  try {
    return await describe(found.line.store, found.run);
  } catch (error) {
    throw error instanceof StoreError ? await explainError(found.line, error) : error;
  }
}

/**
 * Runs of all product lines, newest first. A line whose tables cannot be read is told to `onUnreadable`, with the reason, and left out;
 * without that it throws.
 */
export async function listRuns(
  lines: Lines,
  { limit, offset, ...filter }: RunFilter & { readonly limit: number; readonly offset: number },
  onUnreadable?: (line: Line, reason: Error) => void,
): Promise<RunSummary[]> {
  const list = async (line: Line): Promise<readonly Run[]> => {
    try {
      return await line.store.listRuns({ ...filter, limit: limit + offset, offset: 0 });
    } catch (error) {
      if (onUnreadable === undefined || !(error instanceof StoreError)) throw error;
      onUnreadable(line, await explainError(line, error));
      return [];
    }
  };
  const all = (await Promise.all(workSets(lines).map(list))).flat();
  const newest = [...new Map(all.map((run) => [run.runId, run])).values()]
    .toSorted((a, b) => b.started.localeCompare(a.started))
    .slice(offset, offset + limit);
  return Promise.all(
    newest.map(async (run) => summarizeRun(run, (await lineOf(lines, run)?.store.listInstances(run.runId)) ?? [])),
  );
}

/** A run and a line of its work set, wherever it is. Lines that cannot be read matter only if no other has it. */
export async function findRun(lines: Lines, runId: string): Promise<{ readonly run: Run; readonly line: Line } | null> {
  const errors: unknown[] = [];
  for (const line of workSets(lines)) {
    try {
      const run = await line.store.findRun(runId);
      if (run !== null) return { run, line: lineOf(lines, run) ?? line };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.transient || !(await hasNoRuns(line))) errors.push(await explainError(line, error));
    }
  }
  if (errors.length > 0) throw errors[0];
  return null;
}

async function describe(store: Store, run: Run): Promise<RunView> {
  const instances = await store.listInstances(run.runId);
  // Looks through the whole log: not while there is nothing to find.
  const failed = !run.dryRun && instances.some(({ totals }) => totals.failed > 0);
  return viewRun(run, instances, failed ? await store.failureReasons(run.runId) : []);
}

/** One line per work set: several product lines may share one. */
function workSets(lines: Lines): Line[] {
  return [...new Map(lines.all().map((line) => [JSON.stringify(line.workSet), line])).values()];
}

/** The line that a run belongs to; null if its contract is gone. */
export function lineOf(lines: Lines, run: Run): Line | null {
  return lines.all().find((line) => line.productLine === run.productLine) ?? null;
}
