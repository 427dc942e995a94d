import type { HttpRequest, HttpResponseInit, InvocationContext, Timer } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import type { ApiContext } from '../api/endpoint.ts';
import { durableRunner, purgeHistory } from './client.ts';
import { openWorker, withInvocation, workerLog } from './worker.ts';

// What the host calls; orchestrators and activities apart, which app.ts registers as they are.

/** Answers an HTTP trigger with the API; the host has checked the key. */
export async function answerHttp(
  request: HttpRequest,
  client: DurableClient,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  return withInvocation(context, async () => {
    const { createApi } = await import('../api/api.ts');
    const api = createApi(await openContext(client));
    return toHostResponse(await api(await toWebRequest(request)));
  });
}

async function openContext(client: DurableClient): Promise<ApiContext> {
  const { backend } = await openWorker();
  return { backend, runner: durableRunner(client), log: workerLog(backend), nameKey };
}

/** The host tells who signed in where it asks for that, but not which of its keys was sent. */
function nameKey(headers: Headers): string {
  return headers.get('x-ms-client-principal-name') ?? 'function key';
}

async function toWebRequest(request: HttpRequest): Promise<Request> {
  const { url, method, headers } = request;
  const body = request.body === null ? null : await request.arrayBuffer();
  return new Request(url, { method, headers, body: body === null || body.byteLength === 0 ? null : body });
}

async function toHostResponse(response: Response): Promise<HttpResponseInit> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Starts a run for each product line. One that has a live run gets a row that says it was skipped. */
export async function startScheduledRuns(
  _timer: Timer,
  client: DurableClient,
  context: InvocationContext,
): Promise<void> {
  await withInvocation(context, async () => {
    const [{ startRunOfEachLine }, { countTick }] = await Promise.all([
      import('../api/watchdog.ts'),
      import('../telemetry.ts'),
    ]);
    countTick();
    await startRunOfEachLine(await openContext(client));
  });
}

/** Starts live runs again whose orchestrations are gone. */
export async function watchLiveRuns(_timer: Timer, client: DurableClient, context: InvocationContext): Promise<void> {
  await withInvocation(context, async () => {
    const { watchRuns } = await import('../api/watchdog.ts');
    await watchRuns(await openContext(client));
  });
}

/** Forgets finished orchestrations after the retention time; run rows stay in the database. */
export async function purgeFinished(_timer: Timer, client: DurableClient, context: InvocationContext): Promise<void> {
  await withInvocation(context, async () => {
    const { backend } = await openWorker();
    const { retentionDays } = backend.settings();
    const orchestrations = await purgeHistory(client, new Date(Date.now() - retentionDays * DAY_MS));
    workerLog(backend).info('Finished orchestrations purged', { orchestrations, retention_days: retentionDays });
  });
}
