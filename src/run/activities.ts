import type { Log } from '../log.ts';
import { InputError } from '../errors.ts';
import { StoreError } from '../store/port.ts';
import type { Run } from '../store/port.ts';
import { finishRun } from './finish.ts';
import type { Line, Lines } from './line.ts';
import { isLeft, isLive, mostWorkFirst } from '../store/rules.ts';
import type {
  ActivityName,
  FailedCall,
  InstanceInput,
  Messages,
  NextInput,
  NextResult,
  NotOurs,
  PollResult,
  RunInput,
  SliceResult,
} from './messages.ts';
import { planRun } from './plan-run.ts';
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
  /** Days that runs are kept after they have ended. */
  readonly runRetentionDays: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds of a clock that only goes on; by default the process's own. */
  readonly clock?: () => number;
}

/** Activities return what cannot be helped and throw what may pass. */
export type Activities = {
  readonly [Name in ActivityName]: (input: Messages[Name]['input']) => Promise<Answer<Name>>;
};

type Answer<Name extends ActivityName> = Messages[Name]['result'] | FailedCall | NotOurs;

/** One instance, or several that take turns, keep all threads at work with so many: some 16 MiB of documents with the default page size. */
const MAX_PAGES = 4;

/** The activities of all runs of a process; make them once, so that its instances share memory and threads. */
export function createActivities(deps: ActivityDeps): Activities {
  const { lines, log } = deps;
  const slice: SliceDeps = {
    ...deps,
    clock: deps.clock ?? (() => performance.now()),
    slots: openSlots(deps.maxPages ?? MAX_PAGES),
  };
  return {
    planRun: guarded(log, 'planRun', (input) =>
      withPlan(lines, input, (line, run) => planRun(line, run, input.checked)),
    ),
    nextInstance: guarded(log, 'nextInstance', (input) =>
      withPlan(lines, input, (line, run) => nextInstance(deps, line, run, input)),
    ),
    processSlice: guarded(log, 'processSlice', (input) =>
      withPlan(lines, input, (line, run) => sliceOf(slice, line, run, input)),
    ),
    failInstance: guarded(log, 'failInstance', (input) =>
      withRun(lines, input, async ({ store }) => {
        await store.endInstance(input.runId, input.instanceId, { status: 'failed', error: input.error });
        return {};
      }),
    ),
    pollRun: guarded(log, 'pollRun', (input) =>
      withRun(lines, input, async ({ store }): Promise<PollResult> => ({ status: await store.keepAlive(input.runId) })),
    ),
    finishRun: guarded(log, 'finishRun', (input) =>
      withRun(lines, input, ({ store }) => finishRun(deps, store, input)),
    ),
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

/** The next instance that nobody has begun. If all have ended the run is closed: whoever started the lanes may have been terminated. */
async function nextInstance(deps: ActivityDeps, { store }: Line, run: Run, input: NextInput): Promise<NextResult> {
  if (!isLive(run)) return { instanceId: null };
  const instances = await store.listInstances(run.runId);
  const waiting = instances.filter(({ status, leased }) => status === 'planned' && !leased).toSorted(mostWorkFirst);
  if (!instances.some(isLeft)) await finishRun(deps, store, input);
  return { instanceId: waiting[input.lane % Math.max(1, waiting.length)]?.partition.instanceId ?? null };
}

/** Another app on the same task hub may know the run: nothing is done to it here. */
async function withRun<Result>(
  lines: Lines,
  { runId, productLine }: RunInput,
  work: (line: Line, run: Run) => Promise<Result> | Result,
): Promise<Result | NotOurs> {
  const line = lines.all().find((known) => known.productLine === productLine);
  if (line === undefined) return { notOurs: `the product line ${productLine} is unknown to this app` };
  const run = await line.store.findRun(runId);
  return run === null ? { notOurs: `run ${runId} is unknown in this database` } : work(line, run);
}

/** A run goes on with the contract it was planned with, or not at all. */
async function withPlan<Result>(
  lines: Lines,
  input: RunInput,
  work: (line: Line, run: Run) => Promise<Result> | Result,
): Promise<Result | FailedCall | NotOurs> {
  return withRun<Result | FailedCall>(lines, input, (line, run) =>
    run.contractHash === line.contract.hash
      ? work(line, run)
      : {
          error: `the contract of ${input.productLine} has changed since the run was opened; cancel it and start another`,
        },
  );
}

type Work<Name extends ActivityName> = (input: Messages[Name]['input']) => Promise<Answer<Name>>;

/** Only a transient error of the store is thrown, to be tried again; everything else would fail in the same way. */
function guarded<Name extends ActivityName>(log: Log, name: Name, work: Work<Name>): Work<Name> {
  return async (input) => {
    try {
      const answer = await work(input);
      if ('notOurs' in answer) log.warn(`${name} let alone: ${answer.notOurs}`, { ...input });
      return answer;
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
