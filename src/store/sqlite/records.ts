import { StoreError } from '../port.ts';
import { NOW, SECONDS_ON, secondsSince } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Names } from '../names.ts';
import type { Instance, InstanceStatus, IssueTotal, PartitionBy, Run, RunStatus, Totals } from '../port.ts';

/** True of a run that has not ended. */
export const LIVE = `status IN ('running', 'paused', 'cancelling')`;

/** A run that the caller knows to exist. */
export function getRun(db: Connection, names: Names, runId: string): Run {
  const run = findRun(db, names, runId);
  if (run === null) throw new StoreError(`There is no run ${runId} in ${names.run}.`, { transient: false });
  return run;
}

/** A run, or null; part of a transaction. */
export function findRun(db: Connection, names: Names, runId: string): Run | null {
  return runOf(db.get<RunRow>(`${selectRun(names)} WHERE run_id = ?`, runId));
}

/** What `selectRun` gives. */
export type RunRow = Omit<Run, 'stale' | 'dryRun'> & { readonly stale: number; readonly dryRun: number };

/** `SELECT … FROM` the run table, for `runOf`. */
export function selectRun(names: Names): string {
  return `SELECT run_id AS runId, product_line AS productLine, contract_hash AS contractHash, request, "trigger" AS "trigger", status,
    dry_run AS dryRun, started, ended, alive_until AS aliveUntil, planned, error,
    status IN ('running', 'cancelling') AND alive_until < ${NOW} AS stale FROM ${names.run}`;
}

/** A run out of its row. */
export function runOf(row: RunRow | undefined): Run | null {
  return row === undefined ? null : { ...row, dryRun: row.dryRun === 1, stale: row.stale === 1 };
}

/** Pushes `alive_until` on; part of a transaction. */
export function keepAlive(db: Connection, names: Names, alive: string, runId: string): RunStatus {
  keepAliveIf(db, names, alive, runId, LIVE);
  return getRun(db, names, runId).status;
}

/** Pushes `alive_until` on if the run meets the SQL condition. */
export function keepAliveIf(db: Connection, names: Names, alive: string, runId: string, condition: string): void {
  db.run(`UPDATE ${names.run} SET alive_until = ${SECONDS_ON} WHERE run_id = ? AND ${condition}`, alive, runId);
}

/** An instance that the caller knows to exist; part of a transaction. */
export function getInstance(db: Connection, names: Names, runId: string, instanceId: number): Instance {
  const row = db.get<InstanceRow>(`${selectInstance(names)} WHERE run_id = ? AND instance_id = ?`, runId, instanceId);
  if (row === undefined) throw new StoreError(`Run ${runId} has no instance ${instanceId}.`, { transient: false });
  return instanceOf(row);
}

/** The instances of a run by number; part of a transaction. */
export function listInstances(db: Connection, names: Names, runId: string): readonly Instance[] {
  return db.all<InstanceRow>(`${selectInstance(names)} WHERE run_id = ? ORDER BY instance_id`, runId).map(instanceOf);
}

/** The columns of an instance row that make its absolute totals. */
export const TOTALS = `documents, success, failed, already_present AS alreadyPresent, done_by_another AS doneByAnother,
  rows_written AS "rows", duplicate_rows AS duplicateRows, batches`;

interface InstanceRow extends Totals {
  readonly runId: string;
  readonly instanceId: number;
  readonly instanceCount: number;
  readonly partitionBy: PartitionBy;
  readonly boundStart: string | null;
  readonly boundEnd: string | null;
  readonly sessionId: string;
  readonly status: InstanceStatus;
  readonly planned: number;
  readonly cursor: string | null;
  readonly issues: string;
  readonly started: string | null;
  readonly heartbeat: string | null;
  readonly heartbeatAge: number | null;
  readonly leased: number | null;
  readonly error: string | null;
}

function selectInstance(names: Names): string {
  return `SELECT run_id AS runId, instance_id AS instanceId, instance_count AS instanceCount, partition_by AS partitionBy,
    CAST(bound_start AS TEXT) AS boundStart, CAST(bound_end AS TEXT) AS boundEnd, session_id AS sessionId, status, planned,
    CAST(cursor_id AS TEXT) AS cursor, ${TOTALS}, issues, started, heartbeat, ${secondsSince('heartbeat')} AS heartbeatAge,
    token IS NOT NULL AND lease_until > ${NOW} AS leased, error FROM ${names.instance}`;
}

function instanceOf(row: InstanceRow): Instance {
  const { runId, sessionId, status, planned, cursor, started, heartbeat, heartbeatAge, error } = row;
  const bounds = { start: row.boundStart, end: row.boundEnd };
  return {
    runId,
    partition: { by: row.partitionBy, instanceId: row.instanceId, instanceCount: row.instanceCount, bounds },
    sessionId,
    status,
    planned,
    cursor,
    totals: totalsOf(row),
    issues: JSON.parse(row.issues) as IssueTotal[],
    started,
    heartbeat,
    heartbeatAge,
    leased: row.leased === 1,
    error,
  };
}

/** Totals out of a row that may hold more. */
export function totalsOf({
  documents,
  success,
  failed,
  alreadyPresent,
  doneByAnother,
  rows,
  duplicateRows,
  batches,
}: Totals): Totals {
  return { documents, success, failed, alreadyPresent, doneByAnother, rows, duplicateRows, batches };
}
