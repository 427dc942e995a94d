import { readFile } from 'node:fs/promises';
import type { TaskHub, TaskHubOptions } from './task-hub.ts';
import { createTaskHub } from './task-hub.ts';
import { openEndpoint, type Endpoint } from './endpoint.ts';
import type { RpcHttp } from './worker.ts';
import { invoke, toRpc } from './worker.ts';

export interface HttpCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is text already. */
  readonly body?: unknown;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  json(): Record<string, unknown>;
}

/** A Functions host in this process: the functions registered so far, behind their triggers. */
export interface TestHost extends Pick<TaskHub, 'start' | 'drain' | 'orchestrations' | 'activities' | 'timersFired'> {
  /** Calls an HTTP function by name at `/api/PATH`. */
  http(name: string, path: string, call?: HttpCall): Promise<HttpAnswer>;
  /** How often an activity was called. */
  times(activity: string): number;
  timer(name: string, options?: { isPastDue: boolean }): Promise<void>;
  /** From now on the Durable extension refuses to start orchestrations, or its answers to that get lost. */
  breakStart(how?: 'refused' | 'lost' | 'away'): void;
  /** Through the extension's own endpoint. */
  readonly manage: Endpoint['manage'];
  close(): void | Promise<void>;
}

/** Opens a host with an empty task hub; the version of new orchestrations is that of the project's host.json. */
export async function openHost(options: Omit<TaskHubOptions, 'version'> = {}): Promise<TestHost> {
  const hub = createTaskHub({ ...options, version: await defaultVersion() });
  const endpoint = await openEndpoint(hub);
  const { clientData } = endpoint;
  return {
    ...hub,
    manage: async (id, verb) => endpoint.manage(id, verb),
    breakStart: (how) => endpoint.breakStart(how),
    close: () => endpoint.close(),
    times: (activity) => hub.activities.filter(({ name }) => name === activity).length,
    http: async (name, path, call = {}) => {
      const answer = await invoke(name, { http: request(path, call) }, { clientData });
      if (!answer || !('http' in answer)) throw new Error(`"${name}" gave no HTTP answer`);
      return response(answer.http);
    },
    timer: async (name, { isPastDue } = { isPastDue: false }) => {
      const at = new Date().toISOString();
      const schedule = { Schedule: { AdjustForDST: true }, ScheduleStatus: { Last: at, Next: at, LastUpdated: at } };
      await invoke(name, toRpc({ ...schedule, IsPastDue: isPastDue }), { clientData });
    },
  };
}

async function defaultVersion(): Promise<string> {
  const hostJson: { extensions: { durableTask: { defaultVersion: string } } } = JSON.parse(
    await readFile(new URL('../../../host.json', import.meta.url), 'utf8'),
  );
  return hostJson.extensions.durableTask.defaultVersion;
}

function request(path: string, { method = 'GET', headers = {}, body }: HttpCall): RpcHttp {
  const url = new URL(`http://127.0.0.1/api/${path}`);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const sent = { method, url: url.href, params: {}, query: Object.fromEntries(url.searchParams) };
  if (text === undefined) return { ...sent, headers };
  return { ...sent, headers: { 'content-type': 'application/json', ...headers }, body: { string: text } };
}

function response({ statusCode, headers = {}, body }: RpcHttp): HttpAnswer {
  const text = body?.string ?? Buffer.from(body?.bytes ?? []).toString();
  return { status: Number(statusCode), headers, text, json: () => JSON.parse(text) };
}
