import type { ActivityName, Messages } from '../../src/run/messages.ts';
import type { OrchestrationContext } from '../../src/run/orchestrators.ts';

/** A task that nothing can be read from; it may be waited for once, by itself or in one compound task. */
type Task = object;

type Work =
  | { readonly kind: 'activity'; readonly name: string; readonly input: unknown; readonly attempts: number }
  | { readonly kind: 'orchestrator'; readonly name: string; readonly input: unknown; readonly id: string }
  | { readonly kind: 'timer'; readonly at: number }
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'all' | 'any'; readonly tasks: readonly Task[] };

type Orchestrator = (context: OrchestrationContext<Task>) => Generator<Task, unknown, unknown>;

export interface Script {
  readonly orchestrators: Readonly<Record<string, Orchestrator>>;
  /** What activities return, or throw, at a time. */
  /** Whether an event has come that somebody waits for. */
  readonly event?: (name: string, now: number) => boolean;
  readonly activities: { readonly [Name in ActivityName]: (input: Messages[Name]['input'], now: number) => unknown };
}

/** What an orchestration did: every call in order, the ids of its sub-orchestrations, how often a history began anew, and the seconds it waited. */
export interface Trace {
  readonly output: unknown;
  readonly calls: readonly string[];
  readonly ids: readonly string[];
  readonly histories: number;
  readonly waited: readonly number[];
  /** Seconds that timers had left when they were cancelled. */
  readonly canceled: readonly number[];
  /** Most steps of one history. */
  readonly longest: number;
}

/** Runs an orchestrator step by step on a clock of its own: siblings take turns, one task each, always in the same order. */
export function drive(script: Script, name: string, input: unknown): Trace {
  const trace: MutableTrace = { calls: [], ids: [], histories: 0, waited: [], canceled: [], longest: 0 };
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const main = spawn(script, trace, clock, name, input);
  while (!main.done) main.turn();
  if (main.error !== undefined) throw main.error;
  return { ...trace, output: main.output };
}

interface Running {
  done: boolean;
  output: unknown;
  error: unknown;
  turn(): void;
}

type MutableTrace = {
  calls: string[];
  ids: string[];
  histories: number;
  waited: number[];
  canceled: number[];
  longest: number;
};

function spawn(script: Script, trace: MutableTrace, clock: { now: number }, name: string, input: unknown): Running {
  const orchestrator = find(script.orchestrators, name);
  const works = new Map<Task, Work>();
  const used = new Set<Task>();
  let next: { input: unknown } | null = { input };
  let children: Running[] | null = null;
  let resume: { value?: unknown; error?: unknown } = {};
  let steps = 0;
  let generator = begin();

  function begin(): ReturnType<Orchestrator> {
    const json = JSON.stringify(next?.input);
    next = null;
    steps = 0;
    trace.histories += 1;
    return orchestrator({
      df: {
        getInput: () => JSON.parse(json),
        get currentUtcDateTime() {
          return new Date(clock.now);
        },
        callActivityWithRetry: (activity, retry, given) =>
          task({ kind: 'activity', name: activity, input: given, attempts: retry.maxNumberOfAttempts }),
        callSubOrchestrator: (called, given, id = '') => task({ kind: 'orchestrator', name: called, input: given, id }),
        createTimer: (at) => timer(at.getTime()),
        waitForExternalEvent: (event) => task({ kind: 'event', name: event }),
        continueAsNew: (given) => {
          next = { input: given };
        },
        setCustomStatus: (status) => {
          if (JSON.stringify(status).length > 8000) throw new Error('custom status too long');
        },
        Task: {
          all: (tasks) => task({ kind: 'all', tasks: tasks.map(take) }),
          any: (tasks) => task({ kind: 'any', tasks: tasks.map(take) }),
        },
      },
    });
  }
  function timer(at: number): Task & { cancel(): void } {
    const made = Object.freeze({ cancel: () => trace.canceled.push((at - clock.now) / 1000) });
    works.set(made, { kind: 'timer', at });
    return made;
  }
  function task(work: Work): Task {
    const made = Object.freeze({});
    works.set(made, work);
    return made;
  }
  function take(given: Task): Task {
    if (used.has(given)) throw new Error('a task stands in two places: durable-functions 3.5 would schedule it again');
    used.add(given);
    return given;
  }
  function workOf(given: Task): Work {
    const work = works.get(given);
    if (work === undefined) throw new Error('not a task of this history');
    return work;
  }
  function perform(work: Work): void {
    if (work.kind === 'timer') waitUntil(work.at);
    else if (work.kind === 'any') waitForFirst(work.tasks);
    else if (work.kind === 'event') throw new Error('the driver waits for events only beside a timer');
    else if (work.kind === 'activity') callActivity(work);
    else {
      const started = work.kind === 'all' ? work.tasks.map(workOf) : [work];
      children = started.map((sub) => {
        if (sub.kind !== 'orchestrator') throw new Error('the driver runs only orchestrators side by side');
        trace.ids.push(sub.id);
        return spawn(script, trace, clock, sub.name, sub.input);
      });
    }
  }
  function waitUntil(at: number): void {
    trace.waited.push((at - clock.now) / 1000);
    clock.now = Math.max(clock.now, at);
  }
  /** A timer and an event: which of them is first is the script's. */
  function waitForFirst(tasks: readonly Task[]): void {
    const all = tasks.map((each) => ({ task: each, work: workOf(each) }));
    const event = all.find(({ work }) => work.kind === 'event' && script.event?.(work.name, clock.now) === true);
    const until = all.find(({ work }) => work.kind === 'timer');
    if (until?.work.kind === 'timer' && event === undefined) waitUntil(until.work.at);
    resume = { value: (event ?? until)?.task };
  }
  function callActivity({ name: activity, input: given, attempts }: Extract<Work, { kind: 'activity' }>): void {
    for (let attempt = 1; ; attempt += 1) {
      trace.calls.push(`${activity}${instanceOf(given)}`);
      try {
        resume = { value: find(script.activities, activity)(JSON.parse(JSON.stringify(given)), clock.now) };
        return;
      } catch (error) {
        if (attempt >= attempts) {
          resume = { error };
          return;
        }
      }
    }
  }
  const running: Running = {
    done: false,
    output: undefined,
    error: undefined,
    turn() {
      if (children !== null) {
        const open = children.filter((child) => !child.done);
        if (open.length > 0) return open.forEach((child) => child.turn());
        const failed = children.find((child) => child.error !== undefined);
        resume = failed === undefined ? { value: children.map((child) => child.output) } : { error: failed.error };
        children = null;
      }
      try {
        const step = 'error' in resume ? generator.throw(resume.error) : generator.next(resume.value);
        resume = {};
        steps += 1;
        trace.longest = Math.max(trace.longest, steps);
        if (step.done !== true) return perform(workOf(take(step.value)));
        if (next !== null) {
          generator = begin();
          return undefined;
        }
        running.output = step.value;
        running.done = true;
      } catch (error) {
        running.error = error;
        running.done = true;
      }
      return undefined;
    },
  };
  return running;
}

function instanceOf(input: unknown): string {
  const found = typeof input === 'object' && input !== null && 'instanceId' in input;
  return found ? ` ${String(input.instanceId)}` : '';
}

function find<Value>(all: Readonly<Record<string, Value>>, name: string): Value {
  const found = all[name];
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}
