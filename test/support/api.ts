import { createApi } from '../../src/api/api.ts';
import { createBackend } from '../../src/api/backend.ts';
import { createLocalRunner } from '../../src/api/local-runner.ts';
import { silentLog } from '../../src/log.ts';
import type { Log } from '../../src/log.ts';
import type { Workplace } from './workplace.ts';

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
  const backend = createBackend({ XMLFAN_STORE: store, CONTRACTS_DIR: contractsDir, WORKERS: '1', ...env });
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
