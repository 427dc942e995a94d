import type { Answer } from './endpoint.ts';
import type { ProblemError } from './problem.ts';

const JSON_TYPE = 'application/json';

/** The response of an endpoint that went well. */
export function answerResponse(answer: Answer): Response {
  return toResponse(answer, answer.type ?? JSON_TYPE);
}

/** The same answer with its body written out, for more than one response. */
export function writeAnswer(answer: Answer): Answer {
  return answer.type === undefined ? { ...answer, body: JSON.stringify(answer.body), type: JSON_TYPE } : answer;
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
