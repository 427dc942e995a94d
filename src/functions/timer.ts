import { app } from 'durable-functions';
import { purgeFinished, startScheduledRuns } from './host/timer.ts';

// Without a schedule there is no such function; the host resolves the name, so that the setting can be seen in the portal.
if (process.env['RUN_SCHEDULE'])
  app.client.timer('startScheduledRuns', {
    schedule: '%RUN_SCHEDULE%',
    runOnStartup: false,
    handler: startScheduledRuns,
  });

app.client.timer('purgeFinished', { schedule: '0 30 3 * * *', runOnStartup: false, handler: purgeFinished });
