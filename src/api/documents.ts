import { z } from 'zod';
import type { Line } from '../run/line.ts';
import type { LogRow } from '../store/port.ts';
import { findLine } from './backend.ts';
import type { ApiContext } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { notFound } from './problem.ts';
import { documentView, failureList, redriven } from './views.ts';

const DOCUMENT_ID = 'must be a whole number from -2^63 to 2^63 - 1';

/** The ids that a bigint column can hold. */
const documentId = z
  .string(DOCUMENT_ID)
  .regex(/^-?\d{1,19}$/, { error: DOCUMENT_ID, abort: true })
  .refine((id) => BigInt.asIntN(64, BigInt(id)) === BigInt(id), DOCUMENT_ID);
const productLine = z.string().min(1).describe('Name of the product line');
const reason = z.string().min(1).max(500).describe('Only failures whose reason starts so');

export const listFailuresEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject({
    product_line: productLine,
    reason: reason.optional(),
    run_id: z.string().min(1).optional(),
    after_app_id: documentId.optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  }),
  answer: { status: 200, description: 'One page of failed documents', schema: failureList },
  handle: async ({ query }, { backend }) => {
    const { store } = await findLine(backend, query.product_line);
    const rows = await store.listFailures({
      ...(query.reason === undefined ? {} : { reason: query.reason }),
      ...(query.run_id === undefined ? {} : { runId: query.run_id }),
      ...(query.after_app_id === undefined ? {} : { afterAppId: query.after_app_id }),
      limit: query.limit,
    });
    const last = rows.length === query.limit ? (rows.at(-1)?.appId ?? null) : null;
    const failures = rows.map((row) => ({ app_id: row.appId, ...viewLogRow(row) }));
    return { status: 200, body: { failures, next_after_app_id: last } };
  },
});

export const redriveFailuresEndpoint = endpoint({
  ...NO_INPUT,
  body: z.strictObject({
    product_line: productLine,
    reason: reason.optional(),
    app_ids: z.array(documentId).min(1).max(1000).optional().describe('Only these documents'),
  }),
  answer: { status: 200, description: 'How many documents the next run takes again', schema: redriven },
  handle: async ({ body }, { backend }) => {
    const { store } = await findLine(backend, body.product_line);
    const documents = await store.redrive({
      ...(body.reason === undefined ? {} : { reason: body.reason }),
      ...(body.app_ids === undefined ? {} : { appIds: body.app_ids }),
    });
    return { status: 200, body: { product_line: body.product_line, redriven: documents } };
  },
});

export const getDocumentEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ app_id: documentId }),
  query: z.strictObject({
    product_line: productLine,
    rows: z.enum(['true', 'false']).default('false').describe('true = also the rows it would map to now'),
  }),
  answer: { status: 200, description: 'The log row of a document and, on request, its rows', schema: documentView },
  problems: [404],
  handle: async ({ params, query }, context) => {
    const line = await findLine(context.backend, query.product_line);
    const appId = BigInt(params.app_id).toString();
    const log = await line.store.findLog(appId);
    const source = log === null || query.rows === 'true' ? await line.store.readDocument(appId) : null;
    if (log === null && source === null) throw notFound(`${query.product_line} has no document ${appId}.`);
    const mapped = query.rows === 'true' && source !== null ? await mapNow(line, source, context) : null;
    const body = { app_id: appId, product_line: line.productLine, log: log && viewLogRow(log) };
    return { status: 200, body: mapped === null ? body : { ...body, mapped } };
  },
});

/** The mapper is loaded only for this. */
async function mapNow(
  line: Line,
  source: NonNullable<Awaited<ReturnType<Line['store']['readDocument']>>>,
  { backend }: ApiContext,
): Promise<object | null> {
  const { openPool } = await import('../run/pool.ts');
  const pool = openPool({ lines: await backend.lines(), workers: 0 });
  const [outcome] = await pool.map(line, [source]);
  await pool.close();
  if (outcome === undefined) return null;
  const { appId: _, issues, ...rest } = outcome;
  return { ...rest, quality_issues: issues };
}

function viewLogRow({ status, failureReason, processingTime, sessionId }: LogRow) {
  return { status, failure_reason: failureReason, processing_time: processingTime, session_id: sessionId };
}
