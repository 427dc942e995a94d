import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Orchestration, TaskHub } from './task-hub.ts';

/** The loopback endpoint of the Durable extension that the client in the worker talks to: start, status, purge. */
export interface Endpoint {
  /** What a durable client binding receives. */
  readonly clientData: object;
  /** From now on starts are refused. */
  breakStart(): void;
  close(): void;
}

export async function openEndpoint(hub: TaskHub): Promise<Endpoint> {
  let broken = false;
  const server = createServer((request, response) => {
    if (broken && request.method === 'POST') return send(response, 500, { Message: 'the extension is out of order' });
    answer(hub, request, response).catch((error: Error) => send(response, 500, { Message: error.message }));
  });
  const base = await listen(server);
  // The client corrects the origin of its URLs unless the host says where it listens.
  process.env['WEBSITE_HOSTNAME'] = new URL(base).host;
  return {
    clientData: clientData(base),
    breakStart: () => {
      broken = true;
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
  const [, noun, name = '', id] = url.pathname.split('/').filter((part) => part !== '');
  if (noun === 'orchestrators' && request.method === 'POST') {
    const started = hub.start(name, await json(request).catch(() => undefined), id);
    return send(response, 202, { id: started });
  }
  if (request.method === 'DELETE') return send(response, 200, { instancesDeleted: purge(hub, name, url.searchParams) });
  const found = hub.orchestrations.get(name);
  return found === undefined ? send(response, 404, {}) : send(response, 200, status(found));
}

function purge(hub: TaskHub, id: string, query: URLSearchParams): number {
  const before = query.get('createdTimeTo');
  const statuses = query.get('runtimeStatus')?.split(',') ?? [];
  const matches = [...hub.orchestrations.values()].filter((orchestration) =>
    id !== ''
      ? orchestration.id === id
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
