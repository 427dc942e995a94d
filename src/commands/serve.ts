import { createApi } from '../api/api.ts';
import { createBackend } from '../api/backend.ts';
import { createLocalRunner } from '../api/local-runner.ts';
import { isLoopback, startServer } from '../api/server.ts';
import { InputError } from '../errors.ts';
import { parseSettings } from '../settings.ts';
import { openConsoleLog } from './console-log.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import type { GlobalOptions, StoreOptions } from './options.ts';
import { note } from './output.ts';
import { storeUrl } from './store-url.ts';

export interface ServeOptions extends StoreOptions {
  readonly host: string;
  readonly port: number;
}

/** Serves the HTTP API of the Functions app from this process, which also carries the runs out, until Ctrl-C. */
export async function serve(options: ServeOptions, { logLevel }: GlobalOptions): Promise<ExitStatus> {
  const settings = parseSettings(process.env);
  const key = settings.apiKey;
  if (key === null && !isLoopback(options.host)) refuseWithoutKey(options.host);

  const interrupt = listenForInterrupt(note);
  const { signal } = interrupt;
  const log = openConsoleLog(logLevel ?? settings.logLevel, note);
  const backend = createBackend({ ...process.env, XMLFAN_STORE: storeUrl(options, settings.store) });
  const runner = createLocalRunner({ backend, log, signal });
  const server = await startServer({ ...options, key, handle: createApi({ backend, runner, log }) });
  note(
    `Serving ${server.url}/api/health, described at ${server.url}/api/openapi.json. Ctrl-C stops; runs are then paused.`,
  );
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));

  await runner.close();
  await server.close();
  await backend.close();
  interrupt.stopListening();
  return EXIT.interrupted;
}

function refuseWithoutKey(host: string): never {
  throw new InputError('Serving other machines needs a key:', [
    {
      place: 'XMLFAN_API_KEY',
      message: `is missing, although ${host} can be reached from other machines`,
      advice: 'Set it to 16 characters or more, which callers send as x-functions-key; or serve 127.0.0.1.',
    },
  ]);
}
