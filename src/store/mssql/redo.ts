import { z } from 'zod';
import { reasonPattern } from '../reasons.ts';
import { MADE, ownedRows } from '../redo.ts';
import { joined } from '../pending.ts';
import { classOf } from './errors.ts';
import { idList, within, withoutCollation } from './ids.ts';
import { moveToHistory } from './log.ts';
import { NUMBER } from './run-rows.ts';
import { MSSQL } from './dialect.ts';
import type { DestinationTable } from '../destination.ts';
import type { Bounds } from '../ids.ts';
import type { Names } from '../names.ts';
import type { Store } from '../port.ts';
import type { MadeFilter, RedoResult } from '../redo.ts';
import type { Statement } from './statement.ts';
import type { Context } from './context.ts';

/** The part of the store that has documents done anew. */
export function redoStore(context: Context): Pick<Store, 'countConverted' | 'listMade' | 'redo'> {
  const { db, names } = context;
  return {
    countConverted: async (bounds) => {
      const statement = countConvertedStatement(names, bounds);
      return (statement && (await db.get(z.object({ documents: NUMBER }), statement)))?.documents ?? 0;
    },
    listMade: async (filter) => {
      const statement = listMadeStatement(names, filter);
      return statement === null ? [] : db.all(MADE, statement);
    },
    redo: (appIds, tables, { dryRun }) => redo(context, appIds, tables, dryRun),
  };
}

/** Null if no id can be within the bounds. */
export function listMadeStatement(
  names: Names,
  { bounds, afterAppId, appIds, limit, reason }: MadeFilter,
): Statement | null {
  const { ids } = names;
  const range = within(ids, 'l.app_id', bounds, afterAppId);
  if (range === null) return null;
  const given = appIds === undefined ? '' : ` AND l.app_id IN (${ids.list})`;
  const failed = reason === undefined ? '' : ` AND l.status = 'failed' AND l.failure_reason LIKE @reason ESCAPE '~'`;
  return {
    sql: `SELECT TOP (@limit) ${ids.text('l.app_id')} AS appId, l.status, o.source_hash AS sourceHash, o.contract_mark AS contractMark
FROM ${names.log} l LEFT JOIN ${names.origin} o ON o.app_id = l.app_id
WHERE ${range.test}${given}${failed} ORDER BY l.app_id`,
    inputs: {
      ...range.inputs,
      limit: { type: 'int', value: limit },
      ...(appIds !== undefined && { app_ids: idList(ids, appIds) }),
      ...(reason !== undefined && { reason: { type: 'text', value: reasonPattern(reason) } }),
    },
  };
}

/** Null if no id can be within the bounds. */
export function countConvertedStatement({ ids, log }: Names, bounds: Bounds): Statement | null {
  const range = within(ids, 'app_id', bounds);
  const sql = `SELECT COUNT_BIG(*) AS documents FROM ${log} WHERE ${range?.test} AND status = 'success'`;
  return range && { sql, inputs: range.inputs };
}

async function redo(
  { db, names, workSet: { schema } }: Context,
  appIds: readonly string[],
  tables: readonly DestinationTable[],
  dryRun: boolean,
): Promise<RedoResult | 'referred_to'> {
  try {
    const answers = await db.all(ANSWER, redoStatement(names, schema, appIds, tables, dryRun));
    const of = (kind: string) => answers.filter((answer) => answer.kind === kind);
    return {
      documents: of('documents')[0]?.number ?? 0,
      rows: of('rows')
        .filter((answer) => answer.number > 0)
        .map(({ name, number }) => ({ table: name, rows: number })),
      withoutSource: of('without_source').map(({ name }) => name),
    };
  } catch (error) {
    // Nothing but a foreign key can refuse a deletion for what rows hold.
    if (classOf(error) === 'document') return 'referred_to';
    throw error;
  }
}

const ANSWER = z.object({ kind: z.string(), name: z.string(), number: NUMBER });

/** One request: which documents, then table by table their rows, then their log rows, in one transaction. */
export function redoStatement(
  names: Names,
  schema: string,
  appIds: readonly string[],
  tables: readonly DestinationTable[],
  dryRun: boolean,
): Statement {
  const hasSource = `EXISTS (SELECT 1 FROM ${joined(names)} WHERE s.app_id = l.app_id AND s.${names.xml} IS NOT NULL)`;
  const { ids } = names;
  const chosen = `SELECT ${withoutCollation('d.app_id', ids.type)} FROM @document d`;
  const owned = ownedRows(MSSQL, schema, tables, chosen).map(({ table, from: name, where }) => {
    const from = `FROM ${name} r0 WHERE ${where}`;
    const answer = `INSERT INTO @answer (kind, name, number) SELECT 'rows', N'${table.replaceAll("'", "''")}'`;
    return dryRun ? `${answer}, COUNT_BIG(*) ${from};\n` : `DELETE r0 ${from};\n${answer}, @@ROWCOUNT;\n`;
  });
  const move = `${moveToHistory(names, 'redo', `app_id IN (${chosen})`)}DELETE FROM ${names.origin} WHERE app_id IN (${chosen});\n`;
  return {
    // One answer at the end: a trigger may have result sets of its own.
    sql: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @document TABLE (app_id ${MSSQL.idType(ids.type)} NOT NULL);
DECLARE @answer TABLE (n int IDENTITY(1,1) PRIMARY KEY, kind varchar(20) NOT NULL, name nvarchar(4000) NOT NULL, number bigint NOT NULL);
BEGIN TRANSACTION;
INSERT INTO @answer (kind, name, number) SELECT 'without_source', ${ids.text('l.app_id')}, 0 FROM ${names.log} l
WHERE l.app_id IN (${ids.list}) AND NOT ${hasSource} ORDER BY l.app_id;
INSERT INTO @document (app_id) SELECT l.app_id FROM ${names.log} l WHERE l.app_id IN (${ids.list}) AND ${hasSource};
INSERT INTO @answer (kind, name, number) SELECT 'documents', '', COUNT_BIG(*) FROM @document;
${owned.join('')}${dryRun ? '' : move}COMMIT TRANSACTION;
SELECT a.kind, a.name, a.number FROM @answer a ORDER BY a.n;`,
    inputs: { app_ids: idList(ids, appIds) },
  };
}
