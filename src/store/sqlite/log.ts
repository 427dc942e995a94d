import { z } from 'zod';
import { NOW } from './clock.ts';
import { givenId, idList, idValue } from './ids.ts';
import type { Value } from './connection.ts';
import type { Names } from '../names.ts';
import type { LogRow, Store } from '../port.ts';
import { LOG_SHAPE } from '../run-shapes.ts';
import {
  groupReasons,
  isGrouped,
  MALFORMED_REASONS,
  MOST_EXACT,
  mostFirst,
  reasonPattern,
  type FailureFilter,
  type FailureReason,
} from '../reasons.ts';
import type { Context } from './context.ts';

/** The part of the store that reads the log and moves its rows to the history. */
export function logStore(
  context: Context,
): Pick<Store, 'findLog' | 'listFailures' | 'failureReasons' | 'logCounts' | 'redrive'> {
  const { db } = context;
  return {
    findLog: (appId) => db.read(() => findLog(context, appId)),
    listFailures: (filter) => db.read(() => listFailures(context, filter)),
    failureReasons: (runId) => db.read(() => failureReasons(context, runId)),
    logCounts: (runId) => db.read(() => logCounts(context, runId)),
    redrive: (filter) => db.transaction(() => redrive(context, filter)),
  };
}

function findLog({ db, names }: Context, appId: string): LogRow | null {
  return db.all(LOG_SHAPE, `${select(names)} WHERE app_id = ?`, givenId(names.ids, appId))[0] ?? null;
}

function listFailures({ db, names }: Context, filter: Parameters<Store['listFailures']>[0]): readonly LogRow[] {
  const { afterAppId, limit } = filter;
  const conditions = failed(names, filter);
  if (afterAppId !== undefined) conditions.push(['app_id > ?', idValue(names.ids, afterAppId)]);
  const { where, values } = all(conditions);
  return db.all(LOG_SHAPE, `${select(names)} WHERE ${where} ORDER BY app_id LIMIT ?`, ...values, limit);
}

const REASON = z.object({ reason: z.string(), documents: z.int(), firstAt: z.string().nullable() });

function failureReasons({ db, names }: Context, runId?: string): readonly FailureReason[] {
  const filter = runId === undefined ? {} : { runId };
  const { where, values } = all(failed(names, filter));
  const { original, nested } = MALFORMED_REASONS;
  const sql = `SELECT iif(count(*) = 1, min(own), shared) AS reason, count(*) AS documents, min(processing_time) AS firstAt
    FROM (SELECT processing_time, ifnull(failure_reason, '') AS own, 
      CASE WHEN instr(failure_reason, ?) = 1 THEN ? WHEN instr(failure_reason, ?) = 1 THEN ? ELSE ifnull(failure_reason, '') END AS shared
      FROM ${names.log} WHERE ${where})
    GROUP BY shared ORDER BY documents DESC, shared LIMIT ${MOST_EXACT}`;
  const exact = db.all(REASON, sql, original.start, original.together, nested.start, nested.together, ...values);
  const groups = groupReasons(exact);
  if (exact.length < MOST_EXACT) return groups;
  const counted = groups.map((group) => {
    if (!isGrouped(group)) return group;
    const some = all(failed(names, { ...filter, reason: group.reason }));
    const count = `SELECT ? AS reason, count(*) AS documents, min(processing_time) AS firstAt FROM ${names.log} WHERE ${some.where}`;
    return db.get(REASON, count, group.reason, ...some.values) ?? group;
  });
  return mostFirst(counted);
}

function logCounts({ db, names }: Context, runId: string): { success: number; failed: number } {
  const [condition, value] = ofRun(names, runId);
  const sql = `SELECT ifnull(sum(status = 'success'), 0) AS success, ifnull(sum(status = 'failed'), 0) AS failed
    FROM (SELECT session_id, status FROM ${names.log} UNION ALL SELECT session_id, status FROM ${names.history}) WHERE ${condition}`;
  return db.get(z.object({ success: z.int(), failed: z.int() }), sql, value) ?? { success: 0, failed: 0 };
}

function redrive(context: Context, { appIds, ...filter }: Parameters<Store['redrive']>[0]): number {
  const { ids } = context.names;
  const conditions = failed(context.names, filter);
  if (appIds !== undefined) {
    conditions.push([`app_id IN (${ids.list})`, idList(ids, appIds)]);
  }
  const { where, values } = all(conditions);
  return moveToHistory(context, 'redrive', { where, values });
}

/** Moves log rows to the history, so that the next run takes their documents again. Returns their number. */
export function moveToHistory(
  { db, names }: Context,
  by: 'redrive' | 'redo',
  { where, values }: { readonly where: string; readonly values: readonly Value[] },
): number {
  const columns = 'log_id, app_id, status, failure_reason, processing_time, session_id, app_id_start, app_id_end';
  db.run(
    `INSERT INTO ${names.history} (${columns}, redriven_at, moved_by) SELECT ${columns}, ${NOW}, '${by}' FROM ${names.log} WHERE ${where}`,
    ...values,
  );
  return db.run(`DELETE FROM ${names.log} WHERE ${where}`, ...values);
}

/** SQL and the value of its one parameter. */
type Condition = readonly [sql: string, value: Value];

function failed(names: Names, { reason, runId }: FailureFilter): Condition[] {
  const conditions: Condition[] = [['status = ?', 'failed']];
  if (reason !== undefined) conditions.push([`failure_reason LIKE ? ESCAPE '~'`, reasonPattern(reason)]);
  if (runId !== undefined) conditions.push(ofRun(names, runId));
  return conditions;
}

function ofRun(names: Names, runId: string): Condition {
  return [`session_id IN (SELECT session_id FROM ${names.instance} WHERE run_id = ?)`, runId];
}

function all(conditions: readonly Condition[]): { where: string; values: Value[] } {
  return { where: conditions.map(([sql]) => sql).join(' AND '), values: conditions.map(([, value]) => value) };
}

/** What `LOG_SHAPE` is the shape of. */
export function logValues({ ids }: Names): string {
  return `${ids.text('app_id')} AS appId, status, failure_reason AS failureReason, processing_time AS processingTime, session_id AS sessionId`;
}

function select(names: Names): string {
  return `SELECT ${logValues(names)} FROM ${names.log}`;
}
