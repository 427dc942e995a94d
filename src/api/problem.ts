import type { Fault } from '../errors.ts';
import { InputError, RunnerError } from '../errors.ts';
import { NotPreparedError } from '../run/prepared.ts';
import { StoreError } from '../store/port.ts';

/** The body of every error (RFC 9457). */
export interface Problem {
  /** `urn:xmlfan:problem:` and a word that programs may rely on. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Everything that is wrong with the request or the settings. */
  readonly errors?: readonly Fault[];
  readonly [extension: string]: unknown;
}

interface ProblemOptions {
  readonly status: number;
  readonly kind: string;
  readonly title: string;
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An error that knows its answer. Thrown by endpoints, turned into a response in one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, kind, title, detail, headers = {}, extensions = {} }: ProblemOptions) {
    super(detail ?? title);
    this.headers = headers;
    const type = `urn:xmlfan:problem:${kind}`;
    this.problem = { type, title, status, ...(detail === undefined ? {} : { detail }), ...extensions };
  }
}

/** Settings or contracts with which nothing can be run: the caller's request is not to blame. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly faults: readonly Fault[];

  constructor(cause: InputError) {
    super(cause.message, { cause });
    this.faults = cause.faults;
  }
}

export function notFound(what: string): ProblemError {
  return new ProblemError({ status: 404, kind: 'not-found', title: 'Not found', detail: what });
}

/** The answer to whatever an endpoint threw; `reference` is what the log knows an unexpected error by. */
export function toProblemError(error: unknown, reference: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof NotReadyError) return notReady(error.faults);
  if (error instanceof NotPreparedError) return notPrepared(error);
  if (error instanceof InputError) return invalidRequest(error);
  if (error instanceof StoreError) return databaseProblem(error);
  if (error instanceof RunnerError) return runnerProblem(error);
  const detail = 'The log has the details under this reference.';
  return new ProblemError({
    status: 500,
    kind: 'unexpected',
    title: 'Unexpected error',
    detail,
    extensions: { instance: `urn:uuid:${reference}` },
  });
}

function invalidRequest({ message, faults }: InputError): ProblemError {
  const detail = message.split('\n', 1)[0] ?? '';
  return new ProblemError({
    status: 400,
    kind: 'invalid-request',
    title: 'Invalid request',
    detail,
    extensions: { errors: faults },
  });
}

function notReady(faults: readonly Fault[]): ProblemError {
  const detail = 'The settings or contracts of this deployment are wrong. Mend them and try again.';
  return new ProblemError({
    status: 503,
    kind: 'not-ready',
    title: 'Not ready',
    detail,
    extensions: { errors: faults },
  });
}

function notPrepared({ message, faults }: NotPreparedError): ProblemError {
  return new ProblemError({
    status: 503,
    kind: 'not-prepared',
    title: 'The database is not prepared',
    detail: message.replaceAll(/\s*\n\s*/g, ' '),
    extensions: { errors: faults },
  });
}

function databaseProblem({ message, transient, permission }: StoreError): ProblemError {
  if (permission)
    return new ProblemError({
      status: 503,
      kind: 'database-permission',
      title: 'The database login lacks a permission',
      detail: message,
    });
  return new ProblemError({
    status: 503,
    kind: transient ? 'database-unavailable' : 'database-error',
    title: transient ? 'The database does not answer' : 'The database cannot do this',
    detail: message,
    headers: transient ? { 'retry-after': '30' } : {},
  });
}

function runnerProblem({ message, advice }: RunnerError): ProblemError {
  return new ProblemError({
    status: 503,
    kind: 'runner-unavailable',
    title: 'What carries runs out does not answer',
    detail: `${message} ${advice}`,
    headers: { 'retry-after': '30' },
  });
}
