import { createApi } from '../../src/api/api.ts';
import { createBackend } from '../../src/api/backend.ts';
import { createLocalRunner } from '../../src/api/local-runner.ts';
import { silentLog } from '../../src/log.ts';
import type { Log } from '../../src/log.ts';
import { openForEach } from './for-each.ts';
import type { Workplace } from './workplace.ts';
import { makeWorkplace } from './workplace.ts';

/** The API of a process that carries runs out itself. */
export interface TestApi {
  /** `GET` unless a body is given; JSON unless it is text already. */
  call(
    path: string,
    options?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: unknown },
  ): Promise<TestAnswer>;
  readonly handle: (request: Request) => Promise<Response>;
  /** Asks all runs to stop. */
  abort(): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export function openApi(
  { store, contractsDir }: Pick<Workplace, 'store' | 'contractsDir'>,
  { log = silentLog, env = {} }: { readonly log?: Log; readonly env?: NodeJS.ProcessEnv } = {},
): TestApi {
  const backend = createBackend({ XMLFAN_STORE: store, CONTRACTS_DIR: contractsDir, WORKERS: '0', ...env });
  const controller = new AbortController();
  const runner = createLocalRunner({ backend, log, signal: controller.signal });
  const handle = createApi({ backend, runner, log, nameKey: () => 'a test' });
  return {
    handle,
    call: async (path, { method, headers = {}, body } = {}) => {
      const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const response = await handle(
        new Request(`http://localhost/api/${path}`, {
          method: method ?? (sent === undefined ? 'GET' : 'POST'),
          headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          body: sent ?? null,
        }),
      );
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    abort: () => controller.abort(),
    idle: async () => runner.idle(),
    close: async () => {
      controller.abort();
      await runner.close();
      await backend.close();
    },
  };
}

/** Before each test of a file: a workplace with thirty letters, of which each tenth is not well-formed, and an API on it. */
export function apiForEach(options: Parameters<typeof openApi>[1] = {}): {
  readonly workplace: Workplace;
  readonly api: TestApi;
  /** The API of another process, beside other contracts or settings. */
  reopen(more?: { readonly place?: object; readonly env?: NodeJS.ProcessEnv }): Promise<void>;
} {
  const { get, replace } = openForEach(
    async () => {
      const workplace = await makeWorkplace();
      await workplace.addDocuments('letters', 1, 30, (id) => id % 10 === 3);
      return { workplace, api: openApi(workplace, options) };
    },
    async ({ workplace, api }) => {
      await api.close();
      await workplace.remove();
    },
  );
  return {
    get workplace() {
      return get().workplace;
    },
    get api() {
      return get().api;
    },
    reopen: async ({ place = {}, env = {} } = {}) => {
      const { workplace, api } = get();
      await api.close();
      replace({ workplace, api: openApi({ ...workplace, ...place }, { env }) });
    },
  };
}
