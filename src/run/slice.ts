import { randomUUID } from 'node:crypto';
import type { Log } from '../log.ts';
import type { Claim, GroupDocument, GroupResult, Instance, Run, RunStatus, Totals } from '../store/port.ts';
import { collectGroups, GROUP_LIMITS } from './collect-groups.ts';
import type { Line } from './line.ts';
import type { SliceResult } from './messages.ts';
import { readPages } from './pages.ts';
import type { MappedPage, PageDeps } from './pages.ts';
import { partitionText } from './partition-text.ts';
import { viewTotals } from './report.ts';
import { rangeOf, storedRequest } from './request.ts';
import type { RunRequest } from './request.ts';
import { giveTurns } from './turns.ts';
import { count } from '../words.ts';

/** What slices of a process share. */
export interface SliceDeps extends PageDeps {
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
    deadline: deps.clock() + request.slice_seconds * 1000,
  };
  log.info(`Processing partition: ${partitionText(instance.partition)}`, { session_id: claim.sessionId });
  try {
    return stopFor(claimed.status) ?? (await drain(deps, slice)) ?? (await end(slice));
  } finally {
    await release(slice);
  }
}

/** A group that is not full waits this long for further pages, so that progress is seen and a pause is noticed. */
const LONGEST_WAIT_MS = 3000;

/** Read page → map → group → write and log; null = nothing is left. Next pages are read and mapped meanwhile. */
async function drain(deps: SliceDeps, slice: Slice): Promise<SliceResult | null> {
  const { line, instance, request, log } = slice;
  const limits = { ...GROUP_LIMITS, documents: Math.min(GROUP_LIMITS.documents, request.batch_size) };
  let { claim } = slice;
  let due = deps.clock() + LONGEST_WAIT_MS;
  const isDue = (): boolean => deps.signal?.aborted === true || deps.clock() > Math.min(due, slice.deadline);
  const pages = logged(deps, log, readPages(deps, line, instance, request));
  for await (const documents of collectGroups(pages, isDue, limits)) {
    const written = await writeGroup(deps, slice, claim, documents);
    if (written.result === 'lost') {
      log.warn('Lease lost: another process took over; nothing more is written here');
      return { next: 'continue' };
    }
    const stop = await afterGroup(deps, slice, written);
    if (stop !== null) return stop;
    ({ claim } = written);
    due = deps.clock() + LONGEST_WAIT_MS;
  }
  return null;
}

async function writeGroup(
  { clock }: SliceDeps,
  { line, run, request, instance, log }: Slice,
  claim: Claim,
  documents: readonly GroupDocument[],
): Promise<GroupResult> {
  const started = clock();
  const written = await line.store.writeGroup(claim, {
    documents,
    cursor: documents.at(-1)?.appId ?? '',
    range: rangeOf(request),
    tables: line.tables,
    dryRun: run.dryRun,
  });
  if (written.result === 'written') {
    const { documents: done } = written.totals;
    const seconds = Math.round(clock() - started) / 1000;
    log.debug('Batch committed', { documents: documents.length, seconds, done, planned: instance.planned });
  }
  await giveTurns();
  return written;
}

/** What the fence, the clock and the failure limits say after a group; null = go on. */
async function afterGroup(
  deps: SliceDeps,
  { line, run, request, instance, deadline }: Slice,
  { totals, status }: Extract<GroupResult, { result: 'written' }>,
): Promise<SliceResult | null> {
  const { instanceId } = instance.partition;
  deps.onProgress?.({ runId: run.runId, instanceId, planned: instance.planned, totals });
  const limits = { rate: request.max_failure_rate, count: request.max_failures };
  const unlimited = limits.rate === null && limits.count === null;
  const now = unlimited || totals.failed === 0 ? status : await line.store.enforceFailureLimits(run.runId, limits);
  // This process stops, not the run: whoever asked for the slice asks again, here or elsewhere.
  if (deps.signal?.aborted === true) return { next: 'continue' };
  return stopFor(now) ?? (deps.clock() > deadline ? { next: 'continue' } : null);
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

/** All pages are told at debug level; at info the first and then one in a while, for a run of millions has tens of thousands. */
async function* logged({ clock }: SliceDeps, log: Log, pages: AsyncIterable<MappedPage>): AsyncGenerator<MappedPage> {
  let quietUntil = -Infinity;
  for await (const page of pages) {
    const isDue = clock() >= quietUntil;
    if (isDue) quietUntil = clock() + PAGE_LOG_MS;
    logPage(log, isDue ? 'info' : 'debug', page);
    yield page;
  }
}

const PAGE_LOG_MS = 10_000;

// Apart from the generator, which would keep the documents in memory while it waits.
function logPage(log: Log, level: 'info' | 'debug', { number, documents, bytes, seconds, last }: MappedPage): void {
  log[level](`Page ${number}: fetched ${count(documents.length, 'document')}`, {
    bytes,
    first_app_id: documents[0]?.appId ?? null,
    last_app_id: documents.at(-1)?.appId ?? null,
    map_seconds: seconds,
    last,
  });
}
