import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiContext, Runner } from '../api/endpoint.ts';
import { ProblemError } from '../api/problem.ts';
import type { RunningServer } from '../api/server.ts';
import { InputError } from '../errors.ts';
import type { LogOptions } from './convert.ts';
import type { Work } from './lines.ts';
import { note, type Terminal } from './terminal.ts';

/** Where the page is served, and to whom. */
export interface PageOptions {
  readonly host: string;
  readonly port: number;
  /** Whether a browser is started with it. */
  readonly open?: boolean | undefined;
}

/** Serves the API and the page, and says where. Without a key only this machine is served. */
export async function servePage(
  terminal: Terminal,
  { host, port, open }: PageOptions,
  key: string | null,
  context: Omit<ApiContext, 'nameKey'>,
): Promise<RunningServer & { readonly lastAsked: () => number }> {
  const { createApi, isOpenRequest } = await import('../api/api.ts');
  const { startServer } = await import('../api/server.ts');
  const nameKey = () => (key === null ? 'none, on this machine' : 'XMLFAN_API_KEY');
  const api = createApi({ ...context, nameKey, cli: cliOf(terminal) }, { shareMs: SHARE_MS });
  let asked = -Infinity;
  const handle = async (request: Request): Promise<Response> => {
    const now = performance.now();
    const response = await api(request);
    asked = now;
    return response;
  };
  const server = await startServer({ host, port, key, isOpen: isOpenRequest, handle }).catch((error: unknown) =>
    refuseAddress({ host, port }, error),
  );
  const url = host === '127.0.0.1' ? server.url.replace(host, 'localhost') : server.url;
  note(terminal, `The page is at ${url}/`);
  if (open === true) await openBrowser(terminal, `${url}/`);
  return { ...server, url, lastAsked: () => asked };
}

/** What commands on the page begin and end with. */
function cliOf({ spell }: Terminal): ApiContext['cli'] {
  const [, program = '', options = ''] = /^`(.*?) status(.*)`$/.exec(spell('`xmlfan status`')) ?? [];
  return { program, options };
}

/** A status may be so old: who watches asks every few seconds. */
const SHARE_MS = 1000;

async function openBrowser(terminal: Terminal, url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url).catch(() => note(terminal, 'No browser could be started.'));
}

function refuseAddress({ host, port }: PageOptions, error: unknown): never {
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

/** A page that somebody looks at asks again within this time. */
const LOOK_MS = 5000;

/** Serves the page of one run for as long as `use` takes, and until who looks at it has seen its end. */
export async function withPage<T>(
  terminal: Terminal,
  { port, logFile, json }: Pick<LogOptions, 'logFile' | 'json'> & { readonly port: number },
  { lines, settings }: Work,
  use: () => Promise<T>,
): Promise<T> {
  // Who sits at this machine can open the database as well.
  const documentContents = terminal.env['DOCUMENT_CONTENTS'] ? settings.documentContents : true;
  const backend = {
    settings: () => ({ ...settings, documentContents }),
    contracts: async () => ({ contracts: lines.all().map(({ contract }) => contract), faults: [] }),
    lines: async () => lines,
    close: async () => undefined,
  };
  const { formatAsEvent, formatForFile, formatForScreen, openLineLog } = await import('./log-lines.ts');
  const screen = { write: (text: string) => note(terminal, text), format: json ? formatAsEvent : formatForScreen };
  const file = logFile && { write: logFile.write, format: formatForFile };
  const log = openLineLog([{ level: settings.logLevel, ...(file ?? screen) }]);
  const page = { host: '127.0.0.1', port };
  const server = await servePage(terminal, page, settings.apiKey, { backend, runner: ONE_RUN, log });
  try {
    return await use();
  } finally {
    const ended = performance.now();
    const until = ended - server.lastAsked() < LOOK_MS ? ended + LOOK_MS : ended;
    // A status that is asked for before this may be one from before the end.
    const fresh = ended + SHARE_MS;
    while (server.lastAsked() < fresh && performance.now() < until) await sleep(100);
    await server.close();
  }
}

/** This process is at work on its own run, and takes no other. */
const ONE_RUN: Runner = {
  start: async () => {
    throw new ProblemError({
      status: 409,
      kind: 'one-run-only',
      title: 'This page shows one run only',
      detail:
        'Its process carries out the run that it was started for. Start others by the command line, or with `xmlfan serve`.',
    });
  },
  resume: async () => undefined,
  state: async () => 'going',
};
