import type { Answer } from './endpoint.ts';
import type { ProblemError } from './problem.ts';

/** The response of an endpoint that went well. */
export function answerResponse(answer: Answer): Response {
  return toResponse(answer, answer.type ?? 'application/json');
}

/** The response that says what went wrong. */
export function problemResponse({ problem, headers }: ProblemError): Response {
  return toResponse({ status: problem.status, body: problem, headers }, 'application/problem+json');
}

function toResponse({ status, body, type: own, headers = {} }: Answer, type: string): Response {
  return new Response(own === undefined ? JSON.stringify(body) : String(body), {
    status,
    headers: { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}
