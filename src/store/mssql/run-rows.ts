import { z } from 'zod';
import { StoreError } from '../port.ts';
import { LIVE, recordShapes } from '../run-shapes.ts';
import { COUNTERS } from '../totals.ts';
import { isoTime, NOW, secondsOn, secondsSince, timeText } from './clock.ts';
import { MSSQL } from './dialect.ts';
import type { Names } from '../names.ts';
import type { Instance, Run, RunStatus } from '../port.ts';
import type { Statement } from './statement.ts';
import type { SessionContext } from './context.ts';

/** A run that the caller knows to exist. */
export async function getRun(context: SessionContext, runId: string): Promise<Run> {
  const { names } = context;
  const run = await findRun(context, runId);
  if (run === null) throw new StoreError(`There is no run ${runId} in ${names.run}.`, { transient: false });
  return run;
}

/** A run, or null. */
export async function findRun({ db, names }: SessionContext, runId: string): Promise<Run | null> {
  return (await db.get(RUN, findRunStatement(names, runId))) ?? null;
}

export function findRunStatement(names: Names, runId: string): Statement {
  return { sql: `${selectRun(names)} WHERE run_id = @run_id`, inputs: { run_id: { type: 'word', value: runId } } };
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
  CAST(paused_ms / 1000.0 + COALESCE(${secondsSince('paused_at')}, 0) AS float) AS pausedSeconds
FROM ${names.run}${hint && ` ${hint}`}`;
}

/** Pushes `alive_until` on. */
export async function keepAlive(context: SessionContext, runId: string): Promise<RunStatus> {
  const { db, names, leases } = context;
  await db.run(keepAliveStatement(names, leases.aliveSeconds, runId, LIVE));
  return (await getRun(context, runId)).status;
}

/** Pushes `alive_until` on if the run meets the SQL condition. */
export function keepAliveStatement(names: Names, aliveSeconds: number, runId: string, condition: string): Statement {
  return {
    sql: `UPDATE ${names.run} SET alive_until = ${secondsOn('@alive')} WHERE run_id = @run_id AND ${condition}`,
    inputs: { alive: { type: 'int', value: aliveSeconds }, run_id: { type: 'word', value: runId } },
  };
}

/** An instance that the caller knows to exist. */
export async function getInstance({ db, names }: SessionContext, runId: string, instanceId: number): Promise<Instance> {
  const instance = await db.get(INSTANCE, getInstanceStatement(names, runId, instanceId));
  if (instance === undefined) throw new StoreError(`Run ${runId} has no instance ${instanceId}.`, { transient: false });
  return instance;
}

export function getInstanceStatement(names: Names, runId: string, instanceId: number): Statement {
  return {
    sql: `${selectInstance(names)} WHERE run_id = @run_id AND instance_id = @instance_id`,
    inputs: { run_id: { type: 'word', value: runId }, instance_id: { type: 'int', value: instanceId } },
  };
}

/** The instances of a run by number. */
export async function listInstances({ db, names }: SessionContext, runId: string): Promise<readonly Instance[]> {
  return db.all(INSTANCE, listInstancesStatement(names, runId));
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

/** The list of what a group's statement answers of an instance row: its totals, and how long ago its run began. */
export function selectStanding(names: Names): string {
  return `${SELECT_TOTALS}, (SELECT CAST(${secondsSince('r.started')} AS float) FROM ${names.run} r WHERE r.run_id = @run_id) AS second`;
}

function selectInstance(names: Names): string {
  return `SELECT run_id AS runId, instance_id AS instanceId, instance_count AS instanceCount, partition_by AS [by],
  id_start AS [start], id_end AS [end], id_before AS [before], session_id AS sessionId, status, planned,
  id_cursor AS [cursor], ${SELECT_TOTALS}, issues, samples, unmatched, ${timeText('started')} AS started, ${timeText('heartbeat')} AS heartbeat,
  CAST(${secondsSince('heartbeat')} AS float) AS heartbeatAge,
  CAST(CASE WHEN token IS NOT NULL AND lease_until > ${NOW} THEN -${secondsSince('lease_until')} END AS float) AS leaseSeconds, error
FROM ${names.instance}`;
}
