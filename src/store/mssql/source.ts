import { z } from 'zod';
import { planInstances } from '../shares.ts';
import { LAST_ID } from '../../document-id.ts';
import { afterCursor, boundValues, joined, pending } from '../pending.ts';
import { inPartition, partitionNumber } from '../partition.ts';
import { ID_LIST, idList } from './ids.ts';
import { importDocuments } from './import.ts';
import { readEncoding } from './source-encoding.ts';
import { NUMBER } from './run-rows.ts';
import type { Names } from '../names.ts';
import type { Page, PageRequest, SourceDocument, Store, Survey, SurveyRequest } from '../port.ts';
import type { Bounds } from '../partition.ts';
import type { Input, Statement } from './statement.ts';
import type { Context } from './context.ts';

/** The part of the store that reads and adds source documents. */
export function sourceStore(
  context: Context,
): Pick<Store, 'survey' | 'readPage' | 'readDocument' | 'readDocuments' | 'importDocuments' | 'lastDocumentId'> {
  const { db, names } = context;
  let encoding: string | null | undefined;
  return {
    survey: (request) => survey(context, request),
    readPage: async (request) => {
      // Each instance that begins asks again: between runs the column may have got another type.
      if (encoding === undefined || request.cursor === null) encoding = await readEncoding(context);
      return readPage(context, request, encoding);
    },
    readDocument: (appId) => readDocument(context, appId),
    readDocuments: async (appIds) => {
      encoding ??= await readEncoding(context);
      return toDocuments(await db.all(DOCUMENT, documentsStatement(names, appIds, encoding !== null)), encoding);
    },
    importDocuments: (documents, { replace }) => importDocuments(context, documents, replace),
    lastDocumentId: async () =>
      (await db.get(z.object({ id: z.string().nullable() }), lastDocumentStatement(names)))?.id ?? null,
  };
}

const SHARE = z.object({ number: NUMBER, documents: NUMBER, first: z.string(), last: z.string() });

async function survey({ db, names }: Context, request: SurveyRequest): Promise<Survey> {
  const shares = await db.all(SHARE, surveyStatement(names, request));
  const nulls = await db.get(z.object({ documents: NUMBER }), nullsStatement(names, request.bounds));
  return {
    pending: shares.reduce((sum, share) => sum + share.documents, 0),
    nullDocuments: nulls?.documents ?? 0,
    instances: planInstances(request, shares),
  };
}

export function surveyStatement(names: Names, { by, bounds, limit, instanceCount }: SurveyRequest): Statement {
  const number =
    by === 'range'
      ? `NTILE(${instanceCount}) OVER (ORDER BY p.app_id) - 1`
      : partitionNumber(by, 'p.app_id', instanceCount);
  const top = limit === null ? '' : 'TOP (@limit) ';
  const order = limit === null ? '' : ' ORDER BY s.app_id';
  const pendingIds = `SELECT ${top}CAST(s.app_id AS bigint) AS app_id ${pending(names)} AND ${WITHIN}${order}`;
  return {
    sql: `SELECT n.number, COUNT_BIG(*) AS documents, CAST(MIN(n.app_id) AS varchar(20)) AS first, CAST(MAX(n.app_id) AS varchar(20)) AS last
FROM (SELECT p.app_id, ${number} AS number FROM (${pendingIds}) p) n GROUP BY n.number`,
    inputs: { ...boundInputs(bounds), ...(limit === null ? {} : { limit: { type: 'int', value: limit } }) },
  };
}

export function nullsStatement(names: Names, bounds: Bounds): Statement {
  return {
    sql: `SELECT COUNT_BIG(*) AS documents FROM ${joined(names)} WHERE s.${names.xml} IS NULL AND ${WITHIN}`,
    inputs: boundInputs(bounds),
  };
}

const XML = z.union([z.string(), z.instanceof(Uint8Array)]);
const DOCUMENT = z.object({ appId: z.string(), xml: XML });
const PAGE = DOCUMENT.extend({ found: NUMBER });

function byId(a: { appId: string }, b: { appId: string }): number {
  return BigInt(a.appId) < BigInt(b.appId) ? -1 : 1;
}

async function readPage({ db, names }: Context, request: PageRequest, encoding: string | null): Promise<Page> {
  const statement = pageStatement(names, request, encoding !== null);
  if (statement === null) return { documents: [], last: true };
  const rows = await db.all(PAGE, statement);
  const documents = toDocuments(rows.toSorted(byId), encoding);
  return { documents, last: documents.length === (rows[0]?.found ?? 0) };
}

function toDocuments(rows: readonly z.infer<typeof DOCUMENT>[], encoding: string | null): readonly SourceDocument[] {
  return rows.map(({ appId, xml }) => ({ appId, xml, ...(encoding !== null && { encoding }) }));
}

export function documentsStatement(names: Names, appIds: readonly string[], asBytes: boolean): Statement {
  const xml = `s.${names.xml}`;
  return {
    sql: `SELECT CAST(s.app_id AS varchar(20)) AS appId, ${asBytes ? `CAST(${xml} AS varbinary(max))` : xml} AS xml FROM ${names.rows} s
WHERE ${xml} IS NOT NULL AND s.app_id IN (${ID_LIST}) ORDER BY s.app_id`,
    inputs: { app_ids: idList(appIds) },
  };
}

/**
 * One more id than the page may hold tells whether it is the last. `candidate` needs only the key, whether a document is there and
 * its size, which the server knows without reading it; the documents themselves are read for the rows that fit. Ordering them is left to us:
 * a server may sort rows by carrying whole documents about. Null: no id lies after the cursor.
 */
export function pageStatement(
  names: Names,
  { partition, cursor, maxDocuments, maxBytes }: PageRequest,
  asBytes: boolean,
): Statement | null {
  const { by, instanceId, instanceCount, bounds } = partition;
  const [start, end] = boundValues(bounds);
  const after = afterCursor(cursor, start);
  if (after > LAST_ID) return null;
  const xml = `d.${names.xml}`;
  return {
    sql: `WITH candidate AS (SELECT TOP (@max_documents + 1) s.app_id, CAST(DATALENGTH(s.${names.xml}) AS bigint) AS bytes
  ${pending(names)}
    AND ${WITHIN} AND ${inPartition(by, 's.app_id', instanceId, instanceCount)}
  ORDER BY s.app_id),
p AS (SELECT app_id, bytes, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY app_id ROWS UNBOUNDED PRECEDING) AS bytes_so_far
  FROM candidate),
k AS (SELECT TOP (@max_documents) p.app_id, p.found FROM p
  WHERE p.bytes_so_far <= @max_bytes OR p.bytes_so_far = p.bytes ORDER BY p.app_id)
SELECT CAST(k.app_id AS varchar(20)) AS appId, ${asBytes ? `CAST(${xml} AS varbinary(max))` : xml} AS xml, k.found
FROM k JOIN ${names.rows} d ON d.app_id = k.app_id`,
    inputs: {
      ...boundInputs({ start: String(after), end: String(end) }),
      max_documents: { type: 'int', value: maxDocuments },
      max_bytes: { type: 'int', value: Math.min(maxBytes, 2 ** 31 - 1) },
    },
  };
}

async function readDocument({ db, names }: Context, appId: string): Promise<SourceDocument | null> {
  const row = await db.get(z.object({ xml: XML.nullable() }), documentStatement(names, appId));
  return row === undefined || row.xml === null ? null : { appId, xml: row.xml };
}

export function documentStatement(names: Names, appId: string): Statement {
  return {
    sql: `SELECT ${names.xml} AS xml FROM ${names.source} WHERE ${names.id} = CAST(@app_id AS bigint)`,
    inputs: { app_id: { type: 'word', value: appId } },
  };
}

export function lastDocumentStatement(names: Names): Statement {
  return { sql: `SELECT CAST(MAX(${names.id}) AS varchar(20)) AS id FROM ${names.source}`, inputs: {} };
}

const WITHIN = 's.app_id >= CAST(@start AS bigint) AND s.app_id <= CAST(@end AS bigint)';

function boundInputs(bounds: Bounds): Record<'start' | 'end', Input> {
  const [start, end] = boundValues(bounds);
  return { start: { type: 'word', value: String(start) }, end: { type: 'word', value: String(end) } };
}
