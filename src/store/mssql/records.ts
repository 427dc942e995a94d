import { StoreError } from '../port.ts';
import { isoTime, NOW, secondsOn, secondsSince, timeText } from './clock.ts';
import type { Names } from '../names.ts';
import type { Instance, InstanceStatus, IssueTotal, PartitionBy, Run, RunStatus, Totals } from '../port.ts';
import type { Session, Statement } from './connection.ts';

/** True of a run that has not ended. */
export const LIVE = `status IN ('running', 'paused', 'cancelling')`;

/** A run that the caller knows to exist. */
export async function getRun(db: Session, names: Names, runId: string): Promise<Run> {
  const run = await findRun(db, names, runId);
  if (run === null) throw new StoreError(`There is no run ${runId} in ${names.run}.`, { transient: false });
  return run;
}

/** A run, or null. */
export async function findRun(db: Session, names: Names, runId: string): Promise<Run | null> {
  return runOf(await db.get<RunRow>(findRunStatement(names, runId)));
}

export function findRunStatement(names: Names, runId: string): Statement {
  return { sql: `${selectRun(names)} WHERE run_id = @run_id`, inputs: { run_id: { type: 'word', value: runId } } };
}

/** What `selectRun` gives. */
export type RunRow = Omit<Run, 'planned'> & { readonly planned: number | string | null };

/** `SELECT … FROM` the run table, for `runOf`. `hint` is a table hint. */
export function selectRun(names: Names, { limit = '', hint = '' } = {}): string {
  return `SELECT ${limit}run_id AS runId, product_line AS productLine, contract_hash AS contractHash, request, [trigger], status,
  dry_run AS dryRun, ${timeText('started')} AS started, ${timeText('ended')} AS ended, ${timeText('alive_until')} AS aliveUntil, planned, error,
  CAST(CASE WHEN status IN ('running', 'cancelling') AND alive_until < ${NOW} THEN 1 ELSE 0 END AS bit) AS stale
FROM ${names.run}${hint && ` ${hint}`}`;
}

/** A run out of its row. */
export function runOf(row: RunRow | undefined): Run | null {
  if (row === undefined) return null;
  const { started, ended, aliveUntil, planned } = row;
  const times = { started: isoTime(started), ended: isoTime(ended), aliveUntil: isoTime(aliveUntil) };
  return { ...row, ...times, planned: planned === null ? null : Number(planned) };
}

/** Pushes `alive_until` on. */
export async function keepAlive(db: Session, names: Names, aliveSeconds: number, runId: string): Promise<RunStatus> {
  await db.run(keepAliveStatement(names, aliveSeconds, runId, LIVE));
  return (await getRun(db, names, runId)).status;
}

/** Pushes `alive_until` on if the run meets the SQL condition. */
export function keepAliveStatement(names: Names, aliveSeconds: number, runId: string, condition: string): Statement {
  return {
    sql: `UPDATE ${names.run} SET alive_until = ${secondsOn('@alive')} WHERE run_id = @run_id AND ${condition}`,
    inputs: { alive: { type: 'int', value: aliveSeconds }, run_id: { type: 'word', value: runId } },
  };
}

/** An instance that the caller knows to exist. */
export async function getInstance(db: Session, names: Names, runId: string, instanceId: number): Promise<Instance> {
  const row = await db.get<InstanceRow>(getInstanceStatement(names, runId, instanceId));
  if (row === undefined) throw new StoreError(`Run ${runId} has no instance ${instanceId}.`, { transient: false });
  return instanceOf(row);
}

export function getInstanceStatement(names: Names, runId: string, instanceId: number): Statement {
  return {
    sql: `${selectInstance(names)} WHERE run_id = @run_id AND instance_id = @instance_id`,
    inputs: { run_id: { type: 'word', value: runId }, instance_id: { type: 'int', value: instanceId } },
  };
}

/** The instances of a run by number. */
export async function listInstances(db: Session, names: Names, runId: string): Promise<readonly Instance[]> {
  return (await db.all<InstanceRow>(listInstancesStatement(names, runId))).map(instanceOf);
}

export function listInstancesStatement(names: Names, runId: string): Statement {
  return {
    sql: `${selectInstance(names)} WHERE run_id = @run_id ORDER BY instance_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

/** The columns of an instance row that make its absolute totals. */
export const TOTALS = `documents, success, failed, already_present AS alreadyPresent, done_by_another AS doneByAnother,
  rows_written AS [rows], duplicate_rows AS duplicateRows, batches`;

/** Totals as the driver gives them: 64-bit numbers are text. */
export type TotalsRow = { readonly [Name in keyof Totals]: number | string };

interface InstanceRow extends TotalsRow {
  readonly runId: string;
  readonly instanceId: number;
  readonly instanceCount: number;
  readonly partitionBy: PartitionBy;
  readonly boundStart: string | null;
  readonly boundEnd: string | null;
  readonly sessionId: string;
  readonly status: InstanceStatus;
  readonly planned: number | string;
  readonly cursor: string | null;
  readonly issues: string;
  readonly started: string | null;
  readonly heartbeat: string | null;
  readonly heartbeatAge: number | null;
  readonly leased: boolean;
  readonly error: string | null;
}

function selectInstance(names: Names): string {
  return `SELECT run_id AS runId, instance_id AS instanceId, instance_count AS instanceCount, partition_by AS partitionBy,
  CAST(bound_start AS varchar(20)) AS boundStart, CAST(bound_end AS varchar(20)) AS boundEnd, session_id AS sessionId, status, planned,
  CAST(cursor_id AS varchar(20)) AS [cursor], ${TOTALS}, issues, ${timeText('started')} AS started, ${timeText('heartbeat')} AS heartbeat,
  CAST(${secondsSince('heartbeat')} AS float) AS heartbeatAge,
  CAST(CASE WHEN token IS NOT NULL AND lease_until > ${NOW} THEN 1 ELSE 0 END AS bit) AS leased, error
FROM ${names.instance}`;
}

function instanceOf(row: InstanceRow): Instance {
  const { runId, sessionId, status, cursor, heartbeatAge, leased, error } = row;
  const bounds = { start: row.boundStart, end: row.boundEnd };
  return {
    runId,
    partition: { by: row.partitionBy, instanceId: row.instanceId, instanceCount: row.instanceCount, bounds },
    sessionId,
    status,
    planned: Number(row.planned),
    cursor,
    totals: totalsOf(row),
    issues: JSON.parse(row.issues) as IssueTotal[],
    started: isoTime(row.started),
    heartbeat: isoTime(row.heartbeat),
    heartbeatAge,
    leased,
    error,
  };
}

/** Totals out of a row that may hold more. */
export function totalsOf(row: TotalsRow): Totals {
  return {
    documents: Number(row.documents),
    success: Number(row.success),
    failed: Number(row.failed),
    alreadyPresent: Number(row.alreadyPresent),
    doneByAnother: Number(row.doneByAnother),
    rows: Number(row.rows),
    duplicateRows: Number(row.duplicateRows),
    batches: Number(row.batches),
  };
}
