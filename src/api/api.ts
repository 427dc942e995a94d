import { randomUUID } from 'node:crypto';
import type { Answer, ApiContext } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { ProblemError, notFound, toProblemError } from './problem.ts';
import type { Route, RouteName } from './routes.ts';
import { answerResponse, problemResponse, writeAnswer } from './response.ts';
import { ROUTES, isOpen, matchRoute } from './routes.ts';

/** Answers requests below `/api/`, and for the page at `/`; it never throws. */
export type Api = (request: Request) => Promise<Response>;

/** Whether a request needs no key. */
export function isOpenRequest({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  const path = pathOf(pathname);
  return path !== null && isOpen(method, path);
}

/** What a path is below `/api/`; the page is shown at the root too. */
function pathOf(pathname: string): string | null {
  if (pathname === '/') return ROUTES.getDashboard.path;
  return pathname.startsWith('/api/') ? pathname.slice('/api/'.length) : null;
}

/**
 * The HTTP API as one function, for whatever serves it. Keys are the server's business. With `shareMs`, routes that many ask again and again
 * answer all who ask within that time alike, so that what watches a run costs it little; what changes anything ends the time.
 */
export function createApi(context: ApiContext, { shareMs = 0 }: { readonly shareMs?: number } = {}): Api {
  const shared = shareAnswers(shareMs);
  return async (request) => {
    try {
      const url = new URL(request.url);
      const { name, params } = findRoute(request.method, url.pathname);
      const make = async (): Promise<Answer> => answer(name, params, request, url, context);
      const route: Route = ROUTES[name];
      if (route.shared === true) return answerResponse(await shared.get(`${url.pathname}${url.search}`, make));
      const made = route.method === 'GET' ? make() : make().finally(shared.forget);
      return answerResponse(await made);
    } catch (error) {
      return problemResponse(asProblem(error, context));
    }
  };
}

/** Answers as they are sent, kept from when they are asked for until so long after they are there; failures are not kept. */
function shareAnswers(ms: number) {
  const kept = new Map<string, { readonly answer: Promise<Answer>; until: number }>();
  const get = async (key: string, make: () => Promise<Answer>): Promise<Answer> => {
    const found = kept.get(key);
    if (found !== undefined && performance.now() < found.until) return found.answer;
    for (const [old, { until }] of kept) if (performance.now() >= until) kept.delete(old);
    const entry = { answer: make().then(writeAnswer), until: Infinity };
    kept.set(key, entry);
    try {
      const answered = await entry.answer;
      entry.until = performance.now() + ms;
      return answered;
    } catch (error) {
      entry.until = 0;
      throw error;
    }
  };
  return { get, forget: () => kept.clear() };
}

function findRoute(method: string, pathname: string) {
  const path = pathOf(pathname);
  if (path === null) throw notFound(`There is nothing at ${pathname}.`);
  const match = matchRoute(method, path);
  if ('name' in match) return match;
  if (match.allow.length === 0) throw notFound(`There is nothing at ${pathname}.`);
  const allow = match.allow.join(', ');
  const detail = `${pathname} takes ${allow}.`;
  const title = 'Method not allowed';
  throw new ProblemError({ status: 405, kind: 'method-not-allowed', title, detail, headers: { allow } });
}

async function answer(
  name: RouteName,
  params: Readonly<Record<string, string>>,
  request: Request,
  url: URL,
  context: ApiContext,
): Promise<Answer> {
  const endpoint = ENDPOINTS[name];
  const body = endpoint.body !== null || request.body !== null ? await readJson(request) : undefined;
  return endpoint.answerTo({ params, query: readQuery(url), body, headers: request.headers }, context);
}

/** Without what the Functions host takes its key from. */
function readQuery({ searchParams }: URL): Record<string, string> {
  return Object.fromEntries([...searchParams].filter(([name]) => name !== 'code' && name !== 'clientId'));
}

function asProblem(error: unknown, { log }: ApiContext): ProblemError {
  const reference = randomUUID();
  const problem = toProblemError(error, reference);
  if (problem.problem.status === 500) log.error('Unexpected error in the API', { reference, error: describe(error) });
  return problem;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Far above what any request needs: a redrive may list a thousand ids. */
const MAX_BODY_BYTES = 64 * 1024;

/** Reads a JSON body. Anything but JSON is refused by type, which also keeps other sites' forms out. */
async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ProblemError({
      status: 415,
      kind: 'unsupported-media-type',
      title: 'Unsupported media type',
      detail: 'Send the body with content-type: application/json.',
    });
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError({
      status: 400,
      kind: 'malformed-body',
      title: 'Malformed body',
      detail: `The body is not JSON: ${error instanceof Error ? error.message.replace(/, ".*/su, '') : 'it cannot be read'}`,
    });
  }
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ProblemError {
  return new ProblemError({
    status: 413,
    kind: 'body-too-large',
    title: 'Body too large',
    detail: `A body may have ${MAX_BODY_BYTES} bytes.`,
  });
}
