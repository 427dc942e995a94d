import { z } from 'zod';
import { planInstances } from '../shares.ts';
import { joined, pending } from '../pending.ts';
import { withAnyCase } from '../ids.ts';
import { inPartition, partitionNumber } from '../partition.ts';
import { givenId, idList, idValue, within } from './ids.ts';
import type { Names } from '../names.ts';
import type { ImportResult, Page, PageRequest, SourceDocument, Store, Survey, SurveyRequest } from '../port.ts';
import type { Context } from './context.ts';

/** The part of the store that reads and adds source documents. */
export function sourceStore(
  context: Context,
): Pick<Store, 'survey' | 'readPage' | 'readDocument' | 'readDocuments' | 'importDocuments' | 'lastDocumentId'> {
  const { db, names } = context;
  return {
    survey: (request) => db.read(() => survey(context, request)),
    readPage: (request) => db.read(() => readPage(context, request)),
    readDocument: (appId) => db.read(() => readDocument(context, appId)),
    readDocuments: (appIds) => db.read(() => readDocuments(context, appIds)),
    importDocuments: (documents, { replace }) => db.transaction(() => importDocuments(context, documents, replace)),
    lastDocumentId: () =>
      db.read(
        () =>
          db.get(
            z.object({ id: z.string().nullable() }),
            `SELECT ${names.ids.text(`max(${names.id})`)} AS id FROM ${names.source}`,
          )?.id ?? null,
      ),
  };
}

const SHARE = z.object({
  number: z.int(),
  documents: z.int(),
  first: z.string(),
  last: z.string(),
  isLast: z.int().transform((value) => value === 1),
});
const DOCUMENT = z.object({
  appId: z.string(),
  xml: z.union([z.string(), z.instanceof(Uint8Array)]),
  isText: z.int(),
  anyCase: z.int().optional(),
});

function survey({ db, names }: Context, request: SurveyRequest): Survey {
  const { by, bounds, limit, instanceCount } = request;
  const { ids } = names;
  const range = within(ids, 's.app_id', bounds);
  if (range === null) return { pending: 0, nullDocuments: 0, instances: planInstances(request, ids.type, []) };
  const number =
    by === 'range'
      ? `ntile(${instanceCount}) OVER (ORDER BY app_id) - 1`
      : partitionNumber(ids, by, 'app_id', instanceCount);
  // The last is told by its place: what max() gives has lost the collation of the column.
  const shares = db.all(
    SHARE,
    `WITH pending AS (SELECT s.app_id ${pending(names)} AND ${range.test} ORDER BY s.app_id LIMIT ?),
       numbered AS (SELECT app_id, ${number} AS number, row_number() OVER (ORDER BY app_id) AS place FROM pending)
     SELECT number, count(*) AS documents, ${ids.text('min(app_id)')} AS first, ${ids.text('max(app_id)')} AS last,
       max(place) = max(max(place)) OVER () AS isLast
     FROM numbered GROUP BY number`,
    ...range.values,
    limit ?? -1,
  );
  const nulls = db.get(
    z.object({ documents: z.int() }),
    `SELECT count(*) AS documents FROM ${joined(names)} WHERE s.${names.xml} IS NULL AND ${range.test}`,
    ...range.values,
  );
  return {
    pending: shares.reduce((sum, share) => sum + share.documents, 0),
    nullDocuments: nulls?.documents ?? 0,
    instances: planInstances(request, ids.type, shares),
  };
}

/** A page costs next to nothing here, so that it need not be more than a group: what is in memory for a short time only costs the collector less. */
const MOST_OF_PAGE = 100;

function readPage({ db, names }: Context, { partition, cursor, maxDocuments, maxBytes }: PageRequest): Page {
  const most = Math.min(maxDocuments, MOST_OF_PAGE);
  const { by, instanceId, instanceCount, bounds } = partition;
  const range = within(names.ids, 's.app_id', bounds, cursor);
  const documents: SourceDocument[] = [];
  if (range === null) return { documents, last: true };
  let bytes = 0;
  const rows = db.iterate(
    DOCUMENT,
    `${selectDocument(names)} ${pending(names)}
       AND ${range.test} AND ${inPartition(names.ids, by, 's.app_id', instanceId, instanceCount)}
     ORDER BY s.app_id LIMIT ?`,
    ...range.values,
    most + 1,
  );
  for (const row of rows) {
    const { xml } = row;
    bytes += typeof xml === 'string' ? Buffer.byteLength(xml) : xml.byteLength;
    if (documents.length > 0 && (documents.length >= most || bytes > maxBytes)) return { documents, last: false };
    documents.push(toDocument(row));
  }
  return { documents, last: true };
}

function selectDocument(names: Names): string {
  const xml = `s.${names.xml}`;
  return `SELECT ${names.ids.text('s.app_id')} AS appId, ${bytesOf(xml)} AS xml, typeof(${xml}) = 'text' AS isText${withAnyCase(names.ids, 's.app_id')}`;
}

function toDocument({ appId, xml, isText, anyCase }: z.infer<typeof DOCUMENT>): SourceDocument {
  return {
    appId,
    xml,
    encoding: isText === 1 && typeof xml !== 'string' ? 'utf-8' : undefined,
    ...(anyCase === 1 && { anyCase: true }),
  };
}

// Bytes are only copied, while text is also decoded, and that in the one thread that everything waits for. In a database of UTF-16 they would be UTF-16.
function bytesOf(column: string): string {
  return `CASE (SELECT encoding FROM pragma_encoding) WHEN 'UTF-8' THEN CAST(${column} AS BLOB) ELSE ${column} END`;
}

function readDocument({ db, names }: Context, appId: string): SourceDocument | null {
  const { ids, id, xml, source } = names;
  const row = db.get(
    DOCUMENT.omit({ isText: true }).extend({ xml: DOCUMENT.shape.xml.nullable() }),
    `SELECT ${ids.text(id)} AS appId, ${xml} AS xml${withAnyCase(ids, id)} FROM ${source} WHERE ${id} = ?`,
    givenId(ids, appId),
  );
  if (row === undefined || row.xml === null) return null;
  return { appId: row.appId, xml: row.xml, ...(row.anyCase === 1 && { anyCase: true }) };
}

function readDocuments({ db, names }: Context, appIds: readonly string[]): readonly SourceDocument[] {
  const sql = `${selectDocument(names)} FROM ${names.rows} s
    WHERE s.${names.xml} IS NOT NULL AND s.app_id IN (${names.ids.list}) ORDER BY s.app_id`;
  return db.all(DOCUMENT, sql, idList(names.ids, appIds)).map(toDocument);
}

function importDocuments(context: Context, documents: readonly SourceDocument[], replace: boolean): ImportResult {
  const { db, names } = context;
  const counts = { added: 0, skipped: 0, replaced: 0 };
  const replaced: string[] = [];
  const insert = `INSERT INTO ${names.source} (${names.id}, ${names.xml}) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM ${names.source} WHERE ${names.id} = ?)`;
  for (const { appId, xml } of documents) {
    const key = idValue(names.ids, appId);
    if (db.run(insert, key, xml, key) > 0) counts.added += 1;
    else if (!replace) counts.skipped += 1;
    else {
      counts.replaced += db.run(`UPDATE ${names.source} SET ${names.xml} = ? WHERE ${names.id} = ?`, xml, key);
      replaced.push(appId);
    }
    if (names.application === null) continue;
    db.run(
      `INSERT INTO ${names.application} (${names.on}) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM ${names.application} WHERE ${names.on} = ?)`,
      key,
      key,
    );
  }
  return { ...counts, logged: loggedOf(context, replaced) };
}

/** Those of the ids that are logged. Documents may be loaded before there is a log. */
function loggedOf({ db, names }: Context, appIds: readonly string[]): readonly string[] {
  if (appIds.length === 0 || !db.exists('SELECT 1 FROM sqlite_schema WHERE name = ?', names.log.slice(1, -1)))
    return [];
  const { ids, log } = names;
  const sql = `SELECT ${ids.text('app_id')} AS id FROM ${log} WHERE app_id IN (${ids.list}) ORDER BY app_id`;
  return db.all(z.object({ id: z.string() }), sql, idList(ids, appIds)).map(({ id: appId }) => appId);
}
