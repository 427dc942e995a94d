import { z } from 'zod';
import { isoTime, timeText } from './clock.ts';
import { LOG_ROW, LOG_VALUES } from './log.ts';
import { NUMBER } from './run-rows.ts';
import { FIRST_ID, parseDocumentId } from '../../document-id.ts';
import { pending } from '../pending.ts';
import type { Names } from '../names.ts';
import type { HistoryRow } from '../port.ts';
import type { Store } from '../port.ts';
import type { Statement } from './statement.ts';
import type { Context } from './context.ts';

/** The part of the store that tells operators what waits and what happened before. */
export function overviewStore({ db, names }: Context): Pick<Store, 'listPending' | 'countDocuments' | 'listHistory'> {
  return {
    listPending: async (page) =>
      (await db.all(z.object({ appId: z.string() }), listPendingStatement(names, page))).map(({ appId }) => appId),
    countDocuments: async () =>
      (await db.get(COUNTS, countsStatement(names))) ?? { pending: 0, firstPending: null, failed: 0 },
    listHistory: (appId) => db.all(HISTORY_ROW, historyStatement(names, appId)),
  };
}

export function listPendingStatement(
  names: Names,
  { afterAppId, limit }: { afterAppId?: string; limit: number },
): Statement {
  const after = afterAppId === undefined ? '' : ' AND s.app_id > CAST(@after AS bigint)';
  return {
    sql: `SELECT TOP (@limit) CAST(s.app_id AS varchar(20)) AS appId ${pending(names)}${after} ORDER BY s.app_id`,
    inputs: {
      limit: { type: 'int', value: limit },
      ...(afterAppId !== undefined && { after: { type: 'word', value: afterAppId } }),
    },
  };
}

const COUNTS = z.object({ pending: NUMBER, firstPending: z.string().nullable(), failed: NUMBER });

export function countsStatement(names: Names): Statement {
  return {
    sql: `SELECT p.pending, CAST(p.first AS varchar(20)) AS firstPending, (SELECT COUNT_BIG(*) FROM ${names.log} WHERE status = 'failed') AS failed
FROM (SELECT COUNT_BIG(*) AS pending, MIN(s.app_id) AS first ${pending(names)}) p`,
    inputs: {},
  };
}

const HISTORY_ROW = z
  .object({ ...LOG_ROW.in.shape, movedAt: z.string().transform(isoTime), movedBy: z.string().nullable() })
  .transform(({ movedAt, movedBy, ...row }): HistoryRow => ({ ...LOG_ROW.parse(row), movedAt, movedBy }));

export function historyStatement(names: Names, appId: string): Statement {
  return {
    sql: `SELECT TOP (100) ${LOG_VALUES}, ${timeText('redriven_at')} AS movedAt, moved_by AS movedBy
FROM ${names.history} WHERE app_id = CAST(@app_id AS bigint) ORDER BY history_id DESC`,
    inputs: { app_id: { type: 'word', value: String(parseDocumentId(appId) ?? FIRST_ID) } },
  };
}
