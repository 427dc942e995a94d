import { z } from 'zod';
import { InputError } from '../errors.ts';
import type { Log } from '../log.ts';
import { requestFaults } from '../request-faults.ts';
import type { Run } from '../store/port.ts';
import type { Backend } from './backend.ts';

/** `waiting`: it was asked for minutes ago, and nobody has begun. `suspended`: it, or a part of it, was halted from outside. */
export type RunnerState = 'going' | 'waiting' | 'suspended' | 'gone';

/** What carries a run out once its row is there: the Durable task hub, or this process. */
export interface Runner {
  /** `checked`: it was just found that the database fits the run's contract. */
  start(run: Run, options?: { readonly checked: boolean }): Promise<void>;
  /** Whether it is at work on a run. */
  state(run: Run): Promise<RunnerState>;
  /** Makes sure that somebody works on a run that was resumed. */
  resume(run: Run): Promise<void>;
}

/** What endpoints work with. */
export interface ApiContext {
  readonly backend: Backend;
  readonly runner: Runner;
  readonly log: Log;
  /** What the key of a request is called, never the key itself. */
  readonly nameKey: (headers: Headers) => string;
  /** What a command line begins and ends with that works where this process was started; `xmlfan` alone without it. */
  readonly cli?: { readonly program: string; readonly options: string };
}

/** A request before it is checked. */
interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** JSON; undefined if none was sent. */
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Answer {
  readonly status: number;
  /** JSON, or the text itself if `type` is given. */
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that a client may expect besides problem documents. */
interface AnswerDescription {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Its media type if that is not JSON. */
  readonly type?: string;
  /** Whether it can be had as CSV too. */
  readonly csv?: true;
}

/** What answers a route: schemas that check and describe, and the work. */
export interface Endpoint {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Null = a body is refused. */
  readonly body: z.ZodObject | null;
  /** Request headers that are read. */
  readonly headers: z.ZodObject;
  readonly answer: AnswerDescription;
  /** Statuses of the problem documents that this endpoint has of its own. */
  readonly problems: readonly number[];
  answerTo(call: Call, context: ApiContext): Promise<Answer>;
}

const NONE = z.strictObject({});

/** What an endpoint takes unless it says otherwise. */
export const NO_INPUT = { params: NONE, query: NONE, body: NONE, headers: NONE, problems: [] } as const;

/** A parameter that asks for more. */
export const flag = z.enum(['true', 'false']).default('false');

interface Definition<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodObject> extends Omit<
  Endpoint,
  'answerTo'
> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Reads the body where the schema alone does not say everything. */
  readonly readBody?: (raw: unknown, context: ApiContext) => Promise<z.output<Body>>;
  readonly handle: (
    input: {
      readonly params: z.output<Params>;
      readonly query: z.output<Query>;
      readonly body: z.output<Body>;
      readonly headers: Headers;
    },
    context: ApiContext,
  ) => Promise<Answer>;
}

/** Makes an endpoint: its handler gets what the schemas have checked. */
export function endpoint<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodObject>(
  definition: Definition<Params, Query, Body>,
): Endpoint {
  const { params, query, body, headers, answer, problems, readBody, handle } = definition;
  return {
    params,
    query,
    body: body === NO_INPUT.body ? null : body,
    headers,
    answer,
    problems,
    answerTo: async (call, context) =>
      handle(
        {
          params: validate(params, call.params),
          query: validate(query, call.query),
          body: (await readBody?.(call.body, context)) ?? validate(body, call.body ?? {}),
          headers: call.headers,
        },
        context,
      ),
  };
}

/** Throws one `InputError` with every fault. */
function validate<Schema extends z.ZodObject>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new InputError('The request is not valid', requestFaults(parsed.error, schema));
}
