import { z } from 'zod';
import { reasonPattern } from '../reasons.ts';
import { MADE, ownedRows } from '../redo.ts';
import { joined } from '../pending.ts';
import { refusedAtCommit } from './errors.ts';
import { moveToHistory } from './log.ts';
import { idList, within } from './ids.ts';
import type { DestinationTable } from '../destination.ts';
import type { Bounds } from '../ids.ts';
import type { Store } from '../port.ts';
import type { Made, MadeFilter, RedoResult } from '../redo.ts';
import type { Context } from './context.ts';

/** The part of the store that has documents done anew. */
export function redoStore(context: Context): Pick<Store, 'countConverted' | 'listMade' | 'redo'> {
  const { db } = context;
  return {
    countConverted: (bounds) => db.read(() => countConverted(context, bounds)),
    listMade: (filter) => db.read(() => listMade(context, filter)),
    redo: async (appIds, tables, { dryRun }) => {
      if (dryRun) return db.read(() => redo(context, appIds, tables, true));
      try {
        return await db.transaction(() => redo(context, appIds, tables, false));
      } catch (error) {
        if (refusedAtCommit(error) === null) throw error;
        return 'referred_to';
      }
    },
  };
}

function listMade({ db, names }: Context, { bounds, afterAppId, appIds, limit, reason }: MadeFilter): readonly Made[] {
  const { ids } = names;
  const range = within(ids, 'l.app_id', bounds, afterAppId);
  if (range === null) return [];
  const given = appIds === undefined ? '' : ` AND l.app_id IN (${ids.list})`;
  return db.all(
    MADE,
    `SELECT ${ids.text('l.app_id')} AS appId, l.status, o.source_hash AS sourceHash, o.contract_mark AS contractMark
     FROM ${names.log} l LEFT JOIN ${names.origin} o ON o.app_id = l.app_id
     WHERE ${range.test}${given} AND (? IS NULL OR l.status = 'failed' AND l.failure_reason LIKE ? ESCAPE '~')
     ORDER BY l.app_id LIMIT ?`,
    ...range.values,
    ...(appIds === undefined ? [] : [idList(ids, appIds)]),
    reason ?? null,
    reason === undefined ? null : reasonPattern(reason),
    limit,
  );
}

function countConverted({ db, names }: Context, bounds: Bounds): number {
  const range = within(names.ids, 'app_id', bounds);
  if (range === null) return 0;
  const sql = `SELECT count(*) AS documents FROM ${names.log} WHERE ${range.test} AND status = 'success'`;
  return db.get(z.object({ documents: z.int() }), sql, ...range.values)?.documents ?? 0;
}

const ID = z.object({ id: z.string() });

function redo(
  context: Context,
  given: readonly string[],
  tables: readonly DestinationTable[],
  dryRun: boolean,
): RedoResult {
  const { db, names, dialect, workSet } = context;
  const { ids } = names;
  const logged = `SELECT ${ids.text('l.app_id')} AS id FROM ${names.log} l WHERE l.app_id IN (${ids.list})`;
  const hasSource = `EXISTS (SELECT 1 FROM ${joined(names)} WHERE s.app_id = l.app_id AND s.${names.xml} IS NOT NULL)`;
  const idsOf = (condition: string): readonly string[] =>
    db.all(ID, `${logged} AND ${condition} ORDER BY l.app_id`, idList(ids, given)).map((row) => row.id);
  const appIds = idsOf(hasSource);
  const list = idList(ids, appIds);
  const rows = ownedRows(dialect, workSet.schema, tables, ids.list).map(({ table, from: name, where }) => {
    const from = `FROM ${name} AS r0 WHERE ${where}`;
    const count = dryRun
      ? (db.get(z.object({ count: z.int() }), `SELECT count(*) AS count ${from}`, list)?.count ?? 0)
      : db.run(`DELETE ${from}`, list);
    return { table, rows: count };
  });
  if (!dryRun) {
    moveToHistory(context, 'redo', { where: `app_id IN (${ids.list})`, values: [list] });
    db.run(`DELETE FROM ${names.origin} WHERE app_id IN (${ids.list})`, list);
  }
  return {
    documents: appIds.length,
    rows: rows.filter((table) => table.rows > 0),
    withoutSource: idsOf(`NOT ${hasSource}`),
  };
}
