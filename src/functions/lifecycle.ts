import { app } from '@azure/functions';
import { startTelemetry, stopTelemetry } from './host/telemetry.ts';
import { closeWorker } from './host/worker.ts';

app.hook.appStart(startTelemetry);
app.hook.appTerminate(async () => {
  await closeWorker();
  await stopTelemetry();
});
