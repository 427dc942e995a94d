import type { Instance, Mismatch, Run } from '../store/port.ts';
import type { Line } from './line.ts';
import { isLeft, isLive, mostWorkFirst } from '../store/rules.ts';
import type { FailedCall, PlanResult } from './messages.ts';
import { sumTotals } from '../store/totals.ts';
import { percentOf, viewTotals } from './report.ts';
import { waysToSplit } from '../store/partition.ts';
import { rangeOf, storedRequest, type RunRequest } from './request.ts';

/**
 * Checks that the database fits the contract, before any document is touched, and writes the instances of a run: once.
 * Called again, it returns what was planned and what is left of it. A run that was `checked` when it was opened is not checked
 * once more for its first plan: what changes later is told by the first statement that meets it, whenever that is.
 */
export async function planRun(line: Line, run: Run, checked = false): Promise<PlanResult | FailedCall> {
  const { store } = line;
  const request = storedRequest(run.request);
  if (!isLive(run)) return { ...standing([]), planned: run.planned ?? 0, instances: 0, parallelism: 0, todo: [] };
  const isKnown = checked && run.planned === null;
  const faults = isKnown ? [] : (await store.check(line.tables)).filter(({ severity }) => severity === 'error');
  if (faults.length > 0) return { error: printMismatches(faults) };

  const instances = run.planned === null ? await plan(line, run, request) : await store.listInstances(run.runId);
  const left = instances.filter(isLeft);
  // While the first pages are mapped; a run that finds nothing does not pay for it. What fails here fails again where it is reported.
  if (!run.dryRun && left.length > 0) void store.prepareGroups(run.runId, line.tables).catch(() => {});
  return {
    ...standing(instances),
    instances: instances.length,
    parallelism: request.parallelism ?? instances.length,
    todo: left.toSorted(mostWorkFirst).map(({ partition }) => partition.instanceId),
    begun: instances.some(({ status }) => status !== 'planned'),
  };
}

/** Counts what is pending and writes the instances; of two that do so at once the first decides. */
async function plan({ store, idType }: Line, run: Run, request: RunRequest): Promise<readonly Instance[]> {
  const { instance_count: instanceCount, limit } = request;
  const ways = waysToSplit(idType);
  const by = ways.find((way) => way === request.partition_by) ?? ways[0] ?? 'hash';
  const survey = await store.survey({ by, instanceCount, bounds: rangeOf(request), limit });
  return store.savePlan(run.runId, survey.instances);
}

function standing(instances: readonly Instance[]) {
  const planned = instances.reduce((sum, instance) => sum + instance.planned, 0);
  const totals = sumTotals(instances.map((instance) => instance.totals));
  return { planned, percent: percentOf(totals.documents, planned), totals: viewTotals(totals) };
}

/** All that is wrong, in one message. */
function printMismatches(mismatches: readonly Mismatch[]): string {
  const lines = mismatches.map(
    ({ place, message, advice }) => `${place}: ${message}${advice === '' ? '' : ` (${advice})`}`,
  );
  return `the database does not fit the contract: ${lines.join('; ')}`;
}
