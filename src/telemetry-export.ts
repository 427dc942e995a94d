import { randomUUID } from 'node:crypto';
import type { Resource } from '@opentelemetry/resources';

type Stop = () => Promise<void>;

let stop: Stop = async () => undefined;

/**
 * Starts sending telemetry if there is somewhere to send it to: Application Insights by its connection string, an OTLP collector by the standard
 * OTEL_* variables, or both. Settings that are wrong cost the telemetry, not the host.
 */
export async function startTelemetry(): Promise<void> {
  const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING'];
  try {
    if (connectionString) stop = await startAzureTelemetry(connectionString);
    else if (sendsOtlp(process.env)) stop = await startOtlp();
  } catch (error) {
    // There is no invocation yet to log to; what a worker writes to stderr the host logs. The message may hold the string, so it stays out.
    process.stderr.write(`Telemetry is off: ${error instanceof Error ? error.name : 'unknown error'}\n`);
  }
}

/** Sends what has been measured since the last time. */
export async function stopTelemetry(): Promise<void> {
  await stop();
}

/** Whether the environment names a collector: the standard's default address alone sends nothing. */
function sendsOtlp(env: NodeJS.ProcessEnv): boolean {
  const endpoints = ['', '_TRACES', '_METRICS', '_LOGS'].map((signal) => env[`OTEL_EXPORTER_OTLP${signal}_ENDPOINT`]);
  return endpoints.some(Boolean) && env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true';
}

/**
 * Sends metrics and spans to Application Insights until the returned function is called, which sends what is left. Its library is loaded here
 * and nowhere else. Spans are sampled (five traces a second, the library's default); log records and exceptions are all kept, whether or not
 * their trace is.
 */
async function startAzureTelemetry(connectionString: string): Promise<Stop> {
  const { shutdownAzureMonitor, useAzureMonitor } = await import('applicationinsights');
  const otlp = sendsOtlp(process.env);
  useAzureMonitor({
    azureMonitorExporterOptions: { connectionString },
    resource: await describeResource(process.env),
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
    otlpTraceExporterConfig: { enabled: otlp },
    ...(otlp && { metricReaders: [await otlpMetricReader()] }),
  });
  return shutdownAzureMonitor;
}

async function otlpMetricReader() {
  const [{ OTLPMetricExporter }, { PeriodicExportingMetricReader }] = await Promise.all([
    import('@opentelemetry/exporter-metrics-otlp-proto'),
    import('@opentelemetry/sdk-metrics'),
  ]);
  return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
}

/** Everything else is as the OTEL_* variables say. */
async function startOtlp(): Promise<Stop> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ resource: await describeResource(process.env), instrumentations: [] });
  sdk.start();
  return async () => sdk.shutdown();
}

/** What sends: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win, which the libraries read. */
async function describeResource(env: NodeJS.ProcessEnv): Promise<Resource> {
  const [{ resourceFromAttributes, detectResources, envDetector }, { readVersion }] = await Promise.all([
    import('@opentelemetry/resources'),
    import('./version.ts'),
  ]);
  const own = resourceFromAttributes({
    'service.name': env['WEBSITE_SITE_NAME'] ?? 'xmlfan',
    'service.version': readVersion(),
    'service.instance.id': env['WEBSITE_INSTANCE_ID'] ?? randomUUID(),
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}
