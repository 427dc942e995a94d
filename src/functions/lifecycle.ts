import { app } from '@azure/functions';
import { startTelemetry } from './host/telemetry.ts';
import { closeWorker } from './host/worker.ts';

app.hook.appStart(startTelemetry);
app.hook.appTerminate(closeWorker);
