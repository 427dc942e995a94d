import type { InvocationContext } from '@azure/functions';
import type { Backend } from '../../api/backend.ts';
import type { Log } from '../../log.ts';
import type { Activities } from '../../run/activities.ts';
import type { ActivityName, Messages } from '../../run/messages.ts';
import type { MapPool } from '../../run/pool.ts';
import { hostLog, withInvocation } from './log.ts';

/** What the functions of this process share. Everything is loaded when the first function that needs it is called. */
interface Worker {
  readonly backend: Backend;
  readonly activities: () => Promise<Activities>;
  readonly close: () => Promise<void>;
}

let worker: Promise<Worker> | undefined;

export async function openWorker(): Promise<Worker> {
  worker ??= createWorker();
  return worker;
}

/** Gives back what is open; whoever asks next starts afresh, with the settings as they then are. */
export async function closeWorker(): Promise<void> {
  const closing = await worker;
  worker = undefined;
  await closing?.close();
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
      const { activities } = await openWorker();
      return (await activities())[name](input);
    });
}

async function createWorker(): Promise<Worker> {
  const { createBackend, keepResolved } = await import('../../api/backend.ts');
  const backend = createBackend(process.env);
  const work = keepResolved(async () => openWork(backend));
  return {
    backend,
    activities: async () => (await work()).activities,
    close: async () => {
      const opened = await work.kept();
      await opened?.pool.close();
      await backend.close();
    },
  };
}

async function openWork(backend: Backend): Promise<{ activities: Activities; pool: MapPool }> {
  const [{ createActivities }, { openPool }, telemetry] = await Promise.all([
    import('../../run/activities.ts'),
    import('../../run/pool.ts'),
    import('../../telemetry.ts'),
  ]);
  const lines = telemetry.observeLines(await backend.lines());
  telemetry.observeLiveRuns(lines);
  const { workers, maxPageBytes } = backend.settings();
  // One thread would only add the way to it and back.
  const pool = openPool({ lines, workers: workers > 1 ? workers : 0 });
  const activities = createActivities({ lines, pool, maxPageBytes, log: workerLog(backend) });
  return { activities: telemetry.observeActivities(activities), pool };
}
