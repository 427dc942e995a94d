import { z } from 'zod';
import { logValues } from './log.ts';
import { givenId, idValue } from './ids.ts';
import { pending } from '../pending.ts';
import type { DocumentCounts, HistoryRow } from '../port.ts';
import type { Store } from '../port.ts';
import { LOG_SHAPE } from '../run-shapes.ts';
import type { Context } from './context.ts';

/** The part of the store that tells operators what waits and what happened before. */
export function overviewStore(context: Context): Pick<Store, 'listPending' | 'countDocuments' | 'listHistory'> {
  const { db } = context;
  return {
    listPending: (page) => db.read(() => listPending(context, page)),
    countDocuments: () => db.read(() => countDocuments(context)),
    listHistory: (appId) => db.read(() => listHistory(context, appId)),
  };
}

function listPending(
  { db, names }: Context,
  { afterAppId, limit }: { afterAppId?: string; limit: number },
): readonly string[] {
  const after = afterAppId === undefined ? '' : ' AND s.app_id > ?';
  const sql = `SELECT ${names.ids.text('s.app_id')} AS appId ${pending(names)}${after} ORDER BY s.app_id LIMIT ?`;
  const values = afterAppId === undefined ? [limit] : [idValue(names.ids, afterAppId), limit];
  return db.all(z.object({ appId: z.string() }), sql, ...values).map(({ appId }) => appId);
}

const COUNTS = z.object({ pending: z.int(), firstPending: z.string().nullable(), failed: z.int() });

function countDocuments({ db, names }: Context): DocumentCounts {
  const sql = `SELECT count(*) AS pending, ${names.ids.text('min(s.app_id)')} AS firstPending,
    (SELECT count(*) FROM ${names.log} WHERE status = 'failed') AS failed ${pending(names)}`;
  return db.get(COUNTS, sql) ?? { pending: 0, firstPending: null, failed: 0 };
}

const HISTORY_ROW = LOG_SHAPE.extend({ movedAt: z.string(), movedBy: z.string().nullable() });

function listHistory({ db, names }: Context, appId: string): readonly HistoryRow[] {
  const sql = `SELECT ${logValues(names)}, redriven_at AS movedAt, moved_by AS movedBy FROM ${names.history}
    WHERE app_id = ? ORDER BY history_id DESC LIMIT 100`;
  return db.all(HISTORY_ROW, sql, givenId(names.ids, appId));
}
