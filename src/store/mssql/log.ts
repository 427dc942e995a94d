import { z } from 'zod';
import { isoTime, NOW, timeText } from './clock.ts';
import { readDocumentId } from '../../document-id.ts';
import { idInput, idList } from './ids.ts';
import { NUMBER } from './run-rows.ts';
import type { Names } from '../names.ts';
import type { LogRow, Store } from '../port.ts';
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
import type { Input, Statement } from './statement.ts';
import type { Context } from './context.ts';
import { LOG_SHAPE } from '../run-shapes.ts';

/** The part of the store that reads the log and moves its rows to the history. */
export function logStore(
  context: Context,
): Pick<Store, 'findLog' | 'listFailures' | 'failureReasons' | 'logCounts' | 'redrive'> {
  const { db, names } = context;
  return {
    findLog: (appId) => findLog(context, appId),
    listFailures: (filter) => db.all(LOG_ROW, listFailuresStatement(names, filter)),
    failureReasons: (runId) => failureReasons(context, runId),
    logCounts: async (runId) => (await db.get(COUNTS, logCountsStatement(names, runId))) ?? { success: 0, failed: 0 },
    redrive: (filter) => redrive(context, filter),
  };
}

/** The shape of what `logValues` gives. Rows that the original wrote may lack the time. */
export const LOG_ROW = LOG_SHAPE.extend({
  processingTime: z
    .string()
    .nullable()
    .transform((time) => (time === null ? '' : isoTime(time))),
});

async function findLog({ db, names }: Context, given: string): Promise<LogRow | null> {
  const appId = readDocumentId(given, names.ids.type);
  return appId === null ? null : ((await db.get(LOG_ROW, findLogStatement(names, appId))) ?? null);
}

export function findLogStatement(names: Names, appId: string): Statement {
  return {
    sql: `${select(names, 'TOP (1) ')} WHERE app_id = ${names.ids.value('@app_id')}`,
    inputs: { app_id: idInput(names.ids, appId) },
  };
}

export function listFailuresStatement(names: Names, filter: Parameters<Store['listFailures']>[0]): Statement {
  const { afterAppId, limit } = filter;
  const conditions = failed(names, filter);
  if (afterAppId !== undefined)
    conditions.push({
      test: `app_id > ${names.ids.value('@after')}`,
      inputs: { after: idInput(names.ids, afterAppId) },
    });
  const { where, inputs } = all(conditions);
  return {
    sql: `${select(names, 'TOP (@limit) ')} WHERE ${where} ORDER BY app_id`,
    inputs: { ...inputs, limit: { type: 'int', value: limit } },
  };
}

const REASON = z.object({
  reason: z.string(),
  documents: NUMBER,
  firstAt: z.string().transform(isoTime).nullable(),
});

async function failureReasons({ db, names }: Context, runId: string | undefined): Promise<readonly FailureReason[]> {
  const filter = runId === undefined ? {} : { runId };
  const exact = await db.all(REASON, failureReasonsStatement(names, filter));
  const groups = groupReasons(exact);
  if (exact.length < MOST_EXACT) return groups;
  const counted: FailureReason[] = [];
  for (const group of groups) {
    const statement = isGrouped(group) ? countReasonStatement(names, { ...filter, reason: group.reason }) : null;
    const found = statement && (await db.get(REASON, statement));
    counted.push(found ? { ...found, reason: group.reason } : group);
  }
  return mostFirst(counted);
}

export function countReasonStatement(names: Names, filter: FailureFilter): Statement {
  const { where, inputs } = all(failed(names, filter));
  return {
    sql: `SELECT '' AS reason, COUNT_BIG(*) AS documents, ${timeText('MIN(processing_time)')} AS firstAt FROM ${names.log} WHERE ${where}`,
    inputs,
  };
}

export function failureReasonsStatement(names: Names, filter: FailureFilter): Statement {
  const { where, inputs } = all(failed(names, filter));
  const { original, nested } = MALFORMED_REASONS;
  return {
    sql: `SELECT TOP (${MOST_EXACT}) CASE COUNT_BIG(*) WHEN 1 THEN MIN(f.own) ELSE f.shared END AS reason, COUNT_BIG(*) AS documents, ${timeText('MIN(f.processing_time)')} AS firstAt
FROM (SELECT processing_time, COALESCE(failure_reason, '') AS own, CASE WHEN CHARINDEX(@start, failure_reason) = 1 THEN @together WHEN CHARINDEX(@nested_start, failure_reason) = 1 THEN @nested_together ELSE COALESCE(failure_reason, '') END AS shared FROM ${names.log} WHERE ${where}) f
GROUP BY f.shared ORDER BY COUNT_BIG(*) DESC, f.shared`,
    inputs: {
      ...inputs,
      start: { type: 'text', value: original.start },
      together: { type: 'text', value: original.together },
      nested_start: { type: 'text', value: nested.start },
      nested_together: { type: 'text', value: nested.together },
    },
  };
}

const COUNTS = z.object({ success: NUMBER, failed: NUMBER });

export function logCountsStatement(names: Names, runId: string): Statement {
  const { where, inputs } = all(ofRun(names, runId));
  return {
    sql: `SELECT COUNT_BIG(CASE b.status WHEN 'success' THEN 1 END) AS success, COUNT_BIG(CASE b.status WHEN 'failed' THEN 1 END) AS failed
FROM (SELECT session_id, status FROM ${names.log} UNION ALL SELECT session_id, status FROM ${names.history}) b WHERE ${where}`,
    inputs,
  };
}

async function redrive({ db, names }: Context, filter: Parameters<Store['redrive']>[0]): Promise<number> {
  return (await db.get(z.object({ moved: NUMBER }), redriveStatement(names, filter)))?.moved ?? 0;
}

export function redriveStatement(names: Names, { appIds, ...filter }: Parameters<Store['redrive']>[0]): Statement {
  const conditions = failed(names, filter);
  if (appIds !== undefined) {
    conditions.push({ test: `app_id IN (${names.ids.list})`, inputs: { app_ids: idList(names.ids, appIds) } });
  }
  const { where, inputs } = all(conditions);
  return {
    sql: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @moved bigint;
BEGIN TRANSACTION;
${moveToHistory(names, 'redrive', where)}SET @moved = @@ROWCOUNT;
COMMIT TRANSACTION;
SELECT @moved AS moved;`,
    inputs,
  };
}

const MOVED = [
  'log_id',
  'app_id',
  'status',
  'failure_reason',
  'processing_time',
  'session_id',
  'app_id_start',
  'app_id_end',
];

/** One statement deletes and keeps the rows, so that none is lost or kept twice. */
export function moveToHistory(names: Names, by: 'redrive' | 'redo', where: string): string {
  return `DELETE FROM ${names.log} OUTPUT ${MOVED.map((column) => `deleted.${column}`).join(', ')}, ${NOW}, '${by}'
INTO ${names.history} (${MOVED.join(', ')}, redriven_at, moved_by) WHERE ${where};
`;
}

/** SQL that is true of some rows. */
interface Condition {
  readonly test: string;
  readonly inputs: Readonly<Record<string, Input>>;
}

function failed(names: Names, { reason, runId }: FailureFilter): Condition[] {
  const isAsked = `failure_reason LIKE @reason ESCAPE '~'`;
  return [
    { test: `status = 'failed'`, inputs: {} },
    ...(reason ? [{ test: isAsked, inputs: { reason: { type: 'text', value: reasonPattern(reason) } } as const }] : []),
    ...ofRun(names, runId),
  ];
}

function ofRun(names: Names, runId: string | undefined): readonly Condition[] {
  if (runId === undefined) return [];
  const test = `session_id IN (SELECT i.session_id FROM ${names.instance} i WHERE i.run_id = @run_id)`;
  return [{ test, inputs: { run_id: { type: 'word', value: runId } } }];
}

function all(conditions: readonly Condition[]): { where: string; inputs: Record<string, Input> } {
  const inputs: Record<string, Input> = {};
  for (const condition of conditions) Object.assign(inputs, condition.inputs);
  return { where: conditions.map(({ test }) => test).join(' AND '), inputs };
}

/** What `LOG_ROW` is the shape of. */
export function logValues({ ids }: Names): string {
  return `${ids.text('app_id')} AS appId, status, failure_reason AS failureReason, ${timeText('processing_time')} AS processingTime,
  session_id AS sessionId`;
}

function select(names: Names, top: string): string {
  return `SELECT ${top}${logValues(names)}
FROM ${names.log}`;
}
