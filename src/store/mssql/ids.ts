import { readDocumentId, type IdType } from '../../document-id.ts';
import { allOf, foldedCase, hashOfWhole, rangeTests, type IdSql } from '../ids.ts';
import type { Bounds } from '../ids.ts';
import type { Input } from './statement.ts';

/** Longest texts of a type, so that nothing is cut on its way. */
const LONGEST = {
  char: 'varchar(8000)',
  varchar: 'varchar(8000)',
  nchar: 'nvarchar(4000)',
  nvarchar: 'nvarchar(4000)',
};

/** Four bytes of SHA-256 as a number. */
function hashOfText(text: string): string {
  return `CAST(CAST(SUBSTRING(HASHBYTES('SHA2_256', ${text}), 1, 4) AS binary(4)) AS bigint)`;
}

/** T-SQL about ids of a type. */
export function idsOf(type: IdType): IdSql {
  if (type.kind === 'uniqueidentifier') {
    return {
      type,
      text: textOfGuid,
      value: (given) => `CAST(${given} AS uniqueidentifier)`,
      hash: (id) => hashOfText(textOfGuid(id)),
      list: listOf('uniqueidentifier', 'r.app_id'),
    };
  }
  if (type.kind !== 'text') {
    return {
      type,
      text: (id) => `CAST(${id} AS varchar(20))`,
      value: (given) => `CAST(${given} AS bigint)`,
      hash: hashOfWhole,
      list: listOf('bigint', 'r.app_id'),
    };
  }
  const longest = LONGEST[type.sql];
  const text = (id: string): string => (type.sql === 'char' || type.sql === 'nchar' ? `RTRIM(${id})` : id);
  return {
    type,
    text,
    value: (given) => `CAST(${given} AS ${longest})`,
    hash: (id) => hashOfText(`CAST(${text(foldedCase(id))} AS nvarchar(4000))`),
    list: listOf(longest, withoutCollation('r.app_id', type)),
  };
}

function textOfGuid(id: string): string {
  return `LOWER(CAST(${id} AS varchar(36)))`;
}

function listOf(type: string, id: string): string {
  return `SELECT ${id} FROM OPENJSON(@app_ids) WITH (app_id ${type} '$[0]') r`;
}

/** Text of a column of ours, compared as the other side says: by way of bytes it loses the collation that would contradict that. */
export function withoutCollation(id: string, type: IdType): string {
  return type.kind === 'text' ? `CAST(CAST(${id} AS varbinary(8000)) AS ${LONGEST[type.sql]})` : id;
}

/** An id kept as text in a table of ours, beside those of sources whose ids are of another type: such a one is NULL. */
export function storedId(ids: IdSql, column: string): string {
  return withoutCollation(ids.value(column).replace(/^CAST/, 'TRY_CAST'), ids.type);
}

/** Ids as the input of `IdSql.list`; what cannot be an id is none. */
export function idList({ type }: IdSql, appIds: readonly string[]): Input {
  return { type: 'long', value: JSON.stringify(appIds.flatMap((appId) => oneId(type, appId))) };
}

function oneId(type: IdType, appId: string): [string][] {
  const id = readDocumentId(appId, type);
  return id === null ? [] : [[id]];
}

/** An id as an input that `IdSql.value` takes. */
export function idInput({ type }: IdSql, appId: string | null): Input {
  return { type: type.kind === 'text' ? 'text' : 'word', value: appId };
}

/** SQL that is true of ids in a range, with its inputs; null if none can be in it. */
export function within(
  ids: IdSql,
  id: string,
  bounds: Bounds,
  after: string | null = null,
): { readonly test: string; readonly inputs: Readonly<Record<string, Input>> } | null {
  const tests = rangeTests(ids.type, bounds, after);
  if (tests === null) return null;
  return {
    test: allOf(tests.map(({ operator, name }) => `${id} ${operator} ${ids.value(`@${name}`)}`)),
    inputs: Object.fromEntries(tests.map((test) => [test.name, idInput(ids, test.id)])),
  };
}
