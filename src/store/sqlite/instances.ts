import { z } from 'zod';
import { NOW, SECONDS_ON, secondsSince } from './clock.ts';
import { getInstance, getRun, keepAlive, listInstances } from './run-rows.ts';
import { noteStandstill } from './standstill.ts';
import { claimOf, decideClaim, mayHaveStoodStill } from '../rules.ts';
import type { Claim, ClaimResult, Store } from '../port.ts';
import type { Context } from './context.ts';

/** The part of the store that leases instances. */
export function instanceStore(
  context: Context,
): Pick<Store, 'claimInstance' | 'releaseInstance' | 'endInstance' | 'listInstances'> {
  const { db } = context;
  return {
    claimInstance: (runId, instanceId, token) => db.transaction(() => claimInstance(context, runId, instanceId, token)),
    releaseInstance: (claim) => db.transaction(() => releaseInstance(context, claim)),
    endInstance: (runId, instanceId, end) => db.transaction(() => endInstance(context, runId, instanceId, end)),
    listInstances: (runId) => db.read(() => listInstances(context, runId)),
  };
}

function claimInstance(context: Context, runId: string, instanceId: number, token: string): ClaimResult {
  const { db, names, leases } = context;
  const run = getRun(context, runId);
  const before = getInstance(context, runId, instanceId);
  const ended = decideClaim(run.status, before);
  if (ended !== null) return ended;
  const holder = db.get(
    z.object({ until: z.string(), waitSeconds: z.number() }),
    `SELECT lease_until AS until, -${secondsSince('lease_until')} AS waitSeconds FROM ${names.instance}
     WHERE run_id = ? AND instance_id = ? AND token <> ? AND lease_until > ${NOW}`,
    runId,
    instanceId,
    token,
  );
  if (holder !== undefined) return { result: 'busy', ...holder };
  if (mayHaveStoodStill(run, before)) noteStandstill(context, run, before.heartbeat !== null);
  db.run(
    `UPDATE ${names.instance} SET token = ?, lease_until = ${SECONDS_ON}, status = 'running', started = ifnull(started, ${NOW}), heartbeat = ${NOW}
     WHERE run_id = ? AND instance_id = ?`,
    token,
    String(leases.leaseSeconds),
    runId,
    instanceId,
  );
  keepAlive(context, runId);
  const instance = getInstance(context, runId, instanceId);
  return { result: 'claimed', claim: claimOf(run, instance, token), instance, status: run.status };
}

function releaseInstance({ db, names }: Context, { runId, instanceId, token }: Claim): void {
  const free = `UPDATE ${names.instance} SET token = NULL, lease_until = NULL WHERE run_id = ? AND instance_id = ? AND token = ?`;
  db.run(free, runId, instanceId, token);
}

function endInstance(
  { db, names }: Context,
  runId: string,
  instanceId: number,
  { status, error, claim }: { status: 'completed' | 'failed'; error?: string; claim?: Claim },
): void {
  db.run(
    `UPDATE ${names.instance} SET status = ?, error = ?, token = NULL, lease_until = NULL
     WHERE run_id = ? AND instance_id = ? AND status IN ('planned', 'running') AND (token IS NULL OR token = ? OR lease_until <= ${NOW})`,
    status,
    error === undefined ? null : error.slice(0, 1000),
    runId,
    instanceId,
    claim?.token ?? null,
  );
}
