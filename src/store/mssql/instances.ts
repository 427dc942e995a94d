import { z } from 'zod';
import { isoTime, NOW, secondsOn, timeText } from './clock.ts';
import { claimOf, decideClaim, mayHaveStoodStill } from '../rules.ts';
import { LIVE } from '../run-shapes.ts';
import { CHANGED, getInstance, keepAliveStatement, listInstances, lockRun } from './run-rows.ts';
import { noteStandstill } from './standstill.ts';
import type { Names } from '../names.ts';
import type { Claim, ClaimResult, Store } from '../port.ts';
import type { Statement } from './statement.ts';
import { within } from './context.ts';
import type { Context, SessionContext } from './context.ts';

/** The part of the store that leases instances. */
export function instanceStore(
  context: Context,
): Pick<Store, 'claimInstance' | 'releaseInstance' | 'endInstance' | 'listInstances'> {
  const { db, names } = context;
  return {
    claimInstance: (runId, instanceId, token) =>
      db.transaction((session) => claimInstance(within(context, session), runId, instanceId, token)),
    releaseInstance: (claim) => db.run(releaseStatement(names, claim)),
    endInstance: (runId, instanceId, end) => db.run(endStatement(names, runId, instanceId, end)),
    listInstances: (runId) => listInstances(context, runId),
  };
}

async function claimInstance(
  context: SessionContext,
  runId: string,
  instanceId: number,
  token: string,
): Promise<ClaimResult> {
  const { db, names, leases } = context;
  // Whoever ends or takes over the run waits until the lease is written, or we see that it has ended.
  const run = await lockRun(context, runId);
  const before = await getInstance(context, runId, instanceId);
  const ended = decideClaim(run.status, before);
  if (ended !== null) return ended;
  if (mayHaveStoodStill(run, before)) await noteStandstill(context, run, before.heartbeat !== null);
  const claimed = await db.get(CHANGED, claimStatement(names, leases.leaseSeconds, runId, instanceId, token));
  if (claimed?.changed !== 1) {
    const lease = await db.get(LEASE, leaseStatement(names, runId, instanceId));
    return { result: 'busy', until: lease?.until ?? '', waitSeconds: Math.max(0, lease?.waitSeconds ?? 0) };
  }
  const alive = keepAliveStatement(names, leases.aliveSeconds, runId, LIVE);
  const instance = await getInstance(context, runId, instanceId, alive);
  return { result: 'claimed', claim: claimOf(run, instance, token), instance, status: run.status };
}

const LEASE = z.object({ until: z.string().transform(isoTime), waitSeconds: z.number() });

export function claimStatement(
  names: Names,
  leaseSeconds: number,
  runId: string,
  instanceId: number,
  token: string,
): Statement {
  return {
    sql: `UPDATE ${names.instance} SET token = @token, lease_until = ${secondsOn('@lease')}, status = 'running',
  started = COALESCE(started, ${NOW}), heartbeat = ${NOW}
WHERE run_id = @run_id AND instance_id = @instance_id AND (token IS NULL OR token = @token OR lease_until <= ${NOW});
SELECT @@ROWCOUNT AS changed;`,
    inputs: {
      token: { type: 'word', value: token },
      lease: { type: 'int', value: leaseSeconds },
      run_id: { type: 'word', value: runId },
      instance_id: { type: 'int', value: instanceId },
    },
  };
}

export function leaseStatement(names: Names, runId: string, instanceId: number): Statement {
  return {
    sql: `SELECT ${timeText('lease_until')} AS until, CAST(DATEDIFF_BIG(millisecond, ${NOW}, lease_until) / 1000.0 AS float) AS waitSeconds
FROM ${names.instance} WHERE run_id = @run_id AND instance_id = @instance_id`,
    inputs: { run_id: { type: 'word', value: runId }, instance_id: { type: 'int', value: instanceId } },
  };
}

export function releaseStatement(names: Names, { runId, instanceId, token }: Claim): Statement {
  return {
    sql: `UPDATE ${names.instance} SET token = NULL, lease_until = NULL
WHERE run_id = @run_id AND instance_id = @instance_id AND token = @token`,
    inputs: {
      run_id: { type: 'word', value: runId },
      instance_id: { type: 'int', value: instanceId },
      token: { type: 'word', value: token },
    },
  };
}

export function endStatement(
  names: Names,
  runId: string,
  instanceId: number,
  { status, error, claim }: Parameters<Store['endInstance']>[2],
): Statement {
  return {
    sql: `UPDATE ${names.instance} SET status = @status, error = @error, token = NULL, lease_until = NULL
WHERE run_id = @run_id AND instance_id = @instance_id AND status IN ('planned', 'running')
  AND (token IS NULL OR token = @token OR lease_until <= ${NOW})`,
    inputs: {
      status: { type: 'word', value: status },
      error: { type: 'text', value: error?.slice(0, 1000) ?? null },
      run_id: { type: 'word', value: runId },
      instance_id: { type: 'int', value: instanceId },
      token: { type: 'word', value: claim?.token ?? null },
    },
  };
}
