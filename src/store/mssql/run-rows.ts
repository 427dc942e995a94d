import { z } from 'zod';
import { StoreError } from '../port.ts';
import { LIVE, recordShapes } from '../run-shapes.ts';
import { COUNTERS } from '../totals.ts';
import { isoTime, NOW, secondsOn, secondsSince, timeText } from './clock.ts';
import { MSSQL } from './dialect.ts';
import type { Names } from '../names.ts';
import type { Instance, Run } from '../port.ts';
import { together, type Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** A run that the caller knows to exist, as it is after the changes. */
export async function getRun(context: SessionContext, runId: string, ...changes: Statement[]): Promise<Run> {
  return known(context, runId, await findRun(context, runId, ...changes));
}

/** The same, which nobody else changes until the transaction ends. */
export async function lockRun(context: SessionContext, runId: string): Promise<Run> {
  return known(context, runId, await lockRunIfThere(context, runId));
}

function known({ names }: SessionContext, runId: string, run: Run | null): Run {
  if (run === null) throw new StoreError(`There is no run ${runId} in ${names.run}.`, { transient: false });
  return run;
}

/** A run, or null, after the changes. */
export async function findRun(
  { db, names }: SessionContext,
  runId: string,
  ...changes: Statement[]
): Promise<Run | null> {
  return (await db.get(RUN, together(...changes, findRunStatement(names, runId)))) ?? null;
}

export async function lockRunIfThere({ db, names }: SessionContext, runId: string): Promise<Run | null> {
  return (await db.get(RUN, findRunStatement(names, runId, 'WITH (UPDLOCK)'))) ?? null;
}

export function findRunStatement(names: Names, runId: string, hint = ''): Statement {
  return {
    sql: `${selectRun(names, { hint })} WHERE run_id = @run_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

/** A whole number; 64-bit ones come as text. */
export const NUMBER = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
  ])
  .pipe(z.int());
/** The shape of `SELECT @@ROWCOUNT AS changed`: counts that the driver reports depend on the session's settings. */
export const CHANGED = z.object({ changed: NUMBER });

const SHAPES = recordShapes({ number: NUMBER, flag: z.boolean(), time: z.string().transform(isoTime) });

/** The shape of what `selectRun` gives. */
export const RUN = SHAPES.run;
/** The shape of what `selectStanding` gives. */
export const STANDING = SHAPES.standing;
const INSTANCE = SHAPES.instance;

/** `SELECT … FROM` the run table. `hint` is a table hint. */
export function selectRun(names: Names, { limit = '', hint = '' } = {}): string {
  return `SELECT ${limit}run_id AS runId, product_line AS productLine, contract_hash AS contractHash, request, [trigger], status,
  dry_run AS dryRun, ${timeText('started')} AS started, ${timeText('ended')} AS ended, ${timeText('alive_until')} AS aliveUntil, planned, error,
  CAST(CASE WHEN ${LIVE} AND alive_until < ${NOW} THEN 1 ELSE 0 END AS bit) AS silent,
  CAST(paused_ms / 1000.0 AS float) AS stillSeconds, ${timeText('paused_at')} AS pausedAt, pauses
FROM ${names.run}${hint && ` ${hint}`}`;
}

/** Pushes `alive_until` on if the run meets the SQL condition. */
export function keepAliveStatement(names: Names, aliveSeconds: number, runId: string, condition: string): Statement {
  return {
    sql: `UPDATE ${names.run} SET alive_until = ${secondsOn('@alive')} WHERE run_id = @run_id AND ${condition}`,
    inputs: { alive: { type: 'int', value: aliveSeconds }, run_id: { type: 'word', value: runId } },
  };
}

/** An instance that the caller knows to exist, as it is after the changes. */
export async function getInstance(
  { db, names }: SessionContext,
  runId: string,
  instanceId: number,
  ...changes: Statement[]
): Promise<Instance> {
  const instance = await db.get(INSTANCE, together(...changes, getInstanceStatement(names, runId, instanceId)));
  if (instance === undefined) throw new StoreError(`Run ${runId} has no instance ${instanceId}.`, { transient: false });
  return instance;
}

export function getInstanceStatement(names: Names, runId: string, instanceId: number): Statement {
  return {
    sql: `${selectInstance(names)} WHERE run_id = @run_id AND instance_id = @instance_id`,
    inputs: { run_id: { type: 'word', value: runId }, instance_id: { type: 'int', value: instanceId } },
  };
}

/** The instances of a run by number, as they are after the changes. */
export async function listInstances(
  { db, names }: SessionContext,
  runId: string,
  ...changes: Statement[]
): Promise<readonly Instance[]> {
  return db.all(INSTANCE, together(...changes, listInstancesStatement(names, runId)));
}

export function listInstancesStatement(names: Names, runId: string): Statement {
  return {
    sql: `${selectInstance(names)} WHERE run_id = @run_id ORDER BY instance_id`,
    inputs: { run_id: { type: 'word', value: runId } },
  };
}

/** The columns of an instance row that make its absolute totals. */
const SELECT_TOTALS = Object.entries(COUNTERS)
  .map(([counter, column]) => `${column} AS ${MSSQL.quote(counter)}`)
  .join(', ');

/** What a group's statement answers: its run's status, an instance row's totals, and how long ago its run began. */
export function selectStanding(names: Names): string {
  return `SELECT 'written' AS result, r.status, ${SELECT_TOTALS}, CAST(${secondsSince('r.started')} AS float) AS second
FROM ${names.instance} i JOIN ${names.run} r ON r.run_id = i.run_id WHERE i.run_id = @run_id AND i.instance_id = @instance_id`;
}

function selectInstance(names: Names): string {
  return `SELECT run_id AS runId, instance_id AS instanceId, instance_count AS instanceCount, partition_by AS [by],
  id_start AS [start], id_end AS [end], id_before AS [before], session_id AS sessionId, status, planned,
  id_cursor AS [cursor], ${SELECT_TOTALS}, issues, samples, unmatched, ${timeText('started')} AS started, ${timeText('heartbeat')} AS heartbeat,
  CAST(${secondsSince('heartbeat')} AS float) AS heartbeatAge,
  CAST(CASE WHEN token IS NOT NULL AND lease_until > ${NOW} THEN -${secondsSince('lease_until')} END AS float) AS leaseSeconds, error
FROM ${names.instance}`;
}
