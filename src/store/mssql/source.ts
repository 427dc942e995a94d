import { z } from 'zod';
import { planInstances } from '../shares.ts';
import { isWhole, readDocumentId } from '../../document-id.ts';
import { joined, pending } from '../pending.ts';
import { withAnyCase } from '../ids.ts';
import { inPartition, partitionNumber } from '../partition.ts';
import { idInput, idList, within } from './ids.ts';
import { importDocuments } from './import.ts';
import { AS_TEXT, inForm, readReading, UTF16, type Form, type Reading } from './source-encoding.ts';
import { NUMBER } from './run-rows.ts';
import type { Names } from '../names.ts';
import type { Page, PageRequest, SourceDocument, Store, Survey, SurveyRequest } from '../port.ts';
import type { Statement } from './statement.ts';
import type { Context } from './context.ts';

/** The part of the store that reads and adds source documents. */
export function sourceStore(
  context: Context,
): Pick<Store, 'survey' | 'readPage' | 'readDocument' | 'readDocuments' | 'importDocuments' | 'lastDocumentId'> {
  const { db, names } = context;
  let reading: Reading | undefined;
  return {
    survey: (request) => survey(context, request),
    readPage: async (request) => {
      // Each instance that begins asks again: between runs the column may have got another type.
      if (reading === undefined || request.cursor === null) reading = await readReading(context);
      return readPage(context, request, reading);
    },
    readDocument: (appId) => readDocument(context, appId),
    readDocuments: async (appIds) => {
      reading ??= await readReading(context);
      // What takes bytes to threads is not there for these: the driver makes the same text of them.
      const form = reading.encoding === UTF16 ? AS_TEXT : reading;
      return toDocuments(await db.all(DOCUMENT, documentsStatement(names, appIds, form.form)), form);
    },
    importDocuments: (documents, { replace }) => importDocuments(context, documents, replace),
    lastDocumentId: async () =>
      (await db.get(z.object({ id: z.string().nullable() }), lastDocumentStatement(names)))?.id ?? null,
  };
}

const SHARE = z.object({
  number: NUMBER,
  documents: NUMBER,
  first: z.string(),
  last: z.string(),
  isLast: NUMBER.transform((value) => value === 1),
});

async function survey({ db, names }: Context, request: SurveyRequest): Promise<Survey> {
  const { type } = names.ids;
  const statement = surveyStatement(names, request);
  if (statement === null) return { pending: 0, nullDocuments: 0, instances: planInstances(request, type, []) };
  const shares = await db.all(SHARE, statement.shares);
  const nulls = await db.get(z.object({ documents: NUMBER }), statement.nulls);
  return {
    pending: shares.reduce((sum, share) => sum + share.documents, 0),
    nullDocuments: nulls?.documents ?? 0,
    instances: planInstances(request, type, shares),
  };
}

/** What is pending, by partition, and how many documents are NULL; null if no id can be within the bounds. */
export function surveyStatement(
  names: Names,
  { by, bounds, limit, instanceCount }: SurveyRequest,
): { readonly shares: Statement; readonly nulls: Statement } | null {
  const { ids } = names;
  const range = within(ids, 's.app_id', bounds);
  if (range === null) return null;
  const number =
    by === 'range'
      ? `NTILE(${instanceCount}) OVER (ORDER BY p.app_id) - 1`
      : partitionNumber(ids, by, 'p.app_id', instanceCount);
  const top = limit === null ? '' : 'TOP (@limit) ';
  const order = limit === null ? '' : ' ORDER BY s.app_id';
  // Narrow numbers would overflow in what a hash is made of.
  const id = isWhole(ids.type) ? ids.value('s.app_id') : 's.app_id';
  const pendingIds = `SELECT ${top}${id} AS app_id ${pending(names)} AND ${range.test}${order}`;
  return {
    shares: {
      sql: `WITH p AS (${pendingIds}),
n AS (SELECT p.app_id, ${number} AS number FROM p)
SELECT n.number, COUNT_BIG(*) AS documents, ${ids.text('MIN(n.app_id)')} AS first, ${ids.text('MAX(n.app_id)')} AS last,
  CASE WHEN MAX(n.app_id) = MAX(MAX(n.app_id)) OVER () THEN 1 ELSE 0 END AS isLast
FROM n GROUP BY n.number`,
      inputs: { ...range.inputs, ...(limit === null ? {} : { limit: { type: 'int', value: limit } }) },
    },
    nulls: {
      sql: `SELECT COUNT_BIG(*) AS documents FROM ${joined(names)} WHERE s.${names.xml} IS NULL AND ${range.test}`,
      inputs: range.inputs,
    },
  };
}

const XML = z.union([z.string(), z.instanceof(Uint8Array)]);
const DOCUMENT = z.object({ appId: z.string(), xml: XML, anyCase: NUMBER.optional() });
const PAGE = DOCUMENT.extend({ found: NUMBER, place: NUMBER });

async function readPage({ db, names }: Context, request: PageRequest, reading: Reading): Promise<Page> {
  const statement = pageStatement(names, request, reading.form);
  if (statement === null) return { documents: [], last: true };
  const rows = await db.all(PAGE, statement);
  const documents = toDocuments(
    rows.toSorted((a, b) => a.place - b.place),
    reading,
  );
  return { documents, last: documents.length === (rows[0]?.found ?? 0) };
}

function toDocuments(rows: readonly z.infer<typeof DOCUMENT>[], { encoding }: Reading): readonly SourceDocument[] {
  return rows.map(({ appId, xml, anyCase }) => ({
    appId,
    xml,
    ...(encoding !== undefined && { encoding }),
    ...(anyCase === 1 && { anyCase: true }),
  }));
}

export function documentsStatement(names: Names, appIds: readonly string[], form: Form): Statement {
  const xml = `s.${names.xml}`;
  return {
    sql: `SELECT ${names.ids.text('s.app_id')} AS appId, ${inForm(xml, form)} AS xml${withAnyCase(names.ids, 's.app_id')} FROM ${names.rows} s
WHERE ${xml} IS NOT NULL AND s.app_id IN (${names.ids.list}) ORDER BY s.app_id`,
    inputs: { app_ids: idList(names.ids, appIds) },
  };
}

/**
 * One more id than the page may hold tells whether it is the last. `candidate` needs only the key, whether a document is there and
 * its size, which the server knows without reading it; the documents themselves are read for the rows that fit. Ordering them is left to us:
 * a server may sort rows by carrying whole documents about. The bounds are one test: by a bound on `place` alone Babelfish stops numbering, and then
 * forgets it. Null: no id lies after the cursor.
 */
export function pageStatement(
  names: Names,
  { partition, cursor, maxDocuments, maxBytes }: PageRequest,
  form: Form,
): Statement | null {
  const { by, instanceId, instanceCount, bounds } = partition;
  const { ids } = names;
  const range = within(ids, 's.app_id', bounds, cursor);
  if (range === null) return null;
  const xml = `d.${names.xml}`;
  return {
    sql: `WITH candidate AS (SELECT TOP (@max_documents + 1) s.app_id, CAST(DATALENGTH(s.${names.xml}) AS bigint) AS bytes
  ${pending(names)}
    AND ${range.test} AND ${inPartition(ids, by, 's.app_id', instanceId, instanceCount)}
  ORDER BY s.app_id),
p AS (SELECT app_id, COUNT(*) OVER () AS found, SUM(bytes) OVER (ORDER BY app_id ROWS UNBOUNDED PRECEDING) AS bytes_so_far,
  ROW_NUMBER() OVER (ORDER BY app_id) AS place FROM candidate)
SELECT ${ids.text('p.app_id')} AS appId, ${inForm(xml, form)} AS xml, p.found, p.place${withAnyCase(ids, 'p.app_id')}
FROM p JOIN ${names.rows} d ON d.app_id = p.app_id WHERE p.place = 1 OR (p.place <= @max_documents AND p.bytes_so_far <= @max_bytes)`,
    inputs: {
      ...range.inputs,
      max_documents: { type: 'int', value: maxDocuments },
      max_bytes: { type: 'int', value: Math.min(maxBytes, 2 ** 31 - 1) },
    },
  };
}

async function readDocument({ db, names }: Context, given: string): Promise<SourceDocument | null> {
  const appId = readDocumentId(given, names.ids.type);
  const row =
    appId === null
      ? undefined
      : await db.get(DOCUMENT.extend({ xml: XML.nullable() }), documentStatement(names, appId));
  if (row === undefined || row.xml === null) return null;
  return toDocuments([{ ...row, xml: row.xml }], AS_TEXT)[0] ?? null;
}

export function documentStatement({ ids, xml, source, id }: Names, appId: string): Statement {
  return {
    sql: `SELECT ${ids.text(id)} AS appId, ${xml} AS xml${withAnyCase(ids, id)} FROM ${source} WHERE ${id} = ${ids.value('@app_id')}`,
    inputs: { app_id: idInput(ids, appId) },
  };
}

/** Of whole numbers; others have no last one to count on from. */
export function lastDocumentStatement({ ids, id, source }: Names): Statement {
  return { sql: `SELECT ${ids.text(`MAX(${id})`)} AS id FROM ${source}`, inputs: {} };
}
