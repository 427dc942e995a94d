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

/** How documents are asked for: as text, as the bytes that the column holds, or as those of a text that the server keeps in UTF-8. */
export type Form = 'text' | 'bytes' | 'utf-8';

/** How documents are read, and the encoding of their bytes. */
export interface Reading {
  readonly form: Form;
  readonly encoding?: string;
}

export const AS_TEXT: Reading = { form: 'text' };

/** The two bytes of a character, the lower one first, as SQL Server keeps `nvarchar`. */
export const UTF16 = 'utf-16le';

/**
 * How the source column is best read. Whoever maps documents decodes their bytes: the driver would make text of them in this thread, of
 * two bytes a character, and it would be copied between threads. As text come `xml` columns, and `varchar` of a code page that is not known.
 */
export async function readReading({ db, names, workSet }: SessionContext): Promise<Reading> {
  const column = await db.get(COLUMN, columnTextStatement(names, workSet));
  if (column === undefined) return AS_TEXT;
  if (column.type === 'nvarchar' || column.type === 'nchar')
    return isSample(column.sample, UTF16) ? { form: 'bytes', encoding: UTF16 } : readInside(db);
  const encoding = ['varchar', 'char'].includes(column.type) ? ENCODINGS.get(column.codePage ?? 0) : undefined;
  return encoding === undefined ? AS_TEXT : { form: 'bytes', encoding };
}

/** A server that keeps `nvarchar` as UTF-8 makes two bytes of each character for whoever asks for text: that took four fifths of a bare read. */
async function readInside(db: SessionContext['db']): Promise<Reading> {
  const answer = await db.get(z.object({ sample: BYTES }), utf8Statement()).catch(() => undefined);
  return answer !== undefined && isSample(answer.sample, 'utf-8') ? { form: 'utf-8', encoding: 'utf-8' } : AS_TEXT;
}

const BYTES = z.instanceof(Uint8Array).nullable();
const COLUMN = z.object({ type: z.string(), codePage: NUMBER.nullable(), sample: BYTES });

/** Characters of one and of two bytes in a code page, two and three in UTF-8. */
const SAMPLE = 'NCHAR(228) + NCHAR(8364)';

function isSample(bytes: Uint8Array | null, encoding: 'utf-16le' | 'utf-8'): boolean {
  return bytes !== null && Buffer.from('\u00E4\u20AC', encoding).equals(bytes);
}

/** An expression of a text, or of the source column, in a form. */
export function inForm(text: string, form: Form): string {
  if (form === 'text') return text;
  return `CAST(${form === 'utf-8' ? `CAST(${text} AS ntext)` : text} AS varbinary(max))`;
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

/** The type and code page of the source column, and the bytes that this server makes of text. */
export function columnTextStatement(names: Names, { sourceColumn }: WorkSet): Statement {
  return {
    sql: `SELECT COALESCE(TYPE_NAME(c.system_type_id), N'') AS type, CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS codePage,
  ${inForm(SAMPLE, 'bytes')} AS sample FROM sys.columns c WHERE c.object_id = OBJECT_ID(@source) AND c.name = @column`,
    inputs: columnInputs(names, sourceColumn),
  };
}

/** Asks for text as UTF-8. SQL Server, which keeps no text so, knows no such conversion, and is not asked. */
export function utf8Statement(): Statement {
  return { sql: `SELECT ${inForm(SAMPLE, 'utf-8')} AS sample`, inputs: {} };
}
