import { randomUUID } from 'node:crypto';
import type { Answer, ApiContext } from './operation.ts';
import { hasBody, readJson } from './body.ts';
import { OPERATIONS } from './operations.ts';
import { ProblemError, notFound, toProblemError } from './problem.ts';
import type { RouteName } from './routes.ts';
import { jsonResponse, problemResponse } from './response.ts';
import { matchRoute } from './routes.ts';

/** Answers requests below `/api/`; it never throws. */
export type Api = (request: Request) => Promise<Response>;

/** The HTTP API as one function, for whatever serves it. Keys are the server's business. */
export function createApi(context: ApiContext): Api {
  return async (request) => {
    try {
      const url = new URL(request.url);
      const { name, params } = findRoute(request.method, url.pathname);
      return jsonResponse(await answer(name, params, request, url, context));
    } catch (error) {
      return problemResponse(asProblem(error, context));
    }
  };
}

function findRoute(method: string, pathname: string) {
  if (!pathname.startsWith('/api/')) throw notFound(`There is nothing at ${pathname}.`);
  const match = matchRoute(method, pathname.slice('/api/'.length));
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
  const operation = OPERATIONS[name];
  const body = operation.body !== null || hasBody(request) ? await readJson(request) : undefined;
  return operation.answerTo({ params, query: readQuery(url), body, headers: request.headers }, context);
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
