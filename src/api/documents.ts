import { z } from 'zod';
import { InputError } from '../errors.ts';
import { sameName, spansOf } from '../mapping/explain/excerpt.ts';
import { readSpan, SPAN, type Span } from '../span.ts';
import { sentenceOf } from '../mapping/reason.ts';
import { countIssues } from '../mapping/issues.ts';
import type { TableRows } from '../mapping/outcome.ts';
import type { Line, Lines } from '../run/line.ts';
import type { SourceDocument } from '../store/port.ts';
import { sessionPrefix } from '../store/session-id.ts';
import { decodeDocument } from '../xml/decode.ts';
import { withLine } from './backend.ts';
import type { ApiContext } from './endpoint.ts';
import { NO_INPUT, endpoint, flag } from './endpoint.ts';
import { notFound } from './problem.ts';
import { documentId, readId } from './document-ids.ts';
import { productLine, viewLogRow } from './failures.ts';
import { documentView, MOST_XML } from './document-views.ts';

/** Rows of a table that are told of at once, and explained if nobody says how many. */
const [MOST_ROWS, FEW_ROWS] = [100, 20];

const span = z
  .string()
  .regex(SPAN, { error: 'must be a number, or two as in 101-200' })
  .refine((text) => spanLength(text) >= 1 && spanLength(text) <= MOST_ROWS, {
    error: `must be at most ${MOST_ROWS} of them, in ascending order`,
  })
  .optional();

function spanLength(text: string): number {
  const { first, last } = readSpan(text);
  return last - first + 1;
}

const PLACE = /^[1-9]\d{0,8}\.[1-9]\d{0,8}$/;

/** What of the contents is asked for. */
const contents = z.strictObject({
  rows: flag.describe('true = also the rows it would map to now'),
  explain: flag.describe('true = also why those rows are what they are'),
  xml: flag.describe(`true = also the document itself, at most ${MOST_XML} characters of it`),
  place: z
    .string()
    .regex(PLACE, { error: 'must be a line and a column, as in 12.345' })
    .optional()
    .describe('With xml: of a long document the part around this line and column, as in 12.345; by default the first'),
  table: z.string().min(1).optional().describe('Only what is about this table'),
  column: z.string().min(1).optional().describe('Of the explanation only this column'),
  row: span.describe(
    `Rows of each table, by number: 7 or 101-200; by default the first ${FEW_ROWS} with explain, ${MOST_ROWS} with rows`,
  ),
  left: span.describe('The same of what is left out, with explain; if row is given and left is not, none of it'),
});

export const getDocumentEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ app_id: documentId }),
  query: contents.extend({ product_line: productLine }),
  answer: { status: 200, description: 'What became of a document and, on request, its contents', schema: documentView },
  problems: [404],
  handle: async ({ params, query, headers }, context) =>
    withLine(context.backend, query.product_line, async (line) => {
      const appId = readId(line, 'app_id', params.app_id);
      const log = await line.store.findLog(appId);
      const source = await line.store.readDocument(appId);
      if (log === null && source === null) throw notFound(`${query.product_line} has no document ${appId}.`);
      const body = {
        app_id: appId,
        product_line: line.productLine,
        log: log && viewLogRow(log),
        run_id: log?.sessionId ? await runOf(line, log.sessionId) : null,
        history: (await line.store.listHistory(appId)).map(({ movedAt, movedBy, ...row }) => ({
          ...viewLogRow(row),
          moved_at: movedAt,
          moved_by: movedBy,
        })),
        bytes: source === null ? null : Buffer.byteLength(source.xml),
      };
      if (query.rows === 'false' && query.xml === 'false' && query.explain === 'false') return { status: 200, body };
      if (!context.backend.settings().documentContents) return { status: 200, body: { ...body, withheld: WITHHELD } };
      context.log.info('Document contents shown', {
        product_line: line.productLine,
        app_id: appId,
        run_id: body.run_id,
        session_id: log?.sessionId ?? null,
        key: context.nameKey(headers),
      });
      return { status: 200, body: { ...body, ...(await contentsOf(line, source, query, context)) } };
    }),
});

/** Runs that are looked through, the newest first. */
const MOST_RUNS = 200;

/** The original's sessions are of no run. */
async function runOf({ store }: Line, session: string): Promise<string | null> {
  const runs = await store.listRuns({ limit: MOST_RUNS, offset: 0 });
  return runs.find(({ started, runId }) => session.startsWith(sessionPrefix(started, runId)))?.runId ?? null;
}

const WITHHELD = 'This deployment does not show what is in documents: DOCUMENT_CONTENTS is off.';

async function contentsOf(
  line: Line,
  source: SourceDocument | null,
  query: z.output<typeof contents>,
  { backend }: ApiContext,
): Promise<object> {
  const { excerptFaults } = await import('../mapping/explain/explain.ts');
  const faults = excerptFaults(line.contract, query, { table: 'table', column: 'column' });
  if (faults.length > 0) throw new InputError('The request is not valid', faults);
  if (source === null) return {};
  const lines = await backend.lines();
  return {
    ...(query.xml === 'true' ? textOf(source, query.place ?? '1.1') : {}),
    ...(query.explain === 'true' ? await explainNow(line, source, lines, query) : {}),
    ...(query.rows === 'true' ? { mapped: await mapNow(line, source, lines, query) } : {}),
  };
}

/** Places in messages count from its beginning. Of a long document a part that begins shortly before the place. */
function textOf({ xml, encoding }: SourceDocument, place: string): object {
  const decoded = decodeDocument(xml, encoding);
  if (!decoded.ok) return { xml: null };
  const text = decoded.before + decoded.text;
  if (text.length <= MOST_XML) return { xml: text };
  const { at, ...first } = beginBefore(text, place);
  return { xml: text.slice(at, at + MOST_XML), xml_cut: { length: text.length, ...first } };
}

/** Lines that are shown before the one that is asked for, unless they are long. */
const LINES_BEFORE = 200;

/** Where a part begins in which a place stands: with a line, if that is not too far away. */
function beginBefore(text: string, place: string): { at: number; first_line: number; first_column: number } {
  const [line = 1, column = 1] = place.split('.').map(Number);
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) {
    if (starts.length >= line) break;
    starts.push(index + end.length);
  }
  const last = starts.at(-1) ?? 0;
  const earliest = last + column - 1 - MOST_XML / 2;
  const first = Math.max(0, starts.length - 1 - LINES_BEFORE);
  const near = starts.slice(first).findIndex((start) => start >= earliest);
  if (near >= 0) return { at: starts[first + near] ?? 0, first_line: first + near + 1, first_column: 1 };
  const at = Math.max(last, Math.min(earliest, text.length - MOST_XML));
  return { at, first_line: starts.length, first_column: at - last + 1 };
}

/** The mapper is loaded only for this. Bytes are handed over for good. */
async function mapNow(
  line: Line,
  source: SourceDocument,
  lines: Lines,
  { table, row }: z.output<typeof contents>,
): Promise<object | null> {
  const { openPool } = await import('../run/pool.ts');
  const pool = openPool({ lines, workers: 0 });
  const [outcome] = await pool.map(line, [source]);
  await pool.close();
  if (outcome === undefined) return null;
  const { appId: _id, sourceHash: _hash, issues, ...rest } = outcome;
  const counted = countIssues(issues);
  if (rest.outcome === 'rejected') return { ...rest, sentence: sentenceOf(rest.reason), quality_issues: counted };
  const { outcome: mapped, tables } = rest;
  const { rows } = spansOf({ row }, MOST_ROWS);
  const wanted = tables.filter((one) => table === undefined || sameName(one.table, table));
  return { outcome: mapped, tables: wanted.map((one) => withNames(one, rows, line)), quality_issues: counted };
}

/** Bytes of a document up to which it is explained here: a larger one takes all of this process for many seconds. */
const MOST_EXPLAINED = 16_000_000;

/** Explanations are loaded only for this, and read the document themselves. */
async function explainNow(
  { contract, productLine: name }: Line,
  source: SourceDocument,
  lines: Lines,
  { table, column, row, left }: z.output<typeof contents>,
): Promise<object> {
  const bytes = Buffer.byteLength(source.xml);
  if (bytes > MOST_EXPLAINED) return { not_explained: tooLarge(bytes, name, source.appId) };
  const { openExplanation } = await import('../mapping/explain/explain.ts');
  const others = lines.all().map((line) => line.contract);
  const excerpt = {
    ...(table !== undefined && { table }),
    ...(column !== undefined && { column }),
    ...spansOf({ row, left }, FEW_ROWS),
  };
  const explanation = openExplanation(contract, others)(source, new Date(), excerpt);
  return { explanation: { ...explanation, sentence: explanation.reason && sentenceOf(explanation.reason) } };
}

function tooLarge(bytes: number, line: string, appId: string): string {
  return `It has ${bytes} bytes. Above ${MOST_EXPLAINED} a document is explained by \`xmlfan explain --product-line ${line} --app-id ${appId}\` only, for that takes a process of its own for a while.`;
}

/** Rows with the names of their columns; absent ones are not there. */
function withNames({ table, rows }: TableRows, { first, last }: Span, { tables }: Line): object {
  const columns = tables.find(({ name }) => name === table)?.columns ?? [];
  const named = rows
    .slice(first - 1, last)
    .map((row) =>
      Object.fromEntries(columns.flatMap(({ name }, at) => (row[at] === undefined ? [] : [[name, row[at]]]))),
    );
  return { table, total: rows.length, rows: named };
}
