import { randomUUID } from 'node:crypto';
import type { DurableClient } from 'durable-functions';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import type { Runner, RunnerState } from '../api/endpoint.ts';
import type { LanesStatus, RunState } from '../run/orchestrators.ts';
import { RunnerError } from '../errors.ts';
import { laneId, ORCHESTRATORS, RESUMED } from '../run/orchestrators.ts';
import type { Run } from '../store/port.ts';

// All that is asked of the Durable client is here: version 4 of the library renames what it returns.

const { Completed, Failed, Terminated, Canceled, Pending } = OrchestrationRuntimeStatus;
const ENDED = [Completed, Failed, Terminated, Canceled];

/** Hosts look for work every few seconds: what waits longer than this nobody takes. */
const LONGEST_WAIT_MS = 120_000;

/** Runs are carried out by the task hub: the run's id is the orchestration's. */
export function durableRunner(client: DurableClient, now: () => number = Date.now): Runner {
  const start = async ({ runId, productLine }: Run, round: number, checked = false): Promise<void> => {
    const generation = randomUUID().slice(0, 8);
    const input: RunState = { runId, productLine, generation, round, tellsBegun: true, ...(checked && { checked }) };
    try {
      await client.startNew(ORCHESTRATORS.run, { instanceId: runId, input });
    } catch (error) {
      // The answer may have been lost, or somebody else was faster: either way the orchestration is there.
      if ((await stateOf(client, runId, now)) === 'gone') throw error;
    }
  };
  const state = async (run: Run): Promise<RunnerState> => {
    const own = await stateOf(client, run.runId, now);
    if (own !== 'going') return own;
    const lanes = await lanesOf(client, run);
    const states = await Promise.all(lanes.slice(0, MOST_AT_ONCE).map(async (id) => stateOf(client, id, now)));
    return states.includes('suspended') ? 'suspended' : own;
  };
  return {
    start: async (run, options) => start(run, 0, options?.checked),
    state,
    // History can have been purged or lost while the run was paused: what counts is in the database.
    resume: async (run) => {
      const current = await state(run);
      if (current === 'gone') return start(run, 1);
      const lanes = await lanesOf(client, run);
      if (current === 'suspended') await endSuspension(client, [run.runId, ...lanes], now);
      return wake(client, lanes);
    },
  };
}

/** Removes what is kept of orchestrations that ended and were begun before a moment; returns how many. */
export async function purgeHistory(client: DurableClient, before: Date): Promise<number> {
  const { instancesDeleted } = await client.purgeInstanceHistoryBy({
    createdTimeFrom: new Date(0),
    createdTimeTo: before,
    runtimeStatus: ENDED,
  });
  return instancesDeleted;
}

/** Events that do not arrive cost a wait of minutes only: lanes ask by themselves. */
async function wake(client: DurableClient, lanes: readonly string[]): Promise<void> {
  for (let from = 0; from < lanes.length; from += MOST_AT_ONCE)
    await Promise.allSettled(
      lanes.slice(from, from + MOST_AT_ONCE).map(async (id) => client.raiseEvent(id, RESUMED, null)),
    );
}

/** Requests that are sent at a time. */
const MOST_AT_ONCE = 32;

/** Ids of the lanes that a run's orchestration has begun last. */
async function lanesOf(client: DurableClient, { runId, request }: Run): Promise<readonly string[]> {
  const { parallelism, instance_count: instances }: { parallelism: number | null; instance_count: number } =
    JSON.parse(request);
  const { input, customStatus } = await client.getStatus(runId);
  const state = toRunState(input);
  const { begun }: LanesStatus = Object(customStatus);
  if (state === null || (state.tellsBegun === true && begun === undefined)) return [];
  return Array.from({ length: Math.min(parallelism ?? instances, instances) }, (_, lane) => laneId(state, lane, begun));
}

async function endSuspension(client: DurableClient, ids: readonly string[], now: () => number): Promise<void> {
  for (const id of ids) if ((await stateOf(client, id, now)) === 'suspended') await client.resume(id, 'resumed');
}

/** The library's list of statuses lacks it. */
const SUSPENDED = 'Suspended';

function toRunState(input: unknown): RunState | null {
  const isState = typeof input === 'object' && input !== null && 'runId' in input && 'productLine' in input;
  if (!isState) return null;
  const { runId, productLine, generation, round, tellsBegun }: Partial<Record<keyof RunState, unknown>> = input;
  return {
    runId: String(runId),
    productLine: String(productLine),
    ...(typeof generation === 'string' && { generation }),
    ...(typeof round === 'number' && { round }),
    ...(typeof tellsBegun === 'boolean' && { tellsBegun }),
  };
}

/** The extension makes its tables and queues as the host starts, and at no other time. */
const HUB_ADVICE =
  'See that the storage of the task hub can be reached; if it was deleted, restart the app, which makes it anew: live runs go on by themselves then.';

async function stateOf(client: DurableClient, id: string, now: () => number): Promise<RunnerState> {
  try {
    const { runtimeStatus, createdTime } = await client.getStatus(id);
    if (ENDED.includes(runtimeStatus)) return 'gone';
    const status: string = runtimeStatus;
    if (status === SUSPENDED) return 'suspended';
    return runtimeStatus === Pending && now() - createdTime.getTime() > LONGEST_WAIT_MS ? 'waiting' : 'going';
  } catch (error) {
    // The library tells an unknown orchestration by its message only.
    if (error instanceof Error && error.message.includes('HTTP 404')) return 'gone';
    throw new RunnerError('The task hub does not answer, or its tables or queues are gone.', HUB_ADVICE, error);
  }
}
