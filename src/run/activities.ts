import type { Log } from '../log.ts';
import { InputError } from '../errors.ts';
import { StoreError } from '../store/port.ts';
import type { Run } from '../store/port.ts';
import { finishRun } from './finish.ts';
import type { Line, Lines } from './line.ts';
import { isLive, mostWorkFirst } from './live.ts';
import type {
  ActivityName,
  Failure,
  InstanceInput,
  Messages,
  NextInput,
  NextResult,
  PollResult,
  RunInput,
  SliceResult,
} from './messages.ts';
import { planRun } from './plan.ts';
import type { MapPool } from './pool.ts';
import { processSlice } from './slice.ts';
import type { Progress, SliceDeps } from './slice.ts';
import { openSlots } from './slots.ts';

export interface ActivityDeps {
  readonly lines: Lines;
  readonly pool: MapPool;
  readonly log: Log;
  /** Bytes of documents in a page. */
  readonly maxPageBytes: number;
  /** Pages in memory at the same time, over all instances of this process. */
  readonly maxPages?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Activities return what cannot be helped and throw what may pass. */
export type Activities = {
  readonly [Name in ActivityName]: (input: Messages[Name]['input']) => Promise<Messages[Name]['result'] | Failure>;
};

/** One instance, or several that take turns, keep all threads at work with so many: some 16 MiB of documents with the default page size. */
const MAX_PAGES = 4;

/** The activities of all runs of a process; make them once, so that its instances share memory and threads. */
export function createActivities(deps: ActivityDeps): Activities {
  const { lines, log } = deps;
  const slice: SliceDeps = { ...deps, slots: openSlots(deps.maxPages ?? MAX_PAGES) };
  const storeOf = ({ productLine }: RunInput): Line['store'] => lines.find(productLine).store;
  return {
    planRun: guarded(log, 'planRun', (input) => withRun(lines, input, planRun)),
    nextInstance: guarded(log, 'nextInstance', (input) =>
      withRun(lines, input, (line, run) => nextInstance(line, run, input)),
    ),
    processSlice: guarded(log, 'processSlice', (input) =>
      withRun(lines, input, (line, run) => sliceOf(slice, line, run, input)),
    ),
    failInstance: guarded(log, 'failInstance', async (input) => {
      await storeOf(input).endInstance(input.runId, input.instanceId, { status: 'failed', error: input.error });
      return {};
    }),
    pollRun: guarded(log, 'pollRun', async (input): Promise<PollResult> => ({
      status: await storeOf(input).keepAlive(input.runId),
    })),
    finishRun: guarded(log, 'finishRun', (input) => finishRun(storeOf(input), input, log)),
  };
}

function sliceOf(
  deps: SliceDeps,
  line: Line,
  run: Run,
  { instanceId }: InstanceInput,
): Promise<SliceResult> | SliceResult {
  return isLive(run) ? processSlice(deps, line, run, instanceId) : { next: 'stopped' };
}

async function nextInstance({ store }: Line, run: Run, { lane }: NextInput): Promise<NextResult> {
  if (!isLive(run)) return { instanceId: null };
  const waiting = (await store.listInstances(run.runId))
    .filter(({ status, leased }) => status === 'planned' && !leased)
    .toSorted(mostWorkFirst);
  return { instanceId: waiting[lane % Math.max(1, waiting.length)]?.partition.instanceId ?? null };
}

/** A run goes on with the contract it was planned with, or not at all. */
async function withRun<Result>(
  lines: Lines,
  { runId, productLine }: RunInput,
  work: (line: Line, run: Run) => Promise<Result> | Result,
): Promise<Result | Failure> {
  const line = lines.find(productLine);
  const run = await line.store.findRun(runId);
  if (run === null) return { error: `run ${runId} is unknown in this database` };
  if (run.contractHash !== line.contract.hash) {
    return {
      error: `the contract of ${productLine} has changed since the run was opened; cancel it and start another`,
    };
  }
  return work(line, run);
}

type Work<Name extends ActivityName> = (input: Messages[Name]['input']) => Promise<Messages[Name]['result'] | Failure>;

/** Only a transient error of the store is thrown, to be tried again; everything else would fail in the same way. */
function guarded<Name extends ActivityName>(log: Log, name: Name, work: Work<Name>): Work<Name> {
  return async (input) => {
    try {
      return await work(input);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const transient = error instanceof StoreError && error.transient;
      const expected = error instanceof StoreError || error instanceof InputError;
      log.error(`${name} failed`, {
        ...input,
        transient,
        reason: message,
        ...(expected || !(error instanceof Error) ? {} : { stack: error.stack }),
      });
      if (transient) throw error;
      return { error: message };
    }
  };
}
