import { z } from 'zod';
import { parseDocumentId } from '../document-id.ts';
import { sentenceOf } from '../mapping/reason.ts';
import type { Line, Lines } from '../run/line.ts';
import type { LogRow, SourceDocument } from '../store/port.ts';
import { decodeDocument } from '../xml/decode.ts';
import { findLine } from './backend.ts';
import type { ApiContext } from './endpoint.ts';
import { NO_INPUT, endpoint, flag } from './endpoint.ts';
import { notFound } from './problem.ts';
import { documentView, failureList, redriven } from './views.ts';

const DOCUMENT_ID = 'must be a whole number from -2^63 to 2^63 - 1';

/** The ids that a bigint column can hold. */
const documentId = z.string(DOCUMENT_ID).refine((id) => parseDocumentId(id) !== null, DOCUMENT_ID);
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
    rows: flag.describe('true = also the rows it would map to now'),
    xml: flag.describe('true = also the document itself'),
  }),
  answer: { status: 200, description: 'What became of a document and, on request, its contents', schema: documentView },
  problems: [404],
  handle: async ({ params, query, headers }, context) => {
    const line = await findLine(context.backend, query.product_line);
    const appId = BigInt(params.app_id).toString();
    const log = await line.store.findLog(appId);
    const source = await line.store.readDocument(appId);
    if (log === null && source === null) throw notFound(`${query.product_line} has no document ${appId}.`);
    const body = {
      app_id: appId,
      product_line: line.productLine,
      log: log && viewLogRow(log),
      bytes: source === null ? null : Buffer.byteLength(source.xml),
    };
    if (query.rows === 'false' && query.xml === 'false') return { status: 200, body };
    if (!context.backend.settings().documentContents) return { status: 200, body: { ...body, withheld: WITHHELD } };
    context.log.info('Document contents shown', {
      product_line: line.productLine,
      app_id: appId,
      session_id: log?.sessionId ?? null,
      key: context.nameKey(headers),
    });
    return { status: 200, body: { ...body, ...(await contentsOf(line, source, query, context)) } };
  },
});

const WITHHELD = 'This deployment does not show what is in documents: DOCUMENT_CONTENTS is off.';

async function contentsOf(
  line: Line,
  source: SourceDocument | null,
  { rows, xml }: { readonly rows: string; readonly xml: string },
  { backend }: ApiContext,
): Promise<object> {
  if (source === null) return {};
  return {
    ...(xml === 'true' ? { xml: toText(source) } : {}),
    ...(rows === 'true' ? { mapped: await mapNow(line, source, await backend.lines()) } : {}),
  };
}

/** Places in messages count from its beginning. */
function toText({ xml, encoding }: SourceDocument): string | null {
  const decoded = decodeDocument(xml, encoding);
  return decoded.ok ? decoded.before + decoded.text : null;
}

/** The mapper is loaded only for this. Bytes are handed over for good. */
async function mapNow(line: Line, source: SourceDocument, lines: Lines): Promise<object | null> {
  const { openPool } = await import('../run/pool.ts');
  const pool = openPool({ lines, workers: 0 });
  const [outcome] = await pool.map(line, [source]);
  await pool.close();
  if (outcome === undefined) return null;
  const { appId: _, issues, ...rest } = outcome;
  return { ...rest, quality_issues: issues };
}

function viewLogRow({ status, failureReason, processingTime, sessionId }: LogRow) {
  return {
    status,
    failure_reason: failureReason,
    sentence: failureReason === null ? null : sentenceOf(failureReason),
    processing_time: processingTime,
    session_id: sessionId,
  };
}
