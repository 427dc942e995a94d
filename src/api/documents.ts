import { z } from 'zod';
import type { Explanation } from '../mapping/explain/explanation.ts';
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
import { documentView } from './views.ts';

export const getDocumentEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ app_id: documentId }),
  query: z.strictObject({
    product_line: productLine,
    rows: flag.describe('true = also the rows it would map to now'),
    explain: flag.describe('true = also why those rows are what they are'),
    xml: flag.describe('true = also the document itself'),
  }),
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
  { rows, xml, explain }: { readonly rows: string; readonly xml: string; readonly explain: string },
  { backend }: ApiContext,
): Promise<object> {
  if (source === null) return {};
  return {
    ...(xml === 'true' ? { xml: toText(source) } : {}),
    ...(explain === 'true' ? { explanation: await explainNow(line, source, await backend.lines()) } : {}),
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
  const { appId: _id, sourceHash: _hash, issues, ...rest } = outcome;
  const counted = countIssues(issues);
  if (rest.outcome === 'rejected') return { ...rest, quality_issues: counted };
  const { outcome: mapped, tables } = rest;
  return { outcome: mapped, tables: tables.map((rows) => withNames(rows, line)), quality_issues: counted };
}

/** Explanations are loaded only for this, and read the document themselves. */
async function explainNow({ contract }: Line, source: SourceDocument, lines: Lines): Promise<Explanation> {
  const { openExplanation } = await import('../mapping/explain/explain.ts');
  const others = lines.all().map((line) => line.contract);
  return openExplanation(contract, others)(source, new Date());
}

/** Rows with the names of their columns; absent ones are not there. */
function withNames({ table, rows }: TableRows, { tables }: Line): object {
  const columns = tables.find(({ name }) => name === table)?.columns ?? [];
  const named = rows.map((row) =>
    Object.fromEntries(columns.flatMap(({ name }, at) => (row[at] === undefined ? [] : [[name, row[at]]]))),
  );
  return { table, rows: named };
}
