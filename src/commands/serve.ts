import { once } from 'node:events';
import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import {
  addExamples,
  addStoreOptions,
  wholeNumber,
  type Cli,
  type GlobalOptions,
  type StoreOptions,
} from './options.ts';
import { listenForInterrupt, note, type Terminal } from './terminal.ts';

interface ServeOptions extends StoreOptions, GlobalOptions {
  readonly host: string;
  readonly port: number;
}

export function addServe({ program, acting }: Cli): void {
  const command = program
    .command('serve')
    .summary('serve the HTTP API and carry its runs out')
    .description(
      'Serves the same HTTP API as the Functions app, without Azure: this process carries the runs out that it is asked for.\n' +
        'Product lines are the contracts of CONTRACTS_DIR. Other machines are served only with XMLFAN_API_KEY.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port; 0 = any that is free', wholeNumber(0, 65_535), 7071)
    .action(
      acting((terminal, _, self: { optsWithGlobals(): ServeOptions }) => serve(terminal, self.optsWithGlobals())),
    );
  addStoreOptions(command);
  addExamples(command, [['serve --store sqlite:my.db', 'then: curl localhost:7071/api/health']]);
}

/** Serves the HTTP API of the Functions app from this process, which also carries the runs out, until Ctrl-C. */
async function serve(terminal: Terminal, options: ServeOptions): Promise<ExitStatus> {
  const { createApi, isOpenRequest } = await import('../api/api.ts');
  const { createBackend } = await import('../api/backend.ts');
  const { createLocalRunner } = await import('../api/local-runner.ts');
  const { isLoopback, startServer } = await import('../api/server.ts');
  const { parseSettings } = await import('../settings.ts');
  const { formatForScreen, openLineLog } = await import('./log-lines.ts');
  const { storeAddress } = await import('./store-address.ts');
  const settings = parseSettings(terminal.env);
  const key = settings.apiKey;
  if (key === null && !isLoopback(options.host)) refuseWithoutKey(options.host);

  const tell = (text: string): void => note(terminal, text);
  const interrupt = listenForInterrupt(terminal, tell);
  const { signal } = interrupt;
  const log = openLineLog([{ level: options.logLevel ?? settings.logLevel, write: tell, format: formatForScreen }]);
  const backend = createBackend({
    ...terminal.env,
    XMLFAN_STORE: storeAddress(terminal, options, settings.store),
    // Who sits at this machine can open the database as well.
    DOCUMENT_CONTENTS: terminal.env['DOCUMENT_CONTENTS'] || (isLoopback(options.host) ? 'on' : 'off'),
  });
  const runner = createLocalRunner({ backend, log, signal });
  const handle = createApi({
    backend,
    runner,
    log,
    nameKey: () => (key === null ? 'none, on this machine' : 'XMLFAN_API_KEY'),
  });
  const server = await startServer({ ...options, key, isOpen: isOpenRequest, handle }).catch((error: unknown) =>
    refuseAddress(options, error),
  );
  tell(
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
