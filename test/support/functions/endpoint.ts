import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Orchestration, TaskHub } from './task-hub.ts';
import { FINISHED } from './task-hub.ts';

/** The loopback endpoint of the Durable extension that the client in the worker talks to: start, status, purge. */
export interface Endpoint {
  /** What a durable client binding receives. */
  readonly clientData: object;
  /** What a person asks of the extension by hand: `terminate`, `suspend`, `resume`, `restart?…`, or nothing to purge. Returns the HTTP status. */
  manage(id: string, verb: string): Promise<number>;
  /** From now on starts are refused; with `lost` they happen, but their answers do not arrive. */
  /** `refused`: it starts nothing; `lost`: it does, and its answers do not arrive; `away`: its storage is gone, whatever it is asked. */
  breakStart(how?: 'refused' | 'lost' | 'away'): void;
  close(): void;
}

export async function openEndpoint(hub: TaskHub): Promise<Endpoint> {
  let broken: 'refused' | 'lost' | 'away' | null = null;
  const server = createServer((request, response) => {
    const fail = (message: string) => send(response, 500, { Message: message });
    if (broken === 'away') fail('Something went wrong while processing your request');
    else if (broken === null || request.method !== 'POST')
      answer(hub, request, response).catch((error: Error) => fail(error.message));
    else if (broken === 'refused') fail('the extension is out of order');
    else void start(hub, request).then(() => response.destroy());
  });
  const base = await listen(server);
  // The client corrects the origin of its URLs unless the host says where it listens.
  process.env['WEBSITE_HOSTNAME'] = new URL(base).host;
  return {
    clientData: clientData(base),
    manage: async (id, verb) => {
      const method = verb === '' ? 'DELETE' : 'POST';
      return (await fetch(`${base}instances/${id}/${verb}`, { method })).status;
    },
    breakStart: (how = 'refused') => {
      broken = how;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint does not listen on a port');
  return `http://127.0.0.1:${address.port}/durabletask/`;
}

async function answer(hub: TaskHub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, noun, name = ''] = url.pathname.split('/').filter((part) => part !== '');
  if (noun === 'orchestrators' && request.method === 'POST') {
    const id = await start(hub, request);
    return id === null ? send(response, 409, { Message: 'it is going already' }) : send(response, 202, { id });
  }
  const [, , , verb, event = ''] = url.pathname.split('/').filter((part) => part !== '');
  if (verb === 'suspend' || verb === 'resume') return send(response, suspend(hub, name, verb) ? 202 : 404, {});
  if (verb === 'raiseEvent') return send(response, hub.raise(name, event) ? 202 : 404, {});
  if (verb === 'terminate') return send(response, hub.terminate(name, 'by hand') ? 202 : 410, {});
  if (verb === 'restart') return restart(hub, name, url.searchParams, response);
  if (request.method === 'DELETE') return send(response, 200, { instancesDeleted: purge(hub, name, url.searchParams) });
  const found = hub.orchestrations.get(name);
  return found === undefined ? send(response, 404, {}) : send(response, 200, status(found));
}

/** Null if there is one of that id that has not ended: the extension starts no second. */
async function start(hub: TaskHub, request: IncomingMessage): Promise<string | null> {
  const [, , name = '', id] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/').filter(Boolean);
  const input = await json(request).catch(() => undefined);
  const earlier = hub.orchestrations.get(id ?? '');
  return earlier === undefined || FINISHED.has(earlier.status) ? hub.start(name, input, id) : null;
}

/** Begins it once more with its last input: in its own place if it has ended, or as a copy under a new id, which is the default. */
function restart(hub: TaskHub, id: string, query: URLSearchParams, response: ServerResponse): void {
  const found = hub.orchestrations.get(id);
  const copies = query.get('restartWithNewInstanceId') !== 'false';
  if (found === undefined) return send(response, 404, {});
  if (!copies && !FINISHED.has(found.status)) return send(response, 409, {});
  send(response, 202, { id: hub.start(found.name, found.input, ...(copies ? [] : [id])) });
}

/** What comes meanwhile waits: an orchestration that is suspended takes no turn. */
function suspend(hub: TaskHub, id: string, verb: 'suspend' | 'resume'): boolean {
  const found = hub.orchestrations.get(id);
  if (found === undefined || FINISHED.has(found.status)) return false;
  found.status = verb === 'suspend' ? 'Suspended' : 'Running';
  return true;
}

/** Only what has ended can be purged. */
function purge(hub: TaskHub, id: string, query: URLSearchParams): number {
  const before = query.get('createdTimeTo');
  const statuses = query.get('runtimeStatus')?.split(',') ?? [];
  const matches = [...hub.orchestrations.values()].filter((orchestration) =>
    id !== ''
      ? orchestration.id === id && FINISHED.has(orchestration.status)
      : statuses.includes(orchestration.status) && (before === null || orchestration.created <= new Date(before)),
  );
  return matches.filter((orchestration) => hub.purge(orchestration.id)).length;
}

function status(orchestration: Orchestration): object {
  const { name, id: instanceId, status: runtimeStatus, input, output, customStatus, created, updated } = orchestration;
  return {
    name,
    instanceId,
    runtimeStatus,
    input,
    output,
    customStatus,
    createdTime: created,
    lastUpdatedTime: updated,
  };
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The URLs carry a system key, as the host's do: a test looks for it in what callers get to see. */
function clientData(base: string): object {
  const key = 'code=SYSTEM-KEY';
  const instance = `${base}instances/INSTANCEID`;
  const create = `${base}orchestrators/{functionName}[/{instanceId}]?${key}`;
  return {
    taskHubName: 'TestHub',
    creationUrls: { createNewInstancePostUri: create, createAndWaitOnNewInstancePostUri: create },
    managementUrls: {
      id: 'INSTANCEID',
      statusQueryGetUri: `${instance}?${key}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${key}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${key}`,
      purgeHistoryDeleteUri: `${instance}?${key}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${key}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${key}`,
      resumePostUri: `${instance}/resume?reason={text}&${key}`,
    },
    baseUrl: base,
    requiredQueryStringParameters: key,
    rpcBaseUrl: base,
  };
}
