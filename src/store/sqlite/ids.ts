import { createHash } from 'node:crypto';
import { isWhole, readDocumentId, type IdType } from '../../document-id.ts';
import { allOf, foldedCase, hashOfWhole, rangeTests, type IdSql } from '../ids.ts';
import type { Bounds } from '../ids.ts';

/** What the driver is given for an id. */
type Value = string | bigint | null;

/** The function that `hashText` is registered as. */
export const HASH_FUNCTION = 'xmlfan_hash';

/** Four bytes of SHA-256 as a number, of the text in UTF-16, which is what SQL Server hashes of an `nvarchar`. */
export function hashText(text: string): number {
  return createHash('sha256').update(text, 'utf16le').digest().readUInt32BE(0);
}

/** SQLite's SQL about ids of a type. */
export function idsOf(type: IdType): IdSql {
  if (isWhole(type)) {
    return {
      type,
      text: (id) => `CAST(${id} AS TEXT)`,
      value: (text) => `CAST(${text} AS INTEGER)`,
      hash: hashOfWhole,
      list: 'SELECT CAST(value AS INTEGER) FROM json_each(?)',
    };
  }
  return {
    type,
    text: (id) => id,
    value: (text) => text,
    hash: (id) => `${HASH_FUNCTION}(${foldedCase(id)})`,
    list: 'SELECT value FROM json_each(?)',
  };
}

/** Ids as the parameter of `IdSql.list`; what cannot be an id is none. */
export function idList({ type }: IdSql, appIds: readonly string[]): string {
  return JSON.stringify(appIds.flatMap((appId) => readDocumentId(appId, type) ?? []));
}

/** An id as the driver takes it exactly, or null where no id is given. */
export function idValue({ type }: IdSql, appId: string | null): Value {
  return appId !== null && isWhole(type) ? BigInt(appId) : appId;
}

/** The same of what somebody wrote, which may be no id: then null, which equals none. */
export function givenId(ids: IdSql, text: string): Value {
  return idValue(ids, readDocumentId(text, ids.type));
}

/** SQL that is true of ids in a range, with its parameters; null if none can be in it. */
export function within(
  ids: IdSql,
  id: string,
  bounds: Bounds,
  after: string | null = null,
): { readonly test: string; readonly values: readonly Value[] } | null {
  const tests = rangeTests(ids.type, bounds, after);
  if (tests === null) return null;
  return {
    test: allOf(tests.map(({ operator }) => `${id} ${operator} ?`)),
    values: tests.map((test) => idValue(ids, test.id)),
  };
}
