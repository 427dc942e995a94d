import { z } from 'zod';
import { isWhole } from '../../document-id.ts';
import { partitionOfInstance } from '../partition.ts';
import { storedId } from './ids.ts';
import type { Names } from '../names.ts';
import type { Verification } from '../port.ts';
import type { Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** The checks of operators over the log and the runs that wrote it. */
export async function verify({ db, names }: SessionContext): Promise<readonly Verification[]> {
  const verifications: Verification[] = [];
  for (const [check, statement] of verifyStatements(names)) {
    const offenders = await db.all(OFFENDER, statement);
    verifications.push({ check, passed: offenders.length === 0, offenders });
  }
  return verifications;
}

const OFFENDER = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Each check as a sentence, with a statement that returns the first 20 offending rows. */
export function verifyStatements(names: Names): readonly (readonly [check: string, statement: Statement])[] {
  return [
    ['No document is logged twice.', topStatement(loggedTwice(names))],
    ['Every session of a run touches one partition only.', topStatement(strayDocuments(names))],
    [
      'Every document that was pending when a completed run was planned is accounted for.',
      ofWorkSet(names, unaccounted(names)),
    ],
    ['The totals of every instance equal what its session logged.', ofWorkSet(names, unequalTotals(names))],
  ];
}

function topStatement(sql: string): Statement {
  return { sql: `SELECT TOP (20) ${sql}`, inputs: {} };
}

// The runs of a schema are in one table, its logs may be several.
function ofWorkSet({ workSet }: Names, sql: string): Statement {
  return { ...topStatement(sql), inputs: { work_set: { type: 'text', value: workSet } } };
}

// The driver gives a bigint as text, which is right for ids but not for counts.
function number(sql: string): string {
  return `CAST(${sql} AS float)`;
}

function loggedTwice({ ids, log }: Names): string {
  return `${ids.text('app_id')} AS app_id, COUNT(*) AS [rows], CAST(STRING_AGG(CAST(session_id AS nvarchar(max)), ', ') AS nvarchar(4000)) AS sessions
FROM ${log} GROUP BY app_id HAVING COUNT(*) > 1 ORDER BY MIN(app_id)`;
}

function strayDocuments({ ids, log, instance }: Names): string {
  const id = isWhole(ids.type) ? ids.value('l.app_id') : 'l.app_id';
  const outside = [
    `${partitionOfInstance(ids, id)} <> i.instance_id`,
    `l.app_id < ${storedId(ids, 'i.id_start')}`,
    `l.app_id > ${storedId(ids, 'i.id_end')}`,
    `l.app_id >= ${storedId(ids, 'i.id_before')}`,
  ];
  return `l.session_id, i.instance_id, COUNT(*) AS documents, ${ids.text('MIN(l.app_id)')} AS first_app_id
FROM ${instance} i JOIN ${log} l ON l.session_id = i.session_id
WHERE ${outside.join(' OR ')}
GROUP BY l.session_id, i.instance_id ORDER BY MIN(l.app_id)`;
}

function unaccounted({ run, instance }: Names): string {
  return `r.run_id, ${number('r.planned')} AS planned, ${number('SUM(i.documents)')} AS documents FROM ${run} r JOIN ${instance} i ON i.run_id = r.run_id
WHERE r.status = 'completed' AND r.work_set = @work_set GROUP BY r.run_id, r.planned HAVING SUM(i.documents) < r.planned ORDER BY r.run_id`;
}

// Documents redriven since are in the history under the session that failed them.
function unequalTotals({ run, instance, log, history }: Names): string {
  return `i.run_id, i.instance_id, ${number('i.success + i.already_present')} AS success, ${number('COALESCE(l.success, 0)')} AS logged_success,
  ${number('i.failed')} AS failed, ${number('COALESCE(l.failed, 0)')} AS logged_failed
FROM ${instance} i JOIN ${run} r ON r.run_id = i.run_id AND r.dry_run = 0 AND r.work_set = @work_set
LEFT JOIN (SELECT b.session_id, SUM(CASE WHEN b.status = 'success' THEN 1 ELSE 0 END) AS success, SUM(CASE WHEN b.status = 'failed' THEN 1 ELSE 0 END) AS failed
  FROM (SELECT session_id, status FROM ${log} UNION ALL SELECT session_id, status FROM ${history}) b GROUP BY b.session_id) l ON l.session_id = i.session_id
WHERE i.success + i.already_present <> COALESCE(l.success, 0) OR i.failed <> COALESCE(l.failed, 0)
ORDER BY i.run_id, i.instance_id`;
}
