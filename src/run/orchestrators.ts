import type {
  ActivityName,
  FailedCall,
  FinishInput,
  FinishResult,
  InstanceInput,
  Messages,
  NotOurs,
  PlanResult,
  RunInput,
  Standing,
} from './messages.ts';

/**
 * The part of `context.df` that the orchestrators use; durable-functions 3.5 and 4 and the local interpreter all have it.
 * No task ever stands in two compound tasks (3.5 would schedule it again), and no field of a task is read.
 */
export interface OrchestrationContext<Task> {
  readonly df: {
    /** What it was started with; each orchestrator takes its own part. */
    getInput(): RunState & LaneState & InstanceInput;
    readonly currentUtcDateTime: Date;
    callActivityWithRetry(name: string, retry: Retry, input?: unknown): Task;
    callSubOrchestrator(name: string, input?: unknown, instanceId?: string): Task;
    createTimer(fireAt: Date): Task & { cancel(): void };
    waitForExternalEvent(name: string): Task;
    continueAsNew(input: unknown): void;
    setCustomStatus(status: unknown): void;
    /** `any` gives the task that was first. */
    readonly Task: { all(tasks: Task[]): Task; any(tasks: Task[]): Task };
  };
}

/** An orchestration: yields tasks, returns `Result`. What a yield gives back is whatever the task's activity returned. */
export type Orchestration<Task, Result> = Generator<Task, Result, never>;

/** Looks like the library's `RetryOptions`; an activity throws only what may pass. */
export interface Retry {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient: number;
}

const RETRY: Retry = { firstRetryIntervalInMilliseconds: 2000, maxNumberOfAttempts: 6, backoffCoefficient: 2 };

/** History is replayed whole: it starts anew after this many waits. */
const STEPS_PER_HISTORY = 8;

const PAUSE_SECONDS = { first: 15, most: 120 };

/** The event that wakes a lane whose run was paused. */
export const RESUMED = 'resumed';

/**
 * The lane of a run's orchestration. `begun` tells apart what Durable's own endpoint starts once more with the same input, as a copy or in its
 * place: a lane that is begun under the id of another takes its history away. Without a generation those of version 1.0, which know no event.
 */
export function laneId({ runId, generation, round = 0 }: RunState, lane: number, begun?: string): string {
  return [runId, generation, begun, round, lane].filter((part) => part !== undefined).join(':');
}

/** Names under which orchestrators are registered and called. */
export const ORCHESTRATORS = { run: 'runOrchestrator', lane: 'drainInstances', one: 'instanceOrchestrator' } as const;

/** What a run carries along. */
export interface RunState extends RunInput {
  /** Counts from 0; above only if others have begun instances before, which may still be at work. */
  readonly round?: number;
  /** Whether ids of lanes tell when they were begun; histories from before are replayed without. */
  readonly tellsBegun?: boolean;
  /** For `planRun`, the first time. */
  readonly checked?: boolean;
}

/** What the status of a run's orchestration tells of its lanes. */
export interface LanesStatus {
  /** For `laneId`. */
  readonly begun?: string | undefined;
}

/**
 * A whole run: plan, then `parallelism` lanes that drain one instance after the other until none is left, then the end.
 * Lanes take what is next from the database, so that the next instance starts as soon as one ends.
 */
export function* runOrchestrator<Task>(
  context: OrchestrationContext<Task>,
): Orchestration<Task, FinishResult | undefined> {
  const { df } = context;
  const state: RunState = df.getInput();
  const { runId, productLine, round = 0 } = state;
  const checked = state.checked === true && round === 0;
  const plan = yield* call(context, 'planRun', { runId, productLine, ...(checked && { checked }) });
  if ('error' in plan) return yield* finish(context, { runId, productLine, error: plan.error });

  const begun = state.tellsBegun === true ? df.currentUtcDateTime.getTime().toString(36) : undefined;
  showStatus(context, 'draining', plan, { ...plan, left: plan.todo.length }, { begun });
  if (plan.todo.length > 0) yield* drainAll(context, { ...state, round, begun }, plan);

  const end = yield* finish(context, { runId, productLine, before: plan.todo.length });
  showStatus(context, end.status, plan, end);
  if (end.live) df.continueAsNew({ ...state, round: round + 1 } satisfies RunState);
  return end;
}

/** Counts only: far below the 8,000 characters that a status may have, whatever the number of instances. */
function showStatus<Task>(
  { df }: OrchestrationContext<Task>,
  phase: string,
  { planned, instances }: PlanResult,
  { left, percent, totals }: Standing & { readonly left: number },
  lanes: LanesStatus = {},
): void {
  df.setCustomStatus({ phase, planned, instances, left, percent, totals, ...lanes });
}

/** Lane by lane with an instance of its own to begin with; what goes wrong in one is in its instance row. */
function* drainAll<Task>(
  { df }: OrchestrationContext<Task>,
  run: RunState & { readonly round: number; readonly begun: string | undefined },
  plan: PlanResult,
): Orchestration<Task, void> {
  const { runId, productLine, round } = run;
  const lanes = plan.todo.slice(0, plan.parallelism).map((instanceId, lane) => {
    const state: LaneState = {
      runId,
      productLine,
      lane,
      instanceId,
      fresh: round === 0 && plan.begun !== true,
      only: false,
      pauseSeconds: 0,
      wakes: true,
    };
    return df.callSubOrchestrator(ORCHESTRATORS.lane, state, laneId(run, lane, run.begun));
  });
  try {
    yield df.Task.all(lanes);
  } catch {
    // A lane that could not even end its instance: `finishRun` finds what is left and another round takes it up.
  }
}

/** One partition by hand: joins the plan, drains that instance alone, and closes the run if it was the last. */
export function* instanceOrchestrator<Task>(context: OrchestrationContext<Task>): Orchestration<Task, FinishResult> {
  const { runId, productLine, instanceId }: InstanceInput = context.df.getInput();
  const plan = yield* call(context, 'planRun', { runId, productLine });
  if ('error' in plan) return yield* finish(context, { runId, productLine, error: plan.error });
  const state: LaneState = { runId, productLine, lane: 0, instanceId, fresh: false, only: true, pauseSeconds: 0 };
  yield context.df.callSubOrchestrator(ORCHESTRATORS.lane, state, `${runId}:only:${instanceId}`);
  return yield* finish(context, { runId, productLine });
}

function* finish<Task>(context: OrchestrationContext<Task>, input: FinishInput): Orchestration<Task, FinishResult> {
  for (;;) {
    const end = yield* call(context, 'finishRun', input);
    if ('error' in end) throw new Error(end.error);
    // Somebody still holds a lease: an activity that died holds it until it expires.
    if (end.waitSeconds === 0) return end;
    yield* wait(context, end.waitSeconds);
  }
}

/** What a lane carries along. */
interface LaneState extends RunInput {
  readonly lane: number;
  /** The instance being drained; null = take the next that nobody has begun. */
  readonly instanceId: number | null;
  /** Just taken: if it turns out to be held, another lane was faster and this one takes another. */
  readonly fresh: boolean;
  /** Whether the lane ends with its instance. */
  readonly only: boolean;
  /** Above 0: the run is paused, and this is how long to wait before asking again. */
  readonly pauseSeconds: number;
  /** Whether `RESUMED` ends a wait; lanes of version 1.0 waited by timer only, and their histories are replayed so. */
  readonly wakes?: boolean;
}

/** Drains instances, one slice after the other, until none is left or the run stops. Never fails because of one instance. */
export function* drainInstances<Task>(
  context: OrchestrationContext<Task>,
): Orchestration<Task, { readonly lane: number } | undefined> {
  let state: LaneState = context.df.getInput();
  for (let step = 0; step < STEPS_PER_HISTORY; step += 1) {
    const next = yield* takeStep(context, state);
    if (next === null) return { lane: state.lane };
    // A wait that an event did not end would take the next event away from later ones: each has a history of its own.
    const waited = state.wakes === true && state.pauseSeconds > 0;
    state = next;
    if (waited) break;
  }
  context.df.continueAsNew(state);
  return undefined;
}

function* takeStep<Task>(context: OrchestrationContext<Task>, state: LaneState): Orchestration<Task, LaneState | null> {
  if (state.pauseSeconds > 0) return yield* waitWhilePaused(context, state);
  return state.instanceId === null
    ? yield* takeNext(context, state)
    : yield* drainSlice(context, state, state.instanceId);
}

function* takeNext<Task>(context: OrchestrationContext<Task>, state: LaneState): Orchestration<Task, LaneState | null> {
  const taken = yield* call(context, 'nextInstance', {
    runId: state.runId,
    productLine: state.productLine,
    lane: state.lane,
  });
  if ('error' in taken || taken.instanceId === null) return null;
  return { ...state, instanceId: taken.instanceId, fresh: true };
}

function* drainSlice<Task>(
  context: OrchestrationContext<Task>,
  state: LaneState,
  instanceId: number,
): Orchestration<Task, LaneState | null> {
  const of = { runId: state.runId, productLine: state.productLine, instanceId };
  const slice = yield* call(context, 'processSlice', of);
  if ('error' in slice) {
    yield* call(context, 'failInstance', { ...of, error: slice.error });
    return afterInstance(state);
  }
  switch (slice.next) {
    case 'continue':
      return { ...state, fresh: false };
    case 'ended':
      context.df.setCustomStatus({ lane: state.lane, ended: instanceId, totals: slice.totals });
      return afterInstance(state);
    case 'busy':
      if (state.fresh) return afterInstance(state);
      yield* wait(context, slice.waitSeconds);
      return state;
    case 'paused':
      return { ...state, fresh: false, pauseSeconds: PAUSE_SECONDS.first };
    default:
      return null;
  }
}

function afterInstance(state: LaneState): LaneState | null {
  return state.only ? null : { ...state, instanceId: null, fresh: false };
}

/** Polling keeps the run from going stale. */
function* waitWhilePaused<Task>(context: OrchestrationContext<Task>, state: LaneState): Orchestration<Task, LaneState> {
  if (state.wakes === true) yield* waitForResume(context, state.pauseSeconds);
  else yield* wait(context, state.pauseSeconds);
  const poll = yield* call(context, 'pollRun', {
    runId: state.runId,
    productLine: state.productLine,
  });
  const paused = 'error' in poll || poll.status === 'paused';
  return { ...state, pauseSeconds: paused ? Math.min(state.pauseSeconds * 2, PAUSE_SECONDS.most) : 0 };
}

/** How long the orchestration waits, in turn, for an app that knows the run. */
const NOT_OURS_SECONDS = [5, 10, 20, 40, 60, 60];

/**
 * Calls an activity. What still fails after the retries becomes a result, so that it ends one instance and not its siblings.
 * Throws if no app answers that knows the run, so that the run is left as it is.
 */
function* call<Task, Name extends ActivityName>(
  context: OrchestrationContext<Task>,
  name: Name,
  input: Messages[Name]['input'],
): Orchestration<Task, Messages[Name]['result'] | FailedCall> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = yield* tryToCall(context, name, input);
    if (!('notOurs' in answer)) return answer;
    const seconds = NOT_OURS_SECONDS[attempt];
    if (seconds === undefined) throw new Error(`${answer.notOurs}; it is let alone`);
    yield* wait(context, seconds);
  }
}

function* tryToCall<Task, Name extends ActivityName>(
  { df }: OrchestrationContext<Task>,
  name: Name,
  input: Messages[Name]['input'],
): Orchestration<Task, Messages[Name]['result'] | FailedCall | NotOurs> {
  try {
    return yield df.callActivityWithRetry(name, RETRY, input);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Polling is the net: an event may come before anybody waits for it. */
function* waitForResume<Task>({ df }: OrchestrationContext<Task>, seconds: number): Orchestration<Task, void> {
  const timer = df.createTimer(new Date(df.currentUtcDateTime.getTime() + seconds * 1000));
  const first: unknown = yield df.Task.any([timer, df.waitForExternalEvent(RESUMED)]);
  // A timer that still runs keeps the orchestration from ending.
  if (first !== timer) timer.cancel();
}

function* wait<Task>({ df }: OrchestrationContext<Task>, seconds: number): Orchestration<Task, void> {
  yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + seconds * 1000));
}
