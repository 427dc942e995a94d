import { enableCompileCache, flushCompileCache } from 'node:module';
import { app as functions } from '@azure/functions';
import { app } from 'durable-functions';
import type { Route } from '../api/routes.ts';
import { ROUTES, ROUTE_NAMES } from '../api/routes.ts';
import type { ActivityName } from '../run/messages.ts';
import { drainInstances, ORCHESTRATORS, runOrchestrator } from '../run/orchestrators.ts';
import { startTelemetry, stopTelemetry } from '../telemetry-export.ts';
import { answerHttp, purgeFinished, startScheduledRuns, watchLiveRuns } from './handlers.ts';
import { activityHandler, closeWorker } from './worker.ts';

// Everything that this app registers with the Functions host. What does the work is loaded when it is first called.

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

for (const name of ROUTE_NAMES) {
  const { method, path, open }: Route = ROUTES[name];
  const authLevel = open === true ? 'anonymous' : 'function';
  app.client.http(name, { methods: [method], route: path, authLevel, handler: answerHttp });
}

// What no route matches is told as a problem too: the host alone would answer 404 without a word, even where only the method is wrong.
// The host asks functions in the order of their names, so this one must come last.
app.client.http('unknownRoute', {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  route: '{*path}',
  authLevel: 'function',
  handler: answerHttp,
});

// Without a schedule there is no such function; the host resolves the name, so that the setting can be seen in the portal.
if (process.env['RUN_SCHEDULE'])
  app.client.timer('startScheduledRuns', {
    schedule: '%RUN_SCHEDULE%',
    runOnStartup: false,
    handler: startScheduledRuns,
  });

// `off` lets an idle serverless database fall asleep.
const watchSchedule = process.env['WATCH_SCHEDULE'] || '0 * * * * *';
if (watchSchedule !== 'off')
  app.client.timer('watchLiveRuns', { schedule: watchSchedule, runOnStartup: false, handler: watchLiveRuns });

app.client.timer('purgeFinished', { schedule: '0 30 3 * * *', runOnStartup: false, handler: purgeFinished });

functions.hook.appStart(async () => {
  // What is loaded from here on comes compiled where a worker has run before on this machine.
  enableCompileCache();
  await startTelemetry();
});
functions.hook.appTerminate(async () => {
  await closeWorker();
  await stopTelemetry();
  // The host kills the worker, so nothing is written at its exit.
  flushCompileCache();
});
