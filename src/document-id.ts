import type { Fault } from './errors.ts';
import { readGuid } from './values/time-and-guid.ts';
import { count } from './words.ts';

/** What a bigint column can hold. */
export const FIRST_ID = -(2n ** 63n);
export const LAST_ID = 2n ** 63n - 1n;

/** The type of the column that tells documents apart; of texts it says also how long they may be. */
export type IdType =
  | { readonly kind: 'int' | 'bigint' | 'smallint' | 'tinyint' | 'uniqueidentifier' }
  | { readonly kind: 'text'; readonly sql: 'char' | 'varchar' | 'nchar' | 'nvarchar'; readonly length: number };

/** Ids of contracts that name no type, which those of format 1 are. */
export const ANY_INTEGER: IdType = { kind: 'bigint' };

/** Whether ids are whole numbers, which alone have a remainder and a next one. */
export function isWhole({ kind }: IdType): boolean {
  return kind !== 'text' && kind !== 'uniqueidentifier';
}

/** An id as xmlfan passes it about: digits, a GUID in lower case, or the text as it is. Null if no id of the type is written so. */
export function readDocumentId(text: string, type: IdType): string | null {
  if (type.kind === 'uniqueidentifier') return readGuid(text);
  if (type.kind === 'text') return text.trimEnd() !== '' && text.length <= type.length ? text : null;
  return parseWholeId(text)?.toString() ?? null;
}

/** The id of a document that is a whole number which a bigint column can hold. Null if the text is none. */
function parseWholeId(text: string): bigint | null {
  const id = /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
  return id !== null && id >= FIRST_ID && id <= LAST_ID ? id : null;
}

/** The id of the document of a number, for those that have none of their own: of GUIDs, one of version 8 that ends in it. */
export function numberedId(number: number, { kind }: IdType): string {
  return kind === 'uniqueidentifier' ? `00000000-0000-8000-8000-${String(number).padStart(12, '0')}` : String(number);
}

/** What ids of a type are called in a sentence: `whole numbers`. */
export function describeIds(type: IdType): string {
  if (type.kind === 'uniqueidentifier') return 'GUIDs';
  return type.kind === 'text' ? `texts of at most ${count(type.length, 'character')}` : 'whole numbers';
}

/** The type as SQL Server writes it: `nvarchar(40)`. */
export function printIdType(type: IdType): string {
  return type.kind === 'text' ? `${type.sql}(${type.length})` : type.kind;
}

/** What is wrong with a range in which no id can be; `first` and `last` name its ends. Which of two texts or GUIDs comes first, only the database knows. */
export function emptyRange(
  { start, end }: { readonly start: string | null; readonly end: string | null },
  [first, last]: readonly [string, string],
  type: IdType,
): readonly Fault[] {
  if (!isWhole(type) || start === null || end === null || BigInt(start) <= BigInt(end)) return [];
  return [{ place: first, message: `${start} is above ${last} ${end}`, advice: 'Give the lower id first.' }];
}
