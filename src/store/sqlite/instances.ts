import { z } from 'zod';
import { NOW, SECONDS_ON, secondsSince } from './clock.ts';
import { getInstance, getRun, keepAlive, listInstances } from './run-rows.ts';
import { claimOf, decideClaim } from '../rules.ts';
import type { Connection } from './connection.ts';
import type { Names } from '../names.ts';
import type { Claim, ClaimResult, Leases, Store } from '../port.ts';

/** The part of the store that leases instances. */
export function instanceStore(
  db: Connection,
  names: Names,
  leases: Leases,
): Pick<Store, 'claimInstance' | 'releaseInstance' | 'endInstance' | 'listInstances'> {
  return {
    claimInstance: (runId, instanceId, token) =>
      db.transaction(() => claimInstance(db, names, leases, runId, instanceId, token)),
    releaseInstance: (claim) => db.transaction(() => releaseInstance(db, names, claim)),
    endInstance: (runId, instanceId, end) => db.transaction(() => endInstance(db, names, runId, instanceId, end)),
    listInstances: (runId) => db.read(() => listInstances(db, names, runId)),
  };
}

function claimInstance(
  db: Connection,
  names: Names,
  leases: Leases,
  runId: string,
  instanceId: number,
  token: string,
): ClaimResult {
  const run = getRun(db, names, runId);
  const ended = decideClaim(run.status, getInstance(db, names, runId, instanceId));
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
  db.run(
    `UPDATE ${names.instance} SET token = ?, lease_until = ${SECONDS_ON}, status = 'running', started = ifnull(started, ${NOW}), heartbeat = ${NOW}
     WHERE run_id = ? AND instance_id = ?`,
    token,
    String(leases.leaseSeconds),
    runId,
    instanceId,
  );
  keepAlive(db, names, String(leases.aliveSeconds), runId);
  const instance = getInstance(db, names, runId, instanceId);
  return { result: 'claimed', claim: claimOf(run, instance, token), instance, status: run.status };
}

function releaseInstance(db: Connection, names: Names, { runId, instanceId, token }: Claim): void {
  const free = `UPDATE ${names.instance} SET token = NULL, lease_until = NULL WHERE run_id = ? AND instance_id = ? AND token = ?`;
  db.run(free, runId, instanceId, token);
}

function endInstance(
  db: Connection,
  names: Names,
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
