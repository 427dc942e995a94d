import type { Action, HistoryEvent } from './history.ts';
import { ACTION, EVENT } from './history.ts';

/** Something the host has to do for an orchestration; `id` counts up in the order of actions. */
export type Operation = { readonly id: number; done: boolean } & (
  | { readonly kind: 'activity'; readonly name: string; readonly input: unknown }
  | { readonly kind: 'sub'; readonly name: string; readonly input: unknown; readonly instanceId: string | undefined }
  | { readonly kind: 'timer'; readonly fireAt: string; readonly canceled: boolean }
);

type NewOperation = Operation extends infer O ? (O extends Operation ? Omit<O, 'id' | 'done'> : never) : never;

/** A wait of the replay: a leaf settles by events, a compound by its children. */
interface Wait {
  settled(): boolean;
}

interface Leaf {
  readonly action: Action;
  settled: boolean;
  attempt: number;
  betweenAttempts: boolean;
}

/**
 * Walks an orchestrator's actions along its history as the extension does, one top-level action after the other, and returns every operation.
 * A task that stands in two compounds is scheduled twice there, so it is here.
 */
export function operations(actions: readonly Action[], history: readonly HistoryEvent[]): readonly Operation[] {
  const walk = createWalk(scheduledNames(history));
  const queue = [...actions];
  let current: Wait | undefined;
  const advance = () => {
    while (queue.length > 0 && (current === undefined || current.settled())) current = walk.issue(queue.shift()!);
  };
  let turnStarted = '';
  for (const event of history) {
    if (event.EventType === EVENT.orchestratorStarted) turnStarted = event.Timestamp;
    if (event.EventType === EVENT.executionStarted) advance();
    if (event.EventType === EVENT.eventRaised && walk.raise(event.Name)) advance();
    const id = event.TimerId ?? event.TaskScheduledId;
    if (id === undefined) continue;
    walk.complete(id, event, turnStarted);
    advance();
  }
  return walk.operations;
}

function scheduledNames(history: readonly HistoryEvent[]): ReadonlyMap<number, string> {
  const scheduling = new Set<number>([EVENT.taskScheduled, EVENT.subCreated, EVENT.timerCreated]);
  return new Map(
    history.filter((event) => scheduling.has(event.EventType)).map((event) => [event.EventId, event.Name ?? 'timer']),
  );
}

function createWalk(names: ReadonlyMap<number, string>) {
  const all: Operation[] = [];
  const leaves: Leaf[] = [];
  const waits: Leaf[] = [];

  function schedule(leaf: Leaf, operation: NewOperation): void {
    const id = all.length;
    const name = operation.kind === 'timer' ? 'timer' : operation.name;
    const before = names.get(id);
    if (before !== undefined && before !== name)
      throw new Error(
        `not deterministic: the history has ${before} as number ${id}, the orchestrator asked for ${name}`,
      );
    all.push({ ...operation, id, done: false });
    leaves.push(leaf);
  }

  function start(leaf: Leaf): void {
    const { actionType, functionName: name = '', input, instanceId, fireAt = '', isCanceled = false } = leaf.action;
    if (actionType === ACTION.activity || actionType === ACTION.activityWithRetry)
      schedule(leaf, { kind: 'activity', name, input });
    else if (actionType === ACTION.subOrchestrator || actionType === ACTION.subOrchestratorWithRetry)
      schedule(leaf, { kind: 'sub', name, input, instanceId });
    else if (actionType === ACTION.timer) {
      schedule(leaf, { kind: 'timer', fireAt, canceled: isCanceled });
      leaf.settled = isCanceled;
    } else if (actionType === ACTION.continueAsNew) leaf.settled = true;
    else if (actionType === ACTION.externalEvent) waits.push(leaf);
    else throw new Error(`action type ${actionType} is not simulated`);
  }

  function issue(action: Action): Wait {
    if (action.compoundActions !== undefined) {
      const children = action.compoundActions.map(issue);
      const any = action.actionType === ACTION.whenAny;
      return { settled: () => (any ? children.some((c) => c.settled()) : children.every((c) => c.settled())) };
    }
    const leaf: Leaf = { action, settled: false, attempt: 1, betweenAttempts: false };
    start(leaf);
    return { settled: () => leaf.settled };
  }

  function complete(id: number, { EventType }: HistoryEvent, turnStarted: string): void {
    const leaf = leaves[id]!;
    all[id]!.done = true;
    const failed = EventType === EVENT.taskFailed || EventType === EVENT.subFailed;
    const retry = leaf.action.retryOptions;
    if (leaf.betweenAttempts) {
      leaf.betweenAttempts = false;
      if (leaf.attempt > (retry?.maxNumberOfAttempts ?? 1)) leaf.settled = true;
      else start(leaf);
    } else if (failed && retry !== undefined) {
      // The extension waits after the last attempt too, before it gives up, and the library counts on it.
      const exponential =
        retry.firstRetryIntervalInMilliseconds * (retry.backoffCoefficient ?? 1) ** (leaf.attempt - 1);
      const wait = Math.min(exponential, retry.maxRetryIntervalInMilliseconds ?? Infinity);
      leaf.attempt++;
      leaf.betweenAttempts = true;
      const fireAt = new Date(Date.parse(turnStarted) + wait).toISOString();
      schedule(leaf, { kind: 'timer', fireAt, canceled: false });
    } else leaf.settled = true;
  }

  /** An event settles the first wait of its name, and takes no number. */
  function raise(name: string | undefined): boolean {
    const leaf = waits.find(({ settled, action }) => !settled && action.externalEventName === name);
    if (leaf !== undefined) leaf.settled = true;
    return leaf !== undefined;
  }

  return { operations: all, issue, complete, raise };
}
