import { StoreError } from '../store/port.ts';
import type { Instance, Run } from '../store/port.ts';
import { createActivities } from './activities.ts';
import type { Activities, ActivityDeps } from './activities.ts';
import { Interrupted, orchestrate } from './interpreter.ts';
import { openOrJoin } from './join.ts';
import type { LocalRequest } from './join.ts';
import type { Line } from './line.ts';
import { drainInstances, instanceOrchestrator, ORCHESTRATORS, runOrchestrator } from './orchestrators.ts';

export interface LocalOptions extends LocalRequest, ActivityDeps {
  /** It was just found that the database fits the contract. */
  readonly checked?: boolean;
  /** Told once the run is open or joined. */
  readonly onOpened?: (run: Run) => void;
  /** Told once the instances are known. */
  readonly onPlanned?: (instances: readonly Instance[]) => void;
  /** Told whenever an instance waits since somebody has paused the run. */
  readonly onPaused?: (runId: string) => void;
}

/**
 * Runs in this process what Durable Functions would run, and returns the run as it then is.
 * An aborted signal stops it after the batches in flight and leaves the run paused; the same call goes on.
 */
export async function runLocally(options: LocalOptions): Promise<Run> {
  const line = options.lines.find(options.request.product_line);
  const run = await openOrJoin(options.lines, options);
  options.onOpened?.(run);
  const { signal, checked, instanceId } = options;
  await carryOut({ activities: announce(options, line), signal, checked }, line, run, instanceId);
  return (await line.store.findRun(run.runId)) ?? run;
}

/**
 * Carries out a run that is open, or one instance of it, until it ends. An aborted signal leaves it paused.
 * A database in which not even a failure can be noted, as on a full disk, ends it at once with a `StoreError`: nothing is gained by waiting.
 */
export async function carryOut(
  {
    activities,
    signal,
    checked,
  }: {
    readonly activities: Activities;
    readonly signal?: AbortSignal | undefined;
    readonly checked?: boolean | undefined;
  },
  line: Line,
  { runId, productLine }: Run,
  instanceId?: number,
): Promise<void> {
  const broken = new AbortController();
  const interpreter = {
    activities: noticing(activities, (message) => broken.abort(new StoreError(message, { transient: false }))),
    orchestrators: LOCAL_ORCHESTRATORS,
    signal: signal === undefined ? broken.signal : AbortSignal.any([signal, broken.signal]),
  };
  try {
    if (instanceId === undefined) await orchestrate(interpreter, ORCHESTRATORS.run, { runId, productLine, checked });
    else await orchestrate(interpreter, ORCHESTRATORS.one, { runId, productLine, instanceId });
  } catch (error) {
    broken.signal.throwIfAborted();
    if (!(error instanceof Interrupted)) throw error;
    await leave(line, runId, instanceId);
  }
}

/** The same activities; `tell` is given why a failure, or the end of a run, could not be noted. */
function noticing(activities: Activities, tell: (message: string) => void): Activities {
  const notice = <Answer extends object>(answer: Answer): Answer => {
    if ('error' in answer && typeof answer.error === 'string') tell(answer.error);
    return answer;
  };
  return {
    ...activities,
    failInstance: async (input) => notice(await activities.failInstance(input)),
    finishRun: async (input) => notice(await activities.finishRun(input)),
  };
}

const LOCAL_ORCHESTRATORS = {
  [ORCHESTRATORS.run]: runOrchestrator,
  [ORCHESTRATORS.lane]: drainInstances,
  [ORCHESTRATORS.one]: instanceOrchestrator,
};

function announce(options: LocalOptions, line: Line): Activities {
  const activities = createActivities(options);
  return {
    ...activities,
    planRun: async (input) => {
      const plan = await activities.planRun(input);
      if ('todo' in plan) options.onPlanned?.(await line.store.listInstances(input.runId));
      return plan;
    },
    processSlice: async (input) => {
      const slice = await activities.processSlice(input);
      if ('next' in slice && slice.next === 'paused') options.onPaused?.(input.runId);
      return slice;
    },
  };
}

/** Who stops leaves the run paused, unless processes beside it are at work on other instances. */
async function leave({ store }: Line, runId: string, instanceId: number | undefined): Promise<void> {
  const instances = await store.listInstances(runId);
  const others = instances.some(({ partition, leased }) => leased && partition.instanceId !== instanceId);
  if (!others) await store.requestStatus(runId, 'paused');
}
