let stop: () => Promise<void> = async () => undefined;

/** Starts sending telemetry if there is somewhere to send it to. A connection string that is wrong costs the telemetry, not the host. */
export async function startTelemetry(): Promise<void> {
  const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING'];
  if (!connectionString) return;
  try {
    const { startAzureTelemetry } = await import('../../telemetry-azure.ts');
    stop = await startAzureTelemetry(connectionString);
  } catch (error) {
    // There is no invocation yet to log to; what a worker writes to stderr the host logs. The message may hold the string, so it stays out.
    process.stderr.write(`Telemetry is off: ${error instanceof Error ? error.name : 'unknown error'}\n`);
  }
}

/** Sends what has been measured since the last time. */
export async function stopTelemetry(): Promise<void> {
  await stop();
}
