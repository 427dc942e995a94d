import { app } from '@azure/functions';
import { startTelemetry } from './host/telemetry.ts';

app.hook.appStart(startTelemetry);
