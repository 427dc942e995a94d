import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationContext } from '@azure/functions';
import type { Backend } from '../api/backend.ts';
import type { Log, LogFields, LogLevel } from '../log.ts';
import { LOG_LEVELS } from '../log.ts';
import type { Activities } from '../run/activities.ts';
import type { ActivityName, Messages } from '../run/messages.ts';
import type { MapPool } from '../run/pool.ts';

/** What the functions of this process share. Everything is loaded when the first function that needs it is called. */
interface Worker {
  readonly backend: Backend;
  readonly activities: () => Promise<Activities>;
  /** What activities are at work on. */
  readonly atWork: Set<Promise<unknown>>;
  /** Asks slices to stop after the group in flight, waits for them as long as that, and closes what is open. */
  close(graceMilliseconds: number): Promise<void>;
}

let worker: Promise<Worker> | undefined;

export async function openWorker(): Promise<Worker> {
  worker ??= createWorker();
  return worker;
}

/** The host kills a worker that takes more than five seconds to stop; the rest is for the last telemetry. */
const GRACE_MS = 4000;

/** Gives back what is open, leases first; whoever asks next starts afresh, with the settings as they then are. */
export async function closeWorker(): Promise<void> {
  const closing = await worker;
  worker = undefined;
  await closing?.close(GRACE_MS);
}

/** The log of this process; a wrong setting is told elsewhere and does not silence it. */
export function workerLog(backend: Backend): Log {
  try {
    return hostLog(backend.settings().logLevel);
  } catch {
    return hostLog('info');
  }
}

/** What the Durable host calls for an activity. */
export function activityHandler<Name extends ActivityName>(name: Name) {
  return async (input: Messages[Name]['input'], context: InvocationContext) =>
    withInvocation(context, async () => {
      const [{ activities, atWork }, { inHostTrace }] = await Promise.all([openWorker(), import('../telemetry.ts')]);
      const { traceParent } = context.traceContext ?? {};
      const work = activities().then(async (all) => inHostTrace(traceParent, async () => all[name](input)));
      atWork.add(work);
      return work.finally(() => atWork.delete(work));
    });
}

async function createWorker(): Promise<Worker> {
  const { createBackend, keepResolved } = await import('../api/backend.ts');
  const backend = createBackend(process.env, async (lines) => (await import('../telemetry.ts')).observeLines(lines));
  const stop = new AbortController();
  const atWork = new Set<Promise<unknown>>();
  const work = keepResolved(async () => openWork(backend, stop.signal));
  return {
    backend,
    atWork,
    activities: async () => (await work()).activities,
    close: async (graceMilliseconds) => {
      stop.abort();
      await Promise.race([Promise.allSettled(atWork), sleep(graceMilliseconds, undefined, { ref: false })]);
      const opened = await work.kept();
      await opened?.pool.close();
      await backend.close();
    },
  };
}

async function openWork(backend: Backend, signal: AbortSignal): Promise<{ activities: Activities; pool: MapPool }> {
  const [{ createActivities }, { openPool }, telemetry] = await Promise.all([
    import('../run/activities.ts'),
    import('../run/pool.ts'),
    import('../telemetry.ts'),
  ]);
  const lines = await backend.lines();
  telemetry.observeLiveRuns(lines);
  const { workers, maxPageBytes, runRetentionDays } = backend.settings();
  // One thread would only add the way to it and back.
  const pool = openPool({ lines, workers: workers > 1 ? workers : 0 });
  const log = workerLog(backend);
  const activities = createActivities({ lines, pool, maxPageBytes, runRetentionDays, log, signal });
  return { activities: telemetry.observeActivities(activities), pool };
}

const invocations = new AsyncLocalStorage<InvocationContext>();

/** Runs a handler so that what it logs, however deep, belongs to its invocation. */
export async function withInvocation<T>(context: InvocationContext, handle: () => Promise<T>): Promise<T> {
  return invocations.run(context, handle);
}

/** A log to the Functions host. Fields follow the message as JSON; outside of invocations nothing is logged. */
function hostLog(level: LogLevel, bound: LogFields = {}): Log {
  const write =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(at) < LOG_LEVELS.indexOf(level)) return;
      const context = invocations.getStore();
      const all = { ...bound, ...fields };
      const line = Object.keys(all).length === 0 ? message : `${message} ${JSON.stringify(all)}`;
      if (at === 'error') context?.error(line);
      else if (at === 'warn') context?.warn(line);
      else if (at === 'info') context?.info(line);
      else context?.debug(line);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => hostLog(level, { ...bound, ...fields }),
  };
}
