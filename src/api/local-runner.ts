import type { Log } from '../log.ts';
import type { Activities } from '../run/activities.ts';
import type { Lines } from '../run/line.ts';
import type { Run } from '../store/port.ts';
import type { Backend } from './backend.ts';
import { keepResolved } from './backend.ts';
import type { Runner } from './endpoint.ts';

/** Carries runs out in this process, beside serving requests. */
export interface LocalRunner extends Runner {
  /** Resolves when nothing is at work any more; after an abort that is after the groups in flight. */
  idle(): Promise<void>;
  /** Waits for that and ends the threads. */
  close(): Promise<void>;
}

/** An aborted signal leaves the runs paused; `resume` lets them go on, also in another process. */
export function createLocalRunner({
  backend,
  log,
  signal,
}: {
  readonly backend: Backend;
  readonly log: Log;
  readonly signal: AbortSignal;
}): LocalRunner {
  const atWork = new Map<string, Promise<void>>();
  const deps = keepResolved(async () => openDeps(backend, log, signal));
  const start: Runner['start'] = async (run, options) => {
    const opened = await deps();
    if (atWork.has(run.runId)) return;
    const work = carryOutLogged({ ...opened, checked: options?.checked ?? false }, run, log, signal).finally(() =>
      atWork.delete(run.runId),
    );
    atWork.set(run.runId, work);
  };
  const idle = async (): Promise<void> => {
    await Promise.all(atWork.values());
  };
  return {
    start,
    resume: (run) => start(run),
    state: async ({ runId }) => (atWork.has(runId) ? 'going' : 'gone'),
    idle,
    close: async () => {
      await idle();
      await (await deps.kept())?.close();
    },
  };
}

interface Deps {
  readonly lines: Lines;
  readonly activities: Activities;
  close(): Promise<void>;
}

async function openDeps(backend: Backend, log: Log, signal: AbortSignal): Promise<Deps> {
  const [{ createActivities }, { openPool }] = await Promise.all([
    import('../run/activities.ts'),
    import('../run/pool.ts'),
  ]);
  const lines = await backend.lines();
  const { workers, maxPageBytes, runRetentionDays } = backend.settings();
  const pool = openPool({ lines, workers: workers > 1 ? workers : 0 });
  return {
    lines,
    activities: createActivities({ lines, pool, maxPageBytes, runRetentionDays, log, signal }),
    close: async () => pool.close(),
  };
}

/** Nobody waits for the run, so that what goes wrong is logged; its row goes stale and the next start takes over. */
async function carryOutLogged(
  { lines, activities, checked }: Deps & { readonly checked: boolean },
  run: Run,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { carryOut } = await import('../run/local.ts');
    await carryOut({ activities, signal, checked }, lines.find(run.productLine), run);
  } catch (error) {
    log.error('Run given up', { run_id: run.runId, reason: error instanceof Error ? error.message : String(error) });
  }
}
