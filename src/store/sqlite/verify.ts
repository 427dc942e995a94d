import { z } from 'zod';
import { partitionOfInstance } from '../partition.ts';
import type { Connection, Value } from './connection.ts';
import type { Names } from '../names.ts';
import type { Verification } from '../port.ts';
import type { Context } from './context.ts';

/** The checks of operators over the log and the runs that wrote it. */
export function verify({ db, names }: Context): readonly Verification[] {
  return [
    check(db, 'No document is logged twice.', loggedTwice(names)),
    check(db, 'Every session of a run touches one partition only.', strayDocuments(names)),
    check(
      db,
      'Every document that was pending when a completed run was planned is accounted for.',
      unaccounted(names),
      names.workSet,
    ),
    check(db, 'The totals of every instance equal what its session logged.', unequalTotals(names), names.workSet),
  ];
}

const OFFENDER = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

function check(db: Connection, sentence: string, sql: string, ...values: Value[]): Verification {
  const offenders = db.all(OFFENDER, `${sql} LIMIT 20`, ...values);
  return { check: sentence, passed: offenders.length === 0, offenders };
}

function loggedTwice({ ids, log }: Names): string {
  return `SELECT ${ids.text('app_id')} AS app_id, count(*) AS "rows", group_concat(session_id, ', ') AS sessions FROM ${log} GROUP BY app_id HAVING count(*) > 1 ORDER BY min(app_id)`;
}

function strayDocuments({ ids, log, instance }: Names): string {
  const outside = [
    `${partitionOfInstance(ids, 'l.app_id')} <> i.instance_id`,
    `l.app_id < ${ids.value('i.id_start')}`,
    `l.app_id > ${ids.value('i.id_end')}`,
    `l.app_id >= ${ids.value('i.id_before')}`,
  ];
  return `SELECT l.session_id, i.instance_id, count(*) AS documents, ${ids.text('min(l.app_id)')} AS first_app_id
    FROM ${instance} i JOIN ${log} l ON l.session_id = i.session_id
    WHERE ${outside.join(' OR ')}
    GROUP BY l.session_id, i.instance_id ORDER BY min(l.app_id)`;
}

function unaccounted({ run, instance }: Names): string {
  return `SELECT r.run_id, r.planned, sum(i.documents) AS documents FROM ${run} r JOIN ${instance} i ON i.run_id = r.run_id
    WHERE r.status = 'completed' AND r.work_set = ? GROUP BY r.run_id, r.planned HAVING sum(i.documents) < r.planned ORDER BY r.run_id`;
}

// Documents redriven since are in the history under the session that failed them.
function unequalTotals({ run, instance, log, history }: Names): string {
  return `WITH logged AS (
      SELECT session_id, sum(status = 'success') AS success, sum(status = 'failed') AS failed
      FROM (SELECT session_id, status FROM ${log} UNION ALL SELECT session_id, status FROM ${history}) GROUP BY session_id)
    SELECT i.run_id, i.instance_id, i.success + i.already_present AS success, ifnull(l.success, 0) AS logged_success,
      i.failed, ifnull(l.failed, 0) AS logged_failed
    FROM ${instance} i JOIN ${run} r ON r.run_id = i.run_id AND r.dry_run = 0 AND r.work_set = ? LEFT JOIN logged l ON l.session_id = i.session_id
    WHERE i.success + i.already_present <> ifnull(l.success, 0) OR i.failed <> ifnull(l.failed, 0) ORDER BY i.run_id, i.instance_id`;
}
