/**
 * Sends metrics and spans to Application Insights. Its library is loaded here and nowhere else. Spans are sampled (five traces a second, the
 * library's default); log records and exceptions are all kept, whether or not their trace is.
 */
export async function startAzureTelemetry(connectionString: string): Promise<void> {
  const { useAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({
    azureMonitorExporterOptions: { connectionString },
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
  });
}
