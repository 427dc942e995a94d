import { z } from 'zod';
import { readTable } from './catalog.ts';
import { idInput, idList } from './ids.ts';
import { NUMBER } from './run-rows.ts';
import { readSourceKind, type SourceKind } from './source-encoding.ts';
import type { Names } from '../names.ts';
import { type ImportResult, type SourceDocument, StoreError } from '../port.ts';
import { decodeDocument } from '../../xml/decode.ts';
import type { Input, Statement } from './statement.ts';
import type { Context } from './context.ts';

// A request holds at most 2,100 inputs; documents are large, and a request is held in memory whole.
const MOST_DOCUMENTS = 200;
const MOST_CHARACTERS = 8_000_000;

/** Adds documents and their ids in the joined table, many in one request. */
export async function importDocuments(
  context: Context,
  documents: readonly SourceDocument[],
  replace: boolean,
): Promise<ImportResult> {
  const { db, names } = context;
  // Before they are replaced: what is not there yet is not logged either.
  const logged = replace ? await loggedOf(context, documents) : [];
  const counts = { added: 0, skipped: 0, replaced: 0 };
  const kind = await readSourceKind(context);
  for (const chunk of chunks(documents)) {
    const row = await db.get(COUNTS, importStatement(names, chunk, replace, kind));
    const { added, replaced } = row ?? { added: 0, replaced: 0 };
    counts.added += added;
    counts.replaced += replaced;
    counts.skipped += chunk.length - added - replaced;
  }
  return { ...counts, logged };
}

/** Those of the documents that are logged. Documents may be loaded before there is a log. */
async function loggedOf(
  { db, names, workSet: { schema, logTable } }: Context,
  documents: readonly SourceDocument[],
): Promise<readonly string[]> {
  if ((await readTable(db, schema, logTable)) === undefined) return [];
  const appIds = documents.map(({ appId }) => appId);
  return (await db.all(z.object({ appId: z.string() }), loggedStatement(names, appIds))).map(({ appId }) => appId);
}

export function loggedStatement(names: Names, appIds: readonly string[]): Statement {
  return {
    sql: `SELECT ${names.ids.text('app_id')} AS appId FROM ${names.log} WHERE app_id IN (${names.ids.list}) ORDER BY app_id`,
    inputs: { app_ids: idList(names.ids, appIds) },
  };
}

const COUNTS = z.object({ added: NUMBER, replaced: NUMBER });

/** Pieces of bounded size; an id that comes again starts another, so that the documents follow each other as given. */
function* chunks(documents: readonly SourceDocument[]): Generator<readonly SourceDocument[]> {
  let chunk: SourceDocument[] = [];
  let characters = 0;
  for (const document of documents) {
    const full = chunk.length === MOST_DOCUMENTS || characters + document.xml.length > MOST_CHARACTERS;
    if (chunk.length > 0 && (full || chunk.some(({ appId }) => appId === document.appId))) {
      yield chunk;
      [chunk, characters] = [[], 0];
    }
    chunk.push(document);
    characters += document.xml.length;
  }
  if (chunk.length > 0) yield chunk;
}

export function importStatement(
  names: Names,
  documents: readonly SourceDocument[],
  replace: boolean,
  kind: SourceKind = 'text',
): Statement {
  const inputs: Record<string, Input> = {};
  for (const [index, document] of documents.entries()) {
    inputs[`id${index}`] = idInput(names.ids, document.appId);
    inputs[`xml${index}`] = inputOf(document, kind);
  }
  const ids = documents.map((_, index) => `(${names.ids.value(`@id${index}`)})`).join(', ');
  const values = documents.map((_, index) => `(${names.ids.value(`@id${index}`)}, @xml${index})`).join(', ');
  const update = `UPDATE s SET ${names.xml} = v.xml FROM ${names.source} s JOIN (VALUES ${values}) v (app_id, xml) ON v.app_id = s.${names.id};
SET @replaced = @@ROWCOUNT;
`;
  const application =
    names.application === null
      ? ''
      : `INSERT INTO ${names.application} (${names.on}) SELECT v.app_id FROM (VALUES ${ids}) v (app_id)
WHERE NOT EXISTS (SELECT 1 FROM ${names.application} a WHERE a.${names.on} = v.app_id);
`;
  return {
    sql: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @added int = 0, @replaced int = 0;
BEGIN TRANSACTION;
${replace ? update : ''}INSERT INTO ${names.source} (${names.id}, ${names.xml}) SELECT v.app_id, v.xml FROM (VALUES ${values}) v (app_id, xml)
WHERE NOT EXISTS (SELECT 1 FROM ${names.source} s WHERE s.${names.id} = v.app_id);
SET @added = @@ROWCOUNT;
${application}COMMIT TRANSACTION;
SELECT @added AS added, @replaced AS replaced;`,
    inputs,
  };
}

/** A document as its column takes it. In bytes, the mark says how text was encoded, whatever the document says of itself. */
function inputOf(document: SourceDocument, kind: SourceKind): Input {
  if (kind === 'bytes') {
    const { xml, encoding } = document;
    const asTheyAre = typeof xml !== 'string' && encoding === undefined;
    return { type: 'bytes', value: asTheyAre ? xml : Buffer.from(`\uFEFF${decode(document)}`) };
  }
  // The column keeps no encoding, and refuses one that is not the one of its input.
  const text = kind === 'xml' ? decode(document).replace(/^\s*<\?xml\s[^>]*\?>/, '') : decode(document);
  return { type: 'long', value: text };
}

/** Text as the column takes it. Bytes that cannot be decoded are never stored in some other way. */
function decode({ appId, xml, encoding }: SourceDocument): string {
  if (typeof xml === 'string') return xml;
  const decoded = decodeDocument(xml, encoding);
  if (decoded.ok) return decoded.text;
  throw new StoreError(`Document ${appId} cannot be stored as text: ${decoded.problem}`, { transient: false });
}
