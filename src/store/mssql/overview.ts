import { z } from 'zod';
import { isoTime, timeText } from './clock.ts';
import { LOG_ROW, logValues } from './log.ts';
import { NUMBER } from './run-rows.ts';
import { readDocumentId } from '../../document-id.ts';
import { idInput } from './ids.ts';
import { pending } from '../pending.ts';
import type { Names } from '../names.ts';
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
    listHistory: async (given) => {
      const appId = readDocumentId(given, names.ids.type);
      return appId === null ? [] : db.all(HISTORY_ROW, historyStatement(names, appId));
    },
  };
}

export function listPendingStatement(
  names: Names,
  { afterAppId, limit }: { afterAppId?: string; limit: number },
): Statement {
  const after = afterAppId === undefined ? '' : ` AND s.app_id > ${names.ids.value('@after')}`;
  return {
    sql: `SELECT TOP (@limit) ${names.ids.text('s.app_id')} AS appId ${pending(names)}${after} ORDER BY s.app_id`,
    inputs: {
      limit: { type: 'int', value: limit },
      ...(afterAppId !== undefined && { after: idInput(names.ids, afterAppId) }),
    },
  };
}

const COUNTS = z.object({ pending: NUMBER, firstPending: z.string().nullable(), failed: NUMBER });

export function countsStatement(names: Names): Statement {
  return {
    sql: `SELECT p.pending, ${names.ids.text('p.first')} AS firstPending, (SELECT COUNT_BIG(*) FROM ${names.log} WHERE status = 'failed') AS failed
FROM (SELECT COUNT_BIG(*) AS pending, MIN(s.app_id) AS first ${pending(names)}) p`,
    inputs: {},
  };
}

const HISTORY_ROW = LOG_ROW.extend({ movedAt: z.string().transform(isoTime), movedBy: z.string().nullable() });

export function historyStatement(names: Names, appId: string): Statement {
  return {
    sql: `SELECT TOP (100) ${logValues(names)}, ${timeText('redriven_at')} AS movedAt, moved_by AS movedBy
FROM ${names.history} WHERE app_id = ${names.ids.value('@app_id')} ORDER BY history_id DESC`,
    inputs: { app_id: idInput(names.ids, appId) },
  };
}
