/**
 * Sends metrics and spans to Application Insights until the returned function is called, which sends what is left. Its library is loaded here
 * and nowhere else. Spans are sampled (five traces a second, the library's default); log records and exceptions are all kept, whether or not
 * their trace is.
 */
export async function startAzureTelemetry(connectionString: string): Promise<() => Promise<void>> {
  const { shutdownAzureMonitor, useAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({
    azureMonitorExporterOptions: { connectionString },
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
  });
  return shutdownAzureMonitor;
}
