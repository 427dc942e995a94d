import { app } from 'durable-functions';
import type { ActivityName } from '../run/messages.ts';
import { drainInstances, ORCHESTRATORS, runOrchestrator } from '../run/orchestrators.ts';
import { activityHandler } from './host/worker.ts';

app.orchestration(ORCHESTRATORS.run, runOrchestrator);
app.orchestration(ORCHESTRATORS.lane, drainInstances);

const ACTIVITIES: Readonly<Record<ActivityName, true>> = {
  planRun: true,
  nextInstance: true,
  processSlice: true,
  failInstance: true,
  pollRun: true,
  finishRun: true,
};

for (const name of Object.keys(ACTIVITIES).filter((key): key is ActivityName => key in ACTIVITIES))
  app.activity(name, { handler: activityHandler(name) });
