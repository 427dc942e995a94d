import type { Log } from '../log.ts';
import type { Instance, Run, Store, Totals } from '../store/port.ts';
import { isLeft, isLive } from '../store/rules.ts';
import type { FinishInput, FinishResult } from './messages.ts';
import { sumTotals } from '../store/totals.ts';
import { percentOf, viewTotals } from './report.ts';

const LEASE_POLL_SECONDS = 5;

/** Closes a run if nothing is left to do, or if it is to end anyway; says what is left otherwise. Repeatable. */
export async function finishRun(store: Store, { runId, error, before }: FinishInput, log: Log): Promise<FinishResult> {
  if (error === undefined && before !== undefined) await failStuck(store, runId, before);
  const found = await store.findRun(runId);
  const run = await store.finishRun(runId, error);
  const instances = await store.listInstances(runId);
  const totals = sumTotals(instances.map((instance) => instance.totals));
  if (found !== null && isLive(found) && !isLive(run) && !run.dryRun) await checkLog(store, run, totals, log);
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
