import { z } from 'zod';
import type { IdType } from '../document-id.ts';
import { InputError } from '../errors.ts';
import { cancelRun, describeRun, listRuns, pauseRun, resumeRun, startRun } from '../run/control.ts';
import type { ControlResult, StartResult } from '../run/control.ts';
import type { Line, Lines } from '../run/line.ts';
import { isLive } from '../store/rules.ts';
import { requireFit } from '../run/prepared.ts';
import { parseRunRequest, runRequestSchema } from '../run/request.ts';
import type { Run } from '../store/port.ts';
import { withLine } from './backend.ts';
import type { Answer, ApiContext } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { ProblemError, notFound } from './problem.ts';
import { reviveRun } from './watchdog.ts';
import { controlledRun, runList, runStatus, runView, startedRun, trigger } from './views.ts';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;

export const startRunEndpoint = endpoint({
  ...NO_INPUT,
  body: runRequestSchema,
  readBody: async (raw, { backend }) =>
    parseRunRequest(
      withSliceSeconds(raw, backend.settings().sliceSeconds),
      undefined,
      idTypeOf(raw, (await backend.lines()).all()),
    ),
  headers: z.strictObject({
    'idempotency-key': z.string().regex(IDEMPOTENCY_KEY).optional().describe('The same key gives the same run again'),
  }),
  answer: {
    status: 202,
    description: 'The run has been started, or was by the same Idempotency-Key',
    schema: startedRun,
  },
  problems: [409, 422],
  handle: async ({ body, headers }, { backend, runner }) => {
    const idempotencyKey = readIdempotencyKey(headers);
    const lines = await backend.lines();
    await withLine(backend, body.product_line, requireFit);
    const result = await startRun(lines, body, {
      trigger: 'http',
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
      start: async (run) => runner.start(run, { checked: true }),
    });
    // It was asked for before, or is in the way, and its orchestration is gone: who asks again wants it done.
    const revived = result.result !== 'opened' && (await reviveRun(lines, result.run, runner));
    return started(result, revived);
  },
});

export const listRunsEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(20),
    offset: z.coerce.number().int().min(0).max(10_000).default(0),
    product_line: z.string().min(1).optional(),
    status: runStatus.optional(),
    trigger: trigger.optional(),
  }),
  answer: { status: 200, description: 'Runs of all product lines', schema: runList },
  handle: async ({ query }, { backend }) => {
    const notReady: { product_line: string; detail: string }[] = [];
    const { product_line: productLine, ...page } = query;
    const runs = await listRuns(await backend.lines(), { ...page, productLine }, (line, { message }) =>
      notReady.push({ product_line: line.productLine, detail: message }),
    );
    return { status: 200, body: { runs, not_ready: notReady } };
  },
});

const runParams = z.strictObject({ run_id: z.string() });

export const getRunEndpoint = endpoint({
  ...NO_INPUT,
  params: runParams,
  answer: { status: 200, description: 'The run with its instances and figures', schema: runView },
  problems: [404],
  handle: async ({ params }, { backend }) => {
    const view = await describeRun(await backend.lines(), params.run_id);
    if (view === null) throw unknownRun(params.run_id);
    return { status: 200, body: view };
  },
});

export const pauseRunEndpoint = controlEndpoint('pause', pauseRun);
export const resumeRunEndpoint = controlEndpoint('resume', resumeRun, async (run, { runner }) => runner.resume(run));
/** Somebody has to end it, although nobody may be at work on it any more. */
export const cancelRunEndpoint = controlEndpoint('cancel', cancelRun, async (run, { runner }) => {
  if (isLive(run)) await runner.resume(run);
});

function controlEndpoint(
  verb: string,
  ask: (lines: Lines, runId: string) => Promise<ControlResult>,
  then: (run: Run, context: ApiContext) => Promise<void> = async () => undefined,
) {
  return endpoint({
    ...NO_INPUT,
    params: runParams,
    answer: { status: 202, description: 'Asked; the run follows after the groups in flight', schema: controlledRun },
    problems: [404, 409],
    handle: async ({ params }, context): Promise<Answer> => {
      const answer = await ask(await context.backend.lines(), params.run_id);
      if (answer.result === 'unknown') throw unknownRun(params.run_id);
      if (answer.result === 'refused') throw refused(verb, answer.run);
      await then(answer.run, context);
      return { status: 202, body: { run_id: answer.run.runId, status: answer.run.status } };
    },
  });
}

/** What the ids of the line are that a request names; whatever is wrong with the name is told by others. */
function idTypeOf(raw: unknown, lines: readonly Line[]): IdType | undefined {
  const isNamed = typeof raw === 'object' && raw !== null && 'product_line' in raw;
  return lines.find(({ productLine }) => isNamed && productLine === raw.product_line)?.idType;
}

/** The default is a setting here; anything that is no object is left to the schema to refuse. */
function withSliceSeconds(raw: unknown, seconds: number): unknown {
  const isObject = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
  return isObject ? { slice_seconds: seconds, ...raw } : raw;
}

function readIdempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key;
  const advice = 'Give 1 to 200 visible ASCII characters, e.g. a UUID.';
  throw new InputError('The request is not valid', [{ place: 'Idempotency-Key', message: 'is malformed', advice }]);
}

function started(result: StartResult, revived: boolean): Answer {
  const { run } = result;
  if (result.result === 'live')
    throw new ProblemError({
      status: 409,
      kind: 'run-live',
      title: 'Another run is live',
      detail: revived
        ? `Run ${run.runId} works on the same documents. Nobody was at work on it any more: it has been started again.`
        : `Run ${run.runId} works on the same documents. Wait for its end, or cancel it.`,
      extensions: { run_id: run.runId, revived },
    });
  if (result.result === 'key_reused')
    throw new ProblemError({
      status: 422,
      kind: 'idempotency-key-reused',
      title: 'Idempotency-Key used for another request',
      detail: `The key belongs to run ${run.runId}, which was asked for differently. Take a new key.`,
      extensions: { run_id: run.runId },
    });
  const body = {
    run_id: run.runId,
    product_line: run.productLine,
    status: run.status,
    dry_run: run.dryRun,
    started: run.started,
    took_over: result.result === 'opened' ? result.tookOver : null,
  };
  return { status: 202, body, headers: { location: `/api/runs/${run.runId}`, 'retry-after': '10' } };
}

function unknownRun(runId: string): ProblemError {
  return notFound(`There is no run ${runId}.`);
}

function refused(verb: string, run: Run): ProblemError {
  return new ProblemError({
    status: 409,
    kind: 'run-state',
    title: `The run cannot be asked to ${verb}`,
    detail: `Run ${run.runId} is ${run.status}.`,
    extensions: { run_id: run.runId, run_status: run.status },
  });
}
