import type { DurableClient } from 'durable-functions';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import type { Runner } from '../api/endpoint.ts';
import type { RunInput } from '../run/messages.ts';
import { ORCHESTRATORS } from '../run/orchestrators.ts';
import type { Run } from '../store/port.ts';

// All that is asked of the Durable client is here: version 4 of the library renames what it returns.

const { Completed, Failed, Terminated, Canceled } = OrchestrationRuntimeStatus;
const ENDED = [Completed, Failed, Terminated, Canceled];

/** Runs are carried out by the task hub: the run's id is the orchestration's. */
export function durableRunner(client: DurableClient): Runner {
  const start = async ({ runId, productLine }: Run) => {
    const input: RunInput = { runId, productLine };
    try {
      await client.startNew(ORCHESTRATORS.run, { instanceId: runId, input });
    } catch (error) {
      // The answer may have been lost, or somebody else was faster: either way the orchestration is there.
      if (!(await isGoing(client, runId))) throw error;
    }
  };
  return {
    start,
    // History can have been purged or lost while the run was paused: what counts is in the database.
    resume: async (run) => {
      if (!(await isGoing(client, run.runId))) await start(run);
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

async function isGoing(client: DurableClient, id: string): Promise<boolean> {
  try {
    const { runtimeStatus } = await client.getStatus(id);
    return !ENDED.includes(runtimeStatus);
  } catch {
    return false;
  }
}
