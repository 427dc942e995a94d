import type { Log } from '../log.ts';
import type { Instance, Run, Store, Totals } from '../store/port.ts';
import { isLeft, isLive } from '../store/rules.ts';
import type { FinishInput, FinishResult } from './messages.ts';
import { sumTotals } from '../store/totals.ts';
import { percentOf, viewTotals } from './report.ts';

const LEASE_POLL_SECONDS = 5;

interface FinishDeps {
  readonly log: Log;
  readonly runRetentionDays: number;
}

/**
 * Closes a run if nothing is left to do, or if it is to end anyway; says what is left otherwise. Repeatable.
 * Whoever closes one forgets those that are over for long: no timer need do it, wherever runs are carried out.
 */
export async function finishRun(
  { log, runRetentionDays }: FinishDeps,
  store: Store,
  { runId, error, before }: FinishInput,
): Promise<FinishResult> {
  if (error === undefined && before !== undefined) await failStuck(store, runId, before);
  const run = await store.finishRun(runId, error);
  const instances = await store.listInstances(runId);
  const totals = sumTotals(instances.map((instance) => instance.totals));
  if (run.endedNow) {
    if (!run.dryRun) await checkLog(store, run, totals, log);
    await forgetRuns(store, runRetentionDays, log);
  }
  return {
    status: run.status,
    live: isLive(run),
    left: instances.filter(isLeft).length,
    waitSeconds: run.status === 'cancelling' ? LEASE_POLL_SECONDS : 0,
    percent: percentOf(totals.documents, run.planned ?? 0),
    totals: viewTotals(totals),
  };
}

/** Another round would be as vain as the last one, if that ended nothing and nobody is at work. */
async function failStuck(store: Store, runId: string, before: number): Promise<void> {
  const run = await store.findRun(runId);
  const left: readonly Instance[] = (await store.listInstances(runId)).filter(isLeft);
  if (run?.status !== 'running' || left.length < before || left.some(({ leased }) => leased)) return;
  const end = { status: 'failed', error: 'its orchestration ended before it was drained' } as const;
  for (const { partition } of left) await store.endInstance(runId, partition.instanceId, end);
}

/** Counts and log rows are committed together, so a difference is a bug, or somebody has written to the log by hand. */
async function checkLog(store: Store, { runId }: Run, totals: Totals, log: Log): Promise<void> {
  const counted = { success: totals.success + totals.alreadyPresent, failed: totals.failed };
  const logged = await store.logCounts(runId);
  if (logged.success === counted.success && logged.failed === counted.failed) return;
  log.warn('The log does not hold what the run counted; `verify` shows where', { run_id: runId, counted, logged });
}

const MOST_ROUNDS = 20;

/** What is left is forgotten when the next run ends; a login that may not delete ends no run as failed. */
async function forgetRuns(store: Store, days: number, log: Log): Promise<void> {
  try {
    let forgotten = 0;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const gone = await store.forgetRuns(days);
      if (gone === 0) break;
      forgotten += gone;
    }
    if (forgotten > 0)
      log.info('Runs that ended long ago are forgotten', { runs: forgotten, run_retention_days: days });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn('Runs that ended long ago could not be forgotten', { reason });
  }
}
