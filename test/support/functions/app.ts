import type { TestHost } from './host.ts';
import { openHost } from './host.ts';
import type { TaskHubOptions } from './task-hub.ts';

/** The app's settings and how its activities are disturbed. */
export interface AppOptions extends Pick<TaskHubOptions, 'beforeActivity'> {
  readonly settings: Readonly<Record<string, string>>;
}

let closeWorker: () => Promise<void> = async () => undefined;

/**
 * The Functions app of this project in a host of its own. Functions are registered once a process, as in the real worker,
 * so the settings that registration reads must be the same each time.
 */
export async function openApp({ settings, ...options }: AppOptions): Promise<TestHost> {
  await closeWorker();
  Object.assign(process.env, settings);
  const host = await openHost(options);
  await import('../../../src/functions/durable.ts');
  await import('../../../src/functions/http.ts');
  await import('../../../src/functions/timer.ts');
  ({ closeWorker } = await import('../../../src/functions/host/worker.ts'));
  return {
    ...host,
    close: async () => {
      host.close();
      await closeWorker();
    },
  };
}
