import { z } from 'zod';
import { MADE, ownedRows } from '../redo.ts';
import { boundValues, joined } from '../pending.ts';
import { classOf } from './errors.ts';
import { ID_LIST, idList } from './ids.ts';
import { moveToHistory } from './log.ts';
import { NUMBER } from './run-rows.ts';
import { MSSQL } from './dialect.ts';
import type { DestinationTable } from '../destination.ts';
import type { Names } from '../names.ts';
import type { Store } from '../port.ts';
import type { MadeFilter, RedoResult } from '../redo.ts';
import type { Statement } from './statement.ts';
import type { Context } from './context.ts';

/** The part of the store that has documents done anew. */
export function redoStore(context: Context): Pick<Store, 'listMade' | 'redo'> {
  const { db, names } = context;
  return {
    listMade: (filter) => db.all(MADE, listMadeStatement(names, filter)),
    redo: (appIds, tables, { dryRun }) => redo(context, appIds, tables, dryRun),
  };
}

export function listMadeStatement(names: Names, { bounds, afterAppId, limit, reason }: MadeFilter): Statement {
  const [start, end] = boundValues(bounds);
  const after = afterAppId === null ? '' : ' AND l.app_id > CAST(@after AS bigint)';
  const failed = reason === undefined ? '' : ` AND l.status = 'failed' AND CHARINDEX(@reason, l.failure_reason) = 1`;
  return {
    sql: `SELECT TOP (@limit) CAST(l.app_id AS varchar(20)) AS appId, l.status, o.source_hash AS sourceHash, o.contract_mark AS contractMark
FROM ${names.log} l LEFT JOIN ${names.origin} o ON o.app_id = l.app_id
WHERE l.app_id >= CAST(@start AS bigint) AND l.app_id <= CAST(@end AS bigint)${after}${failed} ORDER BY l.app_id`,
    inputs: {
      limit: { type: 'int', value: limit },
      start: { type: 'word', value: String(start) },
      end: { type: 'word', value: String(end) },
      ...(afterAppId !== null && { after: { type: 'word', value: afterAppId } }),
      ...(reason !== undefined && { reason: { type: 'text', value: reason } }),
    },
  };
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
  const ids = 'SELECT d.app_id FROM @document d';
  const owned = ownedRows(MSSQL, schema, tables, ids).map(({ table, where }) => {
    const from = `FROM ${MSSQL.qualify(schema, table)} r0 WHERE ${where}`;
    const answer = `INSERT INTO @answer (kind, name, number) SELECT 'rows', N'${table.replaceAll("'", "''")}'`;
    return dryRun ? `${answer}, COUNT_BIG(*) ${from};\n` : `DELETE r0 ${from};\n${answer}, @@ROWCOUNT;\n`;
  });
  const move = `${moveToHistory(names, 'redo', `app_id IN (${ids})`)}DELETE FROM ${names.origin} WHERE app_id IN (${ids});\n`;
  return {
    // One answer at the end: a trigger may have result sets of its own.
    sql: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @document TABLE (app_id bigint NOT NULL PRIMARY KEY);
DECLARE @answer TABLE (n int IDENTITY(1,1) PRIMARY KEY, kind varchar(20) NOT NULL, name nvarchar(128) NOT NULL, number bigint NOT NULL);
BEGIN TRANSACTION;
INSERT INTO @answer (kind, name, number) SELECT 'without_source', CAST(l.app_id AS varchar(20)), 0 FROM ${names.log} l
WHERE l.app_id IN (${ID_LIST}) AND NOT ${hasSource} ORDER BY l.app_id;
INSERT INTO @document (app_id) SELECT l.app_id FROM ${names.log} l WHERE l.app_id IN (${ID_LIST}) AND ${hasSource};
INSERT INTO @answer (kind, name, number) SELECT 'documents', '', COUNT_BIG(*) FROM @document;
${owned.join('')}${dryRun ? '' : move}COMMIT TRANSACTION;
SELECT a.kind, a.name, a.number FROM @answer a ORDER BY a.n;`,
    inputs: { app_ids: idList(appIds) },
  };
}
