/** Sends metrics and spans to Application Insights. Its library is loaded here and nowhere else. */
export async function startAzureTelemetry(connectionString: string): Promise<void> {
  const { useAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({ azureMonitorExporterOptions: { connectionString }, enableLiveMetrics: false });
}
