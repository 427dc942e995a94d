import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Action, HistoryEvent, NewEvent, OrchestratorState } from './history.ts';
import { ACTION, EVENT, stamp } from './history.ts';
import type { Operation } from './schedule.ts';
import { operations } from './schedule.ts';
import type { RpcValue } from './worker.ts';
import { fromRpc, invoke, registered, toRpc } from './worker.ts';

export type RuntimeStatus =
  | 'Pending'
  | 'Running'
  | 'ContinuedAsNew'
  | 'Suspended'
  | 'Completed'
  | 'Failed'
  | 'Terminated';

/** An orchestration as the hub keeps it. */
export interface Orchestration {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly parent: { readonly id: string; readonly taskId: number } | null;
  readonly created: Date;
  updated: Date;
  input: unknown;
  status: RuntimeStatus;
  output: unknown;
  customStatus: unknown;
  history: HistoryEvent[];
  inbox: NewEvent[];
  /** Operations of this generation that have been given out. */
  pending: Map<number, { readonly operation: Operation; started: boolean }>;
  generations: number;
}

export interface TaskHubOptions {
  /** Version of new orchestrations, as `defaultVersion` of host.json. */
  readonly version: string;
  /** Called before an activity; what it throws is the activity's failure. */
  readonly beforeActivity?: (name: string, input: unknown) => void | Promise<void>;
}

export type TaskHub = ReturnType<typeof createTaskHub>;

/** What an orchestration does not leave any more. */
export const FINISHED: ReadonlySet<RuntimeStatus> = new Set(['Completed', 'Failed', 'Terminated']);
const MAX_TURNS = 5000;

/**
 * The host side of orchestrations, in memory: history in, actions out, one event and one whole replay a turn, each turn replayed twice to catch
 * what is not deterministic. Timers fire at once, on a clock that runs ahead.
 */
export function createTaskHub(options: TaskHubOptions) {
  const orchestrations = new Map<string, Orchestration>();
  const activities: { name: string; input: unknown }[] = [];
  let ahead = 0;
  let timersFired = 0;
  const now = () => new Date(Date.now() + ahead);

  function start(
    name: string,
    input: unknown,
    id: string = randomUUID(),
    parent: Orchestration['parent'] = null,
  ): string {
    assert(registered().has(name), `no orchestrator named "${name}"`);
    const orchestration: Orchestration = {
      id,
      name,
      version: options.version,
      parent,
      created: now(),
      updated: now(),
      input,
      status: 'Pending',
      output: null,
      customStatus: null,
      history: [],
      inbox: [],
      pending: new Map(),
      generations: 0,
    };
    orchestrations.set(id, orchestration);
    beginGeneration(orchestration, input);
    return id;
  }

  /** Runs until every orchestration has ended or waits for nothing; returns early once `until` holds. */
  async function drain(until: () => boolean | Promise<boolean> = () => false): Promise<void> {
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      if (await until()) return;
      const live = [...orchestrations.values()].filter((orchestration) => !FINISHED.has(orchestration.status));
      const ready = live.filter(({ inbox, status }) => inbox.length > 0 && status !== 'Suspended');
      for (const orchestration of ready) await takeTurn(orchestration);
      const ran = await runActivities(live);
      if (ready.length === 0 && ran === 0 && !fireNextTimer(live)) return;
    }
    throw new Error(`the orchestrations did not come to an end in ${MAX_TURNS} turns`);
  }

  async function takeTurn(orchestration: Orchestration): Promise<void> {
    const { history } = orchestration;
    history.push(stamp({ EventType: EVENT.orchestratorStarted }, now()), stamp(orchestration.inbox.shift()!, now()));
    orchestration.status = 'Running';
    orchestration.updated = now();
    const state = await replay(orchestration);
    assert.deepEqual(await replay(orchestration), state, `orchestrator "${orchestration.name}" is not deterministic`);
    for (const event of history) event.IsPlayed = true;
    if (state.customStatus !== undefined) orchestration.customStatus = state.customStatus;
    const actions = state.actions[0] ?? [];
    if (state.actions.length > 0) giveOut(orchestration, actions);
    history.push({ ...stamp({ EventType: EVENT.orchestratorCompleted }, now()), IsPlayed: true });
    const restart = actions.find((action) => action.actionType === ACTION.continueAsNew);
    if (state.error !== undefined)
      finish(orchestration, 'Failed', `Orchestrator function '${orchestration.name}' failed: ${state.error}`);
    else if (restart !== undefined) beginGeneration(orchestration, restart.input);
    else if (state.isDone) finish(orchestration, 'Completed', state.output ?? null);
  }

  function giveOut(orchestration: Orchestration, actions: readonly Action[]): void {
    for (const operation of operations(actions, orchestration.history)) {
      const given = orchestration.pending.get(operation.id);
      if (given !== undefined && operation.kind === 'timer' && operation.canceled) given.started = true;
      if (operation.done || given !== undefined) continue;
      const { id: EventId } = operation;
      orchestration.pending.set(EventId, { operation, started: operation.kind === 'timer' && operation.canceled });
      const record = (event: NewEvent) => orchestration.history.push(stamp({ ...event, EventId }, now()));
      if (operation.kind === 'timer') record({ EventType: EVENT.timerCreated, FireAt: operation.fireAt });
      else if (operation.kind === 'activity') record({ EventType: EVENT.taskScheduled, Name: operation.name });
      else {
        const id = operation.instanceId ?? `${orchestration.id}:${EventId}`;
        const same = orchestrations.get(id);
        assert(same === undefined || FINISHED.has(same.status), `sub-orchestration "${id}" was started twice`);
        record({ EventType: EVENT.subCreated, Name: operation.name, InstanceId: id });
        orchestration.pending.get(EventId)!.started = true;
        start(operation.name, operation.input, id, { id: orchestration.id, taskId: EventId });
      }
    }
  }

  async function runActivities(live: readonly Orchestration[]): Promise<number> {
    const jobs = live.flatMap((owner) =>
      [...owner.pending.values()]
        .filter((job) => !job.started && job.operation.kind === 'activity')
        .map((job) => ({ owner, job })),
    );
    await Promise.all(
      jobs.map(async ({ owner, job }) => {
        job.started = true;
        if (job.operation.kind === 'activity') owner.inbox.push(await runActivity(owner.id, job.operation));
      }),
    );
    return jobs.length;
  }

  async function runActivity(
    instanceId: string,
    { id, name, input }: Operation & { kind: 'activity' },
  ): Promise<NewEvent> {
    activities.push({ name, input });
    try {
      await options.beforeActivity?.(name, input);
      const result = fromRpc(await invoke(name, toRpc(input), { triggerMetadata: { instanceId: toRpc(instanceId) } }));
      return { EventType: EVENT.taskCompleted, TaskScheduledId: id, Result: JSON.stringify(result ?? null) };
    } catch (error) {
      const { message, stack } = toError(error);
      const details = { Message: message, RemoteStackTrace: stack };
      const reason = `Activity function '${name}' failed: ${message}`;
      return { EventType: EVENT.taskFailed, TaskScheduledId: id, Reason: reason, Details: JSON.stringify(details) };
    }
  }

  function fireNextTimer(live: readonly Orchestration[]): boolean {
    const timers = live.flatMap((owner) =>
      [...owner.pending.values()].flatMap((job) =>
        job.operation.kind === 'timer' && !job.started ? [{ owner, job, operation: job.operation }] : [],
      ),
    );
    const next = timers.toSorted((a, b) => Date.parse(a.operation.fireAt) - Date.parse(b.operation.fireAt))[0];
    if (next === undefined) return false;
    const { id, fireAt } = next.operation;
    timersFired++;
    ahead += Math.max(0, Date.parse(fireAt) - now().getTime());
    next.job.started = true;
    next.owner.inbox.push({ EventType: EVENT.timerFired, TimerId: id, FireAt: fireAt });
    return true;
  }

  function finish(orchestration: Orchestration, status: RuntimeStatus, output: unknown): void {
    Object.assign(orchestration, { status, output, updated: now() });
    if (orchestration.parent === null) return;
    const { id, taskId: TaskScheduledId } = orchestration.parent;
    const parent = orchestrations.get(id);
    if (parent === undefined || FINISHED.has(parent.status)) return;
    if (status === 'Completed')
      parent.inbox.push({ EventType: EVENT.subCompleted, TaskScheduledId, Result: JSON.stringify(output) });
    // The extension tells of a terminated one without details, which the library cannot read: it fails whoever waited for it.
    else if (status === 'Terminated')
      parent.inbox.push({ EventType: EVENT.subFailed, TaskScheduledId, Reason: String(output) });
    else parent.inbox.push({ EventType: EVENT.subFailed, TaskScheduledId, Reason: String(output), Details: '' });
  }

  /** Whether there is an orchestration that has not ended; what it has begun goes on. */
  function terminate(id: string, reason: string): boolean {
    const found = orchestrations.get(id);
    if (found === undefined || FINISHED.has(found.status)) return false;
    finish(found, 'Terminated', reason);
    return true;
  }

  /** Whether there is an orchestration that has not ended. */
  function raise(id: string, name: string): boolean {
    const found = orchestrations.get(id);
    if (found === undefined || FINISHED.has(found.status)) return false;
    found.inbox.push({ EventType: EVENT.eventRaised, Name: name, Input: 'null' });
    return true;
  }

  return {
    start,
    drain,
    raise,
    terminate,
    timersFired: () => timersFired,
    orchestrations,
    activities,
    purge: (id: string) => orchestrations.delete(id),
  };
}

function beginGeneration(orchestration: Orchestration, input: unknown): void {
  const { id: InstanceId, name: Name, version: Version } = orchestration;
  orchestration.generations++;
  orchestration.input = input;
  orchestration.history = [];
  orchestration.pending = new Map();
  orchestration.inbox = [
    { EventType: EVENT.executionStarted, Name, Version, InstanceId, Input: JSON.stringify(input ?? null) },
  ];
}

async function replay(orchestration: Orchestration): Promise<OrchestratorState> {
  const history = structuredClone(orchestration.history);
  const trigger = {
    history,
    input: orchestration.input ?? null,
    instanceId: orchestration.id,
    isReplaying: history.filter((event) => event.EventType === EVENT.orchestratorStarted).length > 1,
    parentInstanceId: orchestration.parent?.id ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: '6.00:00:00',
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  try {
    return parseState(await invoke(orchestration.name, toRpc(trigger)));
  } catch (error) {
    // A failed orchestrator hands its state over behind this mark, in the message of what it throws.
    const [message = '', json] = toError(error).message.split('\n\n$OutOfProcData$:');
    if (json === undefined && message.includes(UNREADABLE)) return { isDone: true, actions: [], error: message };
    if (json === undefined) throw error;
    const state = parseState({ json });
    return { ...state, error: state.error ?? message };
  }
}

/** What the library throws by itself where it cannot read a failure. */
const UNREADABLE = 'could not parse its exception data';

function parseState(answer: RpcValue | null | undefined): OrchestratorState {
  assert(answer && 'json' in answer, 'an orchestrator answers with JSON');
  const state: OrchestratorState = JSON.parse(answer.json);
  return state;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
