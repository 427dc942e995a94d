import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { durableRunner } from './client.ts';
import { withInvocation } from './log.ts';
import { openWorker, workerLog } from './worker.ts';

/** Answers an HTTP trigger with the API; the host has checked the key. */
export async function answerHttp(
  request: HttpRequest,
  client: DurableClient,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  return withInvocation(context, async () => {
    const { createApi } = await import('../../api/api.ts');
    const { backend } = await openWorker();
    const api = createApi({ backend, runner: durableRunner(client), log: workerLog(backend) });
    return toHostResponse(await api(await toWebRequest(request)));
  });
}

async function toWebRequest(request: HttpRequest): Promise<Request> {
  const { url, method, headers } = request;
  const body = request.body === null ? null : await request.arrayBuffer();
  return new Request(url, { method, headers, body: body === null || body.byteLength === 0 ? null : body });
}

async function toHostResponse(response: Response): Promise<HttpResponseInit> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
