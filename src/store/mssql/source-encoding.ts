import { z } from 'zod';
import { NUMBER } from './run-rows.ts';
import type { Names } from '../names.ts';
import type { WorkSet } from '../destination.ts';
import type { Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** Labels of the code pages that are ASCII and 128 more characters, and of UTF-8. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [65_001, 'utf-8'],
  ...[874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => [page, `windows-${page}`] as const),
]);

/**
 * How the source column's bytes are to be decoded by whoever maps them; text the driver would make in this thread, of two bytes a
 * character, and it would be copied between threads. Null: the column is read as text, being `nvarchar`, `xml` or of another code page.
 */
export async function readEncoding({ db, names, workSet }: SessionContext): Promise<string | null> {
  const row = await db.get(z.object({ codePage: NUMBER.nullable() }), codePageStatement(names, workSet));
  return ENCODINGS.get(row?.codePage ?? 0) ?? null;
}

/** What the source column takes: text, well-formed XML without an encoding of its own, or bytes. */
export type SourceKind = 'text' | 'xml' | 'bytes';

/** The kind of the source column; text where there is none. */
export async function readSourceKind({ db, names, workSet }: SessionContext): Promise<SourceKind> {
  const row = await db.get(z.object({ type: z.string() }), sourceTypeStatement(names, workSet));
  if (row?.type === 'xml') return 'xml';
  return ['binary', 'varbinary', 'image'].includes(row?.type ?? '') ? 'bytes' : 'text';
}

/** The type of the source column. */
export function sourceTypeStatement(names: Names, { sourceColumn }: WorkSet): Statement {
  return {
    sql: `SELECT TYPE_NAME(c.system_type_id) AS type FROM sys.columns c WHERE c.object_id = OBJECT_ID(@source) AND c.name = @column`,
    inputs: columnInputs(names, sourceColumn),
  };
}

function columnInputs({ source }: Names, column: string): Statement['inputs'] {
  return { source: { type: 'text', value: source }, column: { type: 'text', value: column } };
}

/** The code page of the source column, if it is a `varchar`. */
export function codePageStatement(names: Names, { sourceColumn }: WorkSet): Statement {
  return {
    sql: `SELECT CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS codePage FROM sys.columns c
WHERE c.object_id = OBJECT_ID(@source) AND c.name = @column AND TYPE_NAME(c.system_type_id) IN ('char', 'varchar')`,
    inputs: columnInputs(names, sourceColumn),
  };
}
