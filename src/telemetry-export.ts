let stop: () => Promise<void> = async () => undefined;

/** Starts sending telemetry if there is somewhere to send it to. A connection string that is wrong costs the telemetry, not the host. */
export async function startTelemetry(): Promise<void> {
  const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING'];
  if (!connectionString) return;
  try {
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

/**
 * Sends metrics and spans to Application Insights until the returned function is called, which sends what is left. Its library is loaded here
 * and nowhere else. Spans are sampled (five traces a second, the library's default); log records and exceptions are all kept, whether or not
 * their trace is.
 */
async function startAzureTelemetry(connectionString: string): Promise<() => Promise<void>> {
  const { shutdownAzureMonitor, useAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({
    azureMonitorExporterOptions: { connectionString },
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
  });
  return shutdownAzureMonitor;
}
