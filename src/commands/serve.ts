import { once } from 'node:events';
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
  const handle = createApi({ backend, runner, log });
  const server = await startServer({ ...options, key, handle }).catch((error: unknown) =>
    refuseAddress(options, error),
  );
  note(
    `Serving ${server.url}/api/health, described at ${server.url}/api/openapi.json. Ctrl-C stops; runs are then paused.`,
  );
  if (!signal.aborted) await once(signal, 'abort');

  await runner.close();
  await server.close();
  await backend.close();
  interrupt.stopListening();
  return EXIT.interrupted;
}

function refuseAddress({ host, port }: ServeOptions, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const faults = [
    {
      code: 'EADDRINUSE',
      place: '--port',
      message: `${port} is taken`,
      advice: 'Give another one; 0 takes any that is free.',
    },
    { code: 'EACCES', place: '--port', message: `${port} may not be taken`, advice: 'Give one above 1023.' },
    { code: 'EADDRNOTAVAIL', place: '--host', message: `${host} is no address of this machine`, advice: '' },
    { code: 'ENOTFOUND', place: '--host', message: `${host} is not known`, advice: '' },
  ].filter((fault) => fault.code === code);
  throw faults.length === 0 ? error : new InputError('The address cannot be served:', faults);
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
