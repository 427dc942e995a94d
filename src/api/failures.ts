import { z } from 'zod';
import { sentenceOf } from '../mapping/reason.ts';
import { viewReason } from '../run/report.ts';
import { redo } from '../run/redo.ts';
import type { Line } from '../run/line.ts';
import type { LogRow } from '../store/port.ts';
import { withLine } from './backend.ts';
import { documentId, readId, readIds } from './document-ids.ts';
import type { Answer } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { failureList, failureReasons, pendingList, redone, redriven } from './views.ts';

export const productLine = z.string().min(1).describe('Name of the product line');
const runId = z.string().min(1).optional().describe('Only what failed in this run');
const reason = z
  .string()
  .min(1)
  .max(500)
  .describe('Only failures whose reason starts so; one of `failures` of a run, with … for any value, fits as a whole');

/** A CSV answer that is not bounded by the request holds so many lines; a `Link` leads on. */
const MOST_CSV_LINES = 200_000;
const PAGE = 1000;

const page = {
  product_line: productLine,
  after_app_id: documentId.optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_CSV_LINES)
    .optional()
    .describe(`By default 100; at most ${PAGE}, or ${MOST_CSV_LINES} as CSV, which is also its default`),
  format: z.enum(['json', 'csv']).default('json'),
};

export const listFailuresEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject({ ...page, reason: reason.optional(), run_id: runId }),
  answer: { status: 200, description: 'One page of failed documents', schema: failureList, csv: true },
  handle: async ({ query }, { backend }) => {
    const filter = filterOf(query);
    const { rows, next } = await withLine(backend, query.product_line, (line) =>
      collect(line, query, async (after, limit) => line.store.listFailures({ ...filter, ...after, limit })),
    );
    const failures = rows.map((row) => ({ app_id: row.appId, ...viewLogRow(row) }));
    if (query.format === 'csv') return csvAnswer('failures', query, failures.map(withNumber), FAILURE_COLUMNS, next);
    return { status: 200, body: { failures, next_after_app_id: next } };
  },
});

function filterOf({ reason: text, run_id: id }: { reason?: string | undefined; run_id?: string | undefined }) {
  return { ...(text !== undefined && { reason: text }), ...(id !== undefined && { runId: id }) };
}

const FAILURE_COLUMNS = ['app_id', 'sentence', 'failure_reason', 'processing_time', 'session_id'];

export const listReasonsEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject({ product_line: productLine, run_id: runId }),
  answer: { status: 200, description: 'Why documents failed, and how many', schema: failureReasons },
  handle: async ({ query }, { backend }) => {
    const reasons = await withLine(backend, query.product_line, ({ store }) => store.failureReasons(query.run_id));
    return { status: 200, body: { reasons: reasons.map(viewReason) } };
  },
});

export const listPendingEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject(page),
  answer: {
    status: 200,
    description: 'One page of documents that no run has taken yet',
    schema: pendingList,
    csv: true,
  },
  handle: async ({ query }, { backend }) => {
    const { rows, next } = await withLine(backend, query.product_line, (line) =>
      collect(line, query, async (after, limit) =>
        (await line.store.listPending({ ...after, limit })).map((appId) => ({ appId })),
      ),
    );
    if (query.format === 'csv')
      return csvAnswer(
        'pending',
        query,
        rows.map(({ appId }) => withNumber({ app_id: appId })),
        ['app_id'],
        next,
      );
    return { status: 200, body: { app_ids: rows.map(({ appId }) => appId), next_after_app_id: next } };
  },
});

interface Paging {
  readonly after_app_id?: string | undefined;
  readonly limit?: number | undefined;
  readonly format: 'json' | 'csv';
}

/** As many rows as were asked for, in pages of the store, and the id after which the next ones come. */
async function collect<Row extends { readonly appId: string }>(
  line: Line,
  { after_app_id: given, limit, format }: Paging,
  list: (after: { afterAppId?: string }, limit: number) => Promise<readonly Row[]>,
): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }> {
  const wanted = format === 'csv' ? (limit ?? MOST_CSV_LINES) : Math.min(limit ?? 100, PAGE);
  const rows: Row[] = [];
  const from = given === undefined ? undefined : readId(line, 'after_app_id', given);
  for (let after = from; ; after = rows.at(-1)?.appId) {
    const size = Math.min(PAGE, wanted - rows.length);
    const found = await list(after === undefined ? {} : { afterAppId: after }, size);
    rows.push(...found);
    if (found.length < size) return { rows, next: null };
    if (rows.length === wanted) return { rows, next: rows.at(-1)?.appId ?? null };
  }
}

async function csvAnswer(
  path: string,
  query: Paging,
  rows: readonly object[],
  columns: readonly string[],
  next: string | null,
): Promise<Answer> {
  const { stringify } = await import('csv-stringify/sync');
  // Spreadsheets take a text that begins like a formula for one.
  const body = stringify([...rows], {
    header: true,
    columns: [...columns],
    bom: true,
    escape_formulas: true,
    cast: { bigint: (id) => ({ value: String(id), escape_formulas: false }) },
  });
  const more = new URLSearchParams({ ...toStrings(query), after_app_id: next ?? '' });
  return {
    status: 200,
    body,
    type: 'text/csv; charset=utf-8',
    headers: {
      'content-disposition': `attachment; filename="${path}.csv"`,
      ...(next === null ? {} : { link: `</api/${path}?${more.toString()}>; rel="next"` }),
    },
  };
}

/** A number below zero is no formula. */
function withNumber<Row extends { readonly app_id: string }>(row: Row) {
  return { ...row, app_id: /^-[1-9]\d{0,18}$/.test(row.app_id) ? BigInt(row.app_id) : row.app_id };
}

function toStrings(query: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

export const redriveFailuresEndpoint = endpoint({
  ...NO_INPUT,
  body: z.strictObject({
    product_line: productLine,
    reason: reason.optional(),
    run_id: runId,
    app_ids: z.array(documentId).min(1).max(1000).optional().describe('Only these documents'),
  }),
  answer: { status: 200, description: 'How many documents the next run takes again', schema: redriven },
  handle: async ({ body }, { backend }) => {
    const documents = await withLine(backend, body.product_line, (line) =>
      line.store.redrive({
        ...filterOf(body),
        ...(body.app_ids === undefined ? {} : { appIds: readIds(line, 'app_ids', body.app_ids) }),
      }),
    );
    return { status: 200, body: { product_line: body.product_line, redriven: documents } };
  },
});

export const redoDocumentsEndpoint = endpoint({
  ...NO_INPUT,
  body: z.strictObject({
    product_line: productLine,
    app_ids: z.array(documentId).min(1).max(1000).optional().describe('Only these documents'),
    app_id_start: documentId.optional().describe('First document id, inclusive'),
    app_id_end: documentId.optional().describe('Last document id, inclusive'),
    reason: reason.optional(),
    changed: z.boolean().default(false).describe('Only documents whose XML or contract has changed since'),
    all: z.boolean().default(false).describe('Says that every document is meant'),
    dry_run: z.boolean().default(true).describe('Count and change nothing'),
  }),
  answer: { status: 200, description: 'What the next run makes anew, and what was deleted for it', schema: redone },
  handle: async ({ body }, { backend }) => {
    const { app_ids: given, app_id_start: first, app_id_end: last } = body;
    const report = await withLine(backend, body.product_line, (line) => {
      const start = first === undefined ? null : readId(line, 'app_id_start', first);
      const end = last === undefined ? null : readId(line, 'app_id_end', last);
      const request = {
        ...(given !== undefined && { appIds: readIds(line, 'app_ids', given) }),
        ...((start !== null || end !== null) && { range: { start, end } }),
        ...(body.reason !== undefined && { reason: body.reason }),
        changed: body.changed,
        all: body.all,
      };
      return redo(line, request, { dryRun: body.dry_run });
    });
    return { status: 200, body: { product_line: body.product_line, ...report } };
  },
});

/** A log row as every answer shows it. */
export function viewLogRow({ status, failureReason, processingTime, sessionId }: LogRow) {
  return {
    status,
    failure_reason: failureReason,
    sentence: failureReason === null ? null : sentenceOf(failureReason),
    processing_time: processingTime,
    session_id: sessionId,
  };
}
