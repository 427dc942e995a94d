import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Claim, GroupResult, Instance, Run, RunStatus, Totals } from '../store/port.ts';
import { groupDocuments } from './groups.ts';
import type { Line } from './line.ts';
import type { SliceResult } from './messages.ts';
import { readPages } from './pages.ts';
import type { MappedPage } from './pages.ts';
import { partitionText } from './partitions.ts';
import type { MapPool } from './pool.ts';
import { viewTotals } from './report.ts';
import { rangeOf, storedRequest } from './request.ts';
import type { RunRequest } from './request.ts';
import type { Slots } from './slots.ts';

/** What slices of a process share. */
export interface SliceDeps {
  readonly pool: MapPool;
  /** Pages that may be in memory at the same time, over all instances. */
  readonly slots: Slots;
  readonly maxPageBytes: number;
  readonly log: Log;
  /** Aborted: stop after the group that is being written. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Told after each group. */
export interface Progress {
  readonly runId: string;
  readonly instanceId: number;
  readonly planned: number;
  readonly totals: Totals;
}

interface Slice {
  readonly line: Line;
  readonly run: Run;
  readonly request: RunRequest;
  readonly instance: Instance;
  readonly claim: Claim;
  readonly log: Log;
  readonly deadline: number;
}

/** Works on an instance until its time is used up, nothing is left, or the run stops. The lease is given back whatever happens. */
export async function processSlice(deps: SliceDeps, line: Line, run: Run, instanceId: number): Promise<SliceResult> {
  const claimed = await line.store.claimInstance(run.runId, instanceId, randomUUID());
  if (claimed.result === 'busy') return { next: 'busy', waitSeconds: claimed.waitSeconds };
  if (claimed.result === 'ended') return afterEnd(claimed.instance, claimed.status);

  const { claim, instance } = claimed;
  const request = storedRequest(run.request);
  const log = deps.log.child({ run_id: run.runId, instance_id: instanceId });
  const slice = {
    line,
    run,
    request,
    instance,
    claim,
    log,
    deadline: performance.now() + request.slice_seconds * 1000,
  };
  log.info(`Processing partition: ${partitionText(instance.partition)}`, { session_id: claim.sessionId });
  try {
    return stopFor(claimed.status) ?? (await drain(deps, slice)) ?? (await end(slice));
  } finally {
    await release(slice);
  }
}

/** Read claim → read page → map → write → log; null = nothing is left. The next page is read and mapped meanwhile. */
async function drain(deps: SliceDeps, slice: Slice): Promise<SliceResult | null> {
  for await (const page of readPages(deps, slice.line, slice.instance, slice.request)) {
    logPage(slice.log, page);
    const stop = await writePage(deps, slice, page).finally(page.release);
    if (stop !== null) return stop;
  }
  return null;
}

async function writePage(deps: SliceDeps, slice: Slice, page: MappedPage): Promise<SliceResult | null> {
  for (const documents of groupDocuments(page.documents)) {
    const started = performance.now();
    const written = await slice.line.store.writeGroup(slice.claim, {
      documents,
      cursor: documents.at(-1)?.appId ?? '',
      range: rangeOf(slice.request),
      tables: slice.line.tables,
      dryRun: slice.run.dryRun,
    });
    // An embedded database and a pool without threads never leave the microtask queue: signals and timers get a turn here.
    await nextTurn();
    const stop = await afterGroup(deps, slice, written, {
      documents: documents.length,
      seconds: secondsSince(started),
    });
    if (stop !== null) return stop;
  }
  return null;
}

/** What the fence, the clock and the failure rate say after a group; null = go on. */
async function afterGroup(
  deps: SliceDeps,
  { line, run, request, instance, log, deadline }: Slice,
  written: GroupResult,
  batch: { readonly documents: number; readonly seconds: number },
): Promise<SliceResult | null> {
  if (written.result === 'lost') {
    log.warn('Lease lost: another process took over; nothing more is written here');
    return { next: 'continue' };
  }
  const { totals, status } = written;
  const { instanceId } = instance.partition;
  log.debug('Batch committed', { ...batch, done: totals.documents, planned: instance.planned });
  deps.onProgress?.({ runId: run.runId, instanceId, planned: instance.planned, totals });
  const rate = request.max_failure_rate;
  const now = rate === null || totals.failed === 0 ? status : await line.store.enforceFailureRate(run.runId, rate);
  if (deps.signal?.aborted === true) return { next: 'stopped' };
  return stopFor(now) ?? (performance.now() > deadline ? { next: 'continue' } : null);
}

function stopFor(status: RunStatus): SliceResult | null {
  if (status === 'running') return null;
  return { next: status === 'paused' ? 'paused' : 'stopped' };
}

function afterEnd(instance: Instance, status: RunStatus): SliceResult {
  const ended = instance.status === 'completed' || instance.status === 'failed';
  return ended && (status === 'running' || status === 'paused')
    ? { next: 'ended', totals: viewTotals(instance.totals) }
    : { next: 'stopped' };
}

async function end({ line, run, instance, claim, log }: Slice): Promise<SliceResult> {
  const { instanceId } = instance.partition;
  await line.store.endInstance(run.runId, instanceId, { status: 'completed', claim });
  const instances = await line.store.listInstances(run.runId);
  const totals = viewTotals(
    (instances.find(({ partition }) => partition.instanceId === instanceId) ?? instance).totals,
  );
  log.info('Partition finished', { ...totals });
  return { next: 'ended', totals };
}

/** A lease that cannot be given back expires by itself; that must not hide why the slice failed. */
async function release({ line, claim, log }: Slice): Promise<void> {
  try {
    await line.store.releaseInstance(claim);
  } catch (error) {
    log.warn('Lease not given back; it will expire', {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

function logPage(log: Log, { number, documents, bytes, seconds, last }: MappedPage): void {
  const first = documents[0]?.appId ?? null;
  log.info(`Page ${number}: fetched ${documents.length} documents`, {
    bytes,
    first_app_id: first,
    last_app_id: documents.at(-1)?.appId ?? null,
    map_seconds: seconds,
    last,
  });
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
