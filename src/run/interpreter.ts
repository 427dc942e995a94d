import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Activities } from './activities.ts';
import type { OrchestrationContext, Retry } from './orchestrators.ts';

/** A task of the interpreter: nothing happens until it is yielded, as with the library. */
type LocalTask = () => Promise<unknown>;

type LocalOrchestrator = (context: OrchestrationContext<LocalTask>) => Generator<LocalTask, unknown, unknown>;

export interface Interpreter {
  readonly activities: Activities;
  readonly orchestrators: Readonly<Record<string, LocalOrchestrator>>;
  /** Aborted: orchestrations end after the task they wait for, by throwing `Interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** The current time in milliseconds; by default the process's. */
  readonly now?: () => number;
}

/** The orchestration was asked to stop and did so between two tasks. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Waits are short here: asking a database on the same machine costs nothing, and no worker is redelivered. */
const LONGEST_WAIT_MS = 1000;
const RETRY_SHARE = 0.1;

/**
 * Runs an orchestrator of Durable Functions live in this process: no history and no replay, since what counts is in the database.
 * Inputs and results pass through JSON, as they do there.
 */
export async function orchestrate(interpreter: Interpreter, name: string, input: unknown): Promise<unknown> {
  const orchestrator = interpreter.orchestrators[name];
  if (orchestrator === undefined) throw new Error(`no orchestrator is called ${name}`);
  const { now = Date.now } = interpreter;
  let json: string | null = JSON.stringify(input);
  let output: unknown;
  while (json !== null) {
    let next: string | null = null;
    const current: string = json;
    const generator = orchestrator({
      df: {
        ...tasksOf(interpreter),
        getInput: () => JSON.parse(current),
        get currentUtcDateTime() {
          return new Date(now());
        },
        continueAsNew: (nextInput) => {
          next = JSON.stringify(nextInput);
        },
        setCustomStatus: () => undefined,
      },
    });
    output = await advance(generator, interpreter.signal);
    json = next;
  }
  return output;
}

type Tasks = Pick<
  OrchestrationContext<LocalTask>['df'],
  'callActivityWithRetry' | 'callSubOrchestrator' | 'createTimer' | 'waitForExternalEvent' | 'Task'
>;

function tasksOf(interpreter: Interpreter): Tasks {
  const { signal, now = Date.now } = interpreter;
  return {
    callActivityWithRetry: (name, retry, input) => () =>
      withRetry(retry, signal, () => callActivity(interpreter, name, input)),
    callSubOrchestrator: (name, input) => async () => plain(await orchestrate(interpreter, name, input)),
    createTimer: (fireAt) => Object.assign(() => wait(fireAt.getTime() - now(), signal), { cancel: () => undefined }),
    // Waits are short anyway.
    waitForExternalEvent: () => () => new Promise(() => undefined),
    Task: { all: (tasks) => () => settleAll(tasks), any: (tasks) => () => firstOf(tasks) },
  };
}

async function advance(
  generator: Generator<LocalTask, unknown, unknown>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let step = generator.next();
  while (step.done !== true) {
    const outcome = await step.value().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (signal?.aborted === true) throw new Interrupted();
    step = 'error' in outcome ? generator.throw(outcome.error) : generator.next(outcome.value);
  }
  return step.value;
}

async function callActivity({ activities }: Interpreter, name: string, input: unknown): Promise<unknown> {
  const activity = Object.entries(activities).find(([known]) => known === name)?.[1];
  if (activity === undefined) throw new Error(`no activity is called ${name}`);
  return plain(await activity(plain(input)));
}

/** As JSON would carry it; whoever takes it knows what it is. */
function plain(value: unknown): ReturnType<typeof JSON.parse> {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

async function withRetry(
  retry: Retry,
  signal: AbortSignal | undefined,
  work: () => Promise<unknown>,
): Promise<unknown> {
  return pRetry(work, {
    retries: retry.maxNumberOfAttempts - 1,
    minTimeout: retry.firstRetryIntervalInMilliseconds * RETRY_SHARE,
    factor: retry.backoffCoefficient,
    shouldRetry: () => signal?.aborted !== true,
  });
}

async function firstOf(tasks: readonly LocalTask[]): Promise<LocalTask> {
  return Promise.race(tasks.map(async (task) => task().then(() => task)));
}

/** Waits for all, so that nothing is at work any more when one of them has failed. */
async function settleAll(tasks: readonly LocalTask[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(tasks.map((task) => task()));
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  // An abort ends the wait; whoever waited looks at the signal next.
  await sleep(
    Math.max(0, Math.min(milliseconds, LONGEST_WAIT_MS)),
    undefined,
    signal === undefined ? {} : { signal },
  ).catch(() => undefined);
}
