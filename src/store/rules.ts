import { sessionId } from './session-id.ts';
import type {
  Claim,
  ClaimResult,
  Instance,
  NewRun,
  OpenResult,
  Pause,
  PlannedInstance,
  Run,
  RunStatus,
  Totals,
  Store,
} from './port.ts';
import { count as counted } from '../words.ts';
import type { FailureLimits } from './reasons.ts';

/** What a run may do next, decided once for both engines: adapters read rows, ask here, and write what comes of it. */

/** The part of the store that these rules are for. */
export type RunStore = Pick<
  Store,
  | 'openRun'
  | 'recordSkipped'
  | 'findRun'
  | 'liveRun'
  | 'listRuns'
  | 'requestStatus'
  | 'keepAlive'
  | 'savePlan'
  | 'enforceFailureLimits'
  | 'finishRun'
  | 'forgetRuns'
>;

/** Runs that are forgotten in one transaction. */
export const MOST_FORGOTTEN = 100;

/** Whether a run has not ended. */
export function isLive({ status }: Pick<Run, 'status'>): boolean {
  return status === 'running' || status === 'paused' || status === 'cancelling';
}

/** Whether an instance has not ended. */
export function isLeft({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'planned' || status === 'running';
}

/** Order in which lanes that take one instance after the other end at nearly the same time: most work first. */
export function mostWorkFirst(a: Instance, b: Instance): number {
  return b.planned - b.totals.documents - (a.planned - a.totals.documents);
}

/** How a run ends. */
export interface Ending {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly error: string | null;
}

/** `insert`: the run row is to be written, after the stale live run `takeOver` has been closed as `ending` says. */
export type Opening =
  | { readonly do: 'return'; readonly result: OpenResult }
  | { readonly do: 'insert'; readonly takeOver: { readonly run: Run; readonly ending: Ending } | null };

/** `earlier` is the run with the same idempotency key, `live` the live run of the work set; a dry run takes no run's place. */
export function decideOpening(run: NewRun, earlier: Run | null, live: Run | null): Opening {
  // Our own row: the answer to an earlier attempt was lost.
  const own = [earlier, live].find((found) => found?.runId === run.runId) ?? null;
  if (own !== null) return { do: 'return', result: { result: 'opened', run: own, tookOver: null } };
  if (earlier !== null) {
    const same = earlier.request === run.request && earlier.productLine === run.productLine;
    return { do: 'return', result: { result: same ? 'repeated' : 'key_reused', run: earlier } };
  }
  if (run.dryRun || live === null) return { do: 'insert', takeOver: null };
  if (!live.stale) return { do: 'return', result: { result: 'live', run: live } };
  const ending: Ending = { status: 'failed', error: `abandoned, taken over by ${run.runId}` };
  return { do: 'insert', takeOver: { run: live, ending } };
}

export type Requested = 'paused' | 'running' | 'cancelling';

/** What asking a run for a status does to it; `nothing` if it is not in a state that allows it. */
export type Request =
  | { readonly do: 'nothing' }
  | { readonly do: 'set'; readonly status: Requested }
  | { readonly do: 'close'; readonly ending: Ending };

/** A run that nobody works on is cancelled at once, also while it is paused: nobody is left who would close it. */
export function decideRequest(run: Run, to: Requested): Request {
  if (to === 'cancelling' && run.silent) return { do: 'close', ending: endingOfCancelled(run) };
  const from: Readonly<Record<Requested, readonly RunStatus[]>> = {
    paused: ['running'],
    running: ['paused'],
    cancelling: ['running', 'paused'],
  };
  return from[to].includes(run.status) ? { do: 'set', status: to } : { do: 'nothing' };
}

/** How a run ends now; null if it goes on, or has ended already. `error` ends it failed whatever its instances do. */
export function decideEnding(run: Run, instances: readonly Instance[], error?: string): Ending | null {
  if (!isLive(run)) return null;
  if (error !== undefined) return { status: 'failed', error };
  const ended = run.planned !== null && !instances.some(isLeft);
  if (run.status === 'cancelling') {
    const ending = ended ? endingOfEnded(run, instances) : null;
    if (ending?.status === 'completed') return ending;
    return instances.some(({ leased }) => leased) ? null : endingOfCancelled(run);
  }
  return ended ? endingOfEnded(run, instances) : null;
}

// A run cancelled for its failures has an error.
function endingOfCancelled({ error }: Run): Ending {
  return { status: error === null ? 'cancelled' : 'failed', error };
}

/** Nothing that was planned may be missing from a run that is called completed. */
function endingOfEnded(run: Run, instances: readonly Instance[]): Ending {
  const broken = instances.find(({ status }) => status === 'failed');
  if (broken !== undefined)
    return { status: 'failed', error: `instance ${broken.partition.instanceId}: ${broken.error ?? 'failed'}` };
  if (run.error !== null) return { status: 'failed', error: run.error };
  const planned = run.planned ?? 0;
  const done = instances.reduce((sum, { totals }) => sum + totals.documents, 0);
  if (done >= planned) return { status: 'completed', error: null };
  const [were, they] = planned - done === 1 ? ['was', 'it was'] : ['were', 'they were'];
  const error = `${planned - done} of ${counted(planned, 'planned document')} ${were} not found any more: ${they} deleted, or logged by something else, since the run was planned`;
  return { status: 'failed', error };
}

/** Documents from which on a failure rate is judged. */
const ENOUGH_DOCUMENTS = 200;

/** Why a run with these totals must stop; null if it may go on. */
export function judgeFailures(
  { documents, failed }: Pick<Totals, 'documents' | 'failed'>,
  { rate, count }: FailureLimits,
): string | null {
  if (count !== null && failed > count) return `${counted(failed, 'document')} failed, more than the allowed ${count}`;
  if (rate === null || documents < ENOUGH_DOCUMENTS || failed <= rate * documents) return null;
  return `${failed} of ${documents} documents failed, more than the allowed share of ${rate}`;
}

/** Seconds without a sign of life from which on nobody counts as at work: a group that is not full waits three. */
export const QUIET_SECONDS = 10;

/** What tells whether anybody was at work on a run until now: seconds since its start, and whether somebody holds an instance of it. */
export interface Signs {
  readonly now: number;
  /** The last sign of life of any instance; null before the first. */
  readonly heard: number | null;
  readonly held: boolean;
}

/**
 * How long a run has stood still until now: what is noted when it goes on, is asked for something or ends. A pause begins when the groups in flight
 * have ended; a time without a sign of life counts if nobody holds the run any more, and then from its last one. Null = it was at work.
 */
export function stoodStill({ pauses }: Pick<Run, 'pauses'>, { now, heard, held }: Signs): Pause | null {
  const last = pauses.at(-1);
  if (last !== undefined && last[1] === null) return [Math.max(last[0], heard ?? 0), now, 'paused'];
  const from = Math.max(heard ?? now, last?.[1] ?? 0);
  return held || now - from <= QUIET_SECONDS ? null : [from, now, 'silent'];
}

/** Whether to look if a run stood still before an instance of it is claimed: not if that goes on where it left off a moment ago. */
export function mayHaveStoodStill({ status }: Run, { heartbeatAge, leased }: Instance): boolean {
  return status !== 'paused' && !leased && (heartbeatAge === null || heartbeatAge > QUIET_SECONDS);
}

/** What a claim finds before any lease is looked at; null = the lease decides. */
export function decideClaim(status: RunStatus, instance: Instance): Extract<ClaimResult, { result: 'ended' }> | null {
  return isLive({ status }) && isLeft(instance) ? null : { result: 'ended', instance, status };
}

/** The right to write that a lease gives. */
export function claimOf({ runId, contractHash }: Run, instance: Instance, token: string): Claim {
  const { partition, sessionId: session, issues, samples, unmatched } = instance;
  return {
    runId,
    instanceId: partition.instanceId,
    token,
    sessionId: session,
    contractHash,
    issues,
    samples,
    unmatched,
    latest: null,
  };
}

/** An instance row as it is first written. */
export interface NewInstance extends PlannedInstance {
  readonly sessionId: string;
  readonly status: 'planned' | 'completed';
}

/** The instance rows of a plan. One without documents has ended: nobody need start it. */
export function decidePlan(run: Run, plan: readonly PlannedInstance[]): readonly NewInstance[] {
  return plan.map((instance) => {
    const { instanceId, instanceCount } = instance.partition;
    return {
      ...instance,
      sessionId: instance.sessionId ?? sessionId(run.started, run.runId, instanceId, instanceCount),
      status: instance.planned === 0 ? 'completed' : 'planned',
    };
  });
}
