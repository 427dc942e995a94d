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
import type { PageOptions } from './page.ts';
import { listenForInterrupt, note, type Terminal } from './terminal.ts';

interface ServeOptions extends StoreOptions, GlobalOptions, PageOptions {}

export function addServe({ program, acting }: Cli): void {
  const command = program
    .command('serve')
    .summary('serve the page for operators and the HTTP API, and carry runs out')
    .description(
      'Serves a page to watch and steer runs, and the same HTTP API as the Functions app, without Azure: ' +
        'this process carries the runs out that it is asked for.\n' +
        'Product lines are the contracts of CONTRACTS_DIR. Other machines are served only with XMLFAN_API_KEY.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port; 0 = any that is free', wholeNumber(0, 65_535), 7071)
    .option('--open', 'start a browser with the page')
    .action(
      acting((terminal, _, self: { optsWithGlobals(): ServeOptions }) => serve(terminal, self.optsWithGlobals())),
    );
  addStoreOptions(command);
  addExamples(command, [
    ['serve --store sqlite:my.db --open', 'the page, in a browser'],
    ['serve --store sqlite:my.db', 'then: curl localhost:7071/api/health'],
  ]);
}

/** Serves the page and the HTTP API of the Functions app from this process, which also carries the runs out, until Ctrl-C. */
async function serve(terminal: Terminal, options: ServeOptions): Promise<ExitStatus> {
  const { createBackend } = await import('../api/backend.ts');
  const { createLocalRunner } = await import('../api/local-runner.ts');
  const { isLoopback } = await import('../api/server.ts');
  const { servePage } = await import('./page.ts');
  const { parseSettings } = await import('../settings.ts');
  const { formatForScreen, openLineLog } = await import('./log-lines.ts');
  const { checkSqliteFile, storeAddress } = await import('./store-address.ts');
  const settings = parseSettings(terminal.env);
  const key = settings.apiKey;
  if (key === null && !isLoopback(options.host)) refuseWithoutKey(options.host);

  const address = storeAddress(terminal, options, settings.store);
  checkSqliteFile(address, { create: false });
  const tell = (text: string): void => note(terminal, text);
  const interrupt = listenForInterrupt(terminal, tell);
  const { signal } = interrupt;
  const log = openLineLog([{ level: options.logLevel ?? settings.logLevel, write: tell, format: formatForScreen }]);
  const backend = createBackend({
    ...terminal.env,
    XMLFAN_STORE: address,
    // Who sits at this machine can open the database as well.
    DOCUMENT_CONTENTS: terminal.env['DOCUMENT_CONTENTS'] || (isLoopback(options.host) ? 'on' : 'off'),
  });
  const runner = createLocalRunner({ backend, log, signal });
  const server = await servePage(terminal, options, key, { backend, runner, log });
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

function refuseWithoutKey(host: string): never {
  throw new InputError('Serving other machines needs a key:', [
    {
      place: 'XMLFAN_API_KEY',
      message: `is missing, although ${host} can be reached from other machines`,
      advice: 'Set it to 16 characters or more, which callers send as x-functions-key; or serve 127.0.0.1.',
    },
  ]);
}
