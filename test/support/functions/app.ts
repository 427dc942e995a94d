import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { openForEach } from '../for-each.ts';
import type { Workplace } from '../workplace.ts';
import { makeWorkplace } from '../workplace.ts';
import type { TestHost } from './host.ts';
import { openHost } from './host.ts';
import type { TaskHubOptions } from './task-hub.ts';

/** Where the app works, with which settings beside the usual ones, and how its activities are disturbed. */
export interface AppOptions extends Pick<TaskHubOptions, 'beforeActivity'> {
  readonly workplace: Pick<Workplace, 'store' | 'contractsDir'>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of a packaged app; the sources unless given. */
  readonly packaged?: string;
}

let closeWorker: () => Promise<void> = async () => undefined;

/**
 * The Functions app of this project, in a host and on a database of its own. Functions are registered once a process, as in the real
 * worker, and always with a schedule.
 */
export async function openApp({ workplace, settings = {}, packaged, ...options }: AppOptions): Promise<TestHost> {
  await closeWorker();
  Object.assign(process.env, {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    XMLFAN_STORE: workplace.store,
    CONTRACTS_DIR: workplace.contractsDir,
    RUN_SCHEDULE: '0 0 * * * *',
    WATCH_SCHEDULE: '30 * * * * *',
    WORKERS: '0',
    ...settings,
  });
  const host = await openHost(options);
  await import(moduleOf('functions/app', packaged));
  ({ closeWorker } = await import(moduleOf('functions/worker', packaged)));
  return {
    ...host,
    close: async () => {
      await host.close();
      await closeWorker();
      for (const name of Object.keys(settings)) delete process.env[name];
    },
  };
}

function moduleOf(name: string, packaged: string | undefined): string {
  return packaged === undefined
    ? new URL(`../../../src/${name}.ts`, import.meta.url).href
    : pathToFileURL(`${packaged}/dist/${name}.js`).href;
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

/** Before each test of a file: a workplace with so many letters, and an app on it. */
export function appForEach(documents: number): {
  readonly workplace: Workplace;
  readonly app: TestHost;
  /** The same app with other settings. */
  reopen(settings: Readonly<Record<string, string>>): Promise<void>;
} {
  const { get, replace } = openForEach(
    async () => {
      const workplace = await makeWorkplace();
      await workplace.addDocuments('letters', 1, documents);
      return { workplace, app: await openApp({ workplace }) };
    },
    async ({ workplace, app }) => {
      await app.close();
      await workplace.remove();
    },
  );
  return {
    get workplace() {
      return get().workplace;
    },
    get app() {
      return get().app;
    },
    reopen: async (settings) => {
      const { workplace, app } = get();
      await app.close();
      replace({ workplace, app: await openApp({ workplace, settings }) });
    },
  };
}
