import type { InvocationContext, Timer } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { durableRunner, purgeHistory } from './client.ts';
import { withInvocation } from './log.ts';
import { openWorker, workerLog } from './worker.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Starts a run for each product line. One that has a live run gets a row that says it was skipped. */
export async function startScheduledRuns(
  _timer: Timer,
  client: DurableClient,
  context: InvocationContext,
): Promise<void> {
  await withInvocation(context, async () => {
    const { startRunOfEachLine } = await import('../../api/scheduled.ts');
    const { backend } = await openWorker();
    await startRunOfEachLine({ backend, runner: durableRunner(client), log: workerLog(backend) });
  });
}

/** Forgets finished orchestrations after the retention time; run rows stay in the database. */
export async function purgeFinished(_timer: Timer, client: DurableClient, context: InvocationContext): Promise<void> {
  await withInvocation(context, async () => {
    const { backend } = await openWorker();
    const { retentionDays } = backend.settings();
    const orchestrations = await purgeHistory(client, new Date(Date.now() - retentionDays * DAY_MS));
    workerLog(backend).info('Finished orchestrations purged', { orchestrations, retention_days: retentionDays });
  });
}
