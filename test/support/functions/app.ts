import assert from 'node:assert/strict';
import type { Workplace } from '../workplace.ts';
import type { TestHost } from './host.ts';
import { openHost } from './host.ts';
import type { TaskHubOptions } from './task-hub.ts';

/** Where the app works, with which settings beside the usual ones, and how its activities are disturbed. */
export interface AppOptions extends Pick<TaskHubOptions, 'beforeActivity'> {
  readonly workplace: Pick<Workplace, 'store' | 'contractsDir'>;
  readonly settings?: Readonly<Record<string, string>>;
}

let closeWorker: () => Promise<void> = async () => undefined;

/**
 * The Functions app of this project, in a host and on a database of its own. Functions are registered once a process, as in the real
 * worker, and always with a schedule.
 */
export async function openApp({ workplace, settings = {}, ...options }: AppOptions): Promise<TestHost> {
  await closeWorker();
  Object.assign(process.env, {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    XMLFAN_STORE: workplace.store,
    CONTRACTS_DIR: workplace.contractsDir,
    RUN_SCHEDULE: '0 0 * * * *',
    WATCH_SCHEDULE: '30 * * * * *',
    WORKERS: '1',
    ...settings,
  });
  const host = await openHost(options);
  await import('../../../src/functions/app.ts');
  ({ closeWorker } = await import('../../../src/functions/worker.ts'));
  return {
    ...host,
    close: async () => {
      await host.close();
      await closeWorker();
      for (const name of Object.keys(settings)) delete process.env[name];
    },
  };
}

/** Starts a run of the line `letters` and returns its id. */
export async function startLetters(app: TestHost, request: object): Promise<string> {
  const started = await app.http('startRun', 'runs', {
    method: 'POST',
    body: { product_line: 'letters', ...request },
  });
  assert.equal(started.status, 202, started.text);
  return String(started.json()['run_id']);
}
