import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Runs lines of a module in a process of its own and returns what it wrote to stderr. */
export async function runLines(
  lines: readonly string[],
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [...options, '--input-type=module', '--eval', lines.join('\n')],
    { maxBuffer: 16 * 1024 * 1024, env: { ...process.env, APPLICATIONINSIGHTS_CONNECTION_STRING: '', ...env } },
  );
  return stderr;
}

/** What Application Insights is sent, as far as queries look at it. */
const ENVELOPE = z.object({
  tags: z.record(z.string(), z.string()),
  data: z.object({
    baseType: z.string(),
    baseData: z.object({
      name: z.string().optional(),
      metrics: z.array(z.object({ name: z.string(), value: z.number(), count: z.number().optional() })).optional(),
      properties: z.record(z.string(), z.string()),
    }),
  }),
});

export type Envelope = z.output<typeof ENVELOPE>;

/** The library sends by TLS only, whatever its address says: here it goes in the clear, so that no certificate is needed. */
const IN_THE_CLEAR = [
  `const [http, https] = [await import('node:http'), await import('node:https')];`,
  'https.default.request = (options, done) => http.request({ ...options, agent: undefined }, done);',
];

/** What a process sends to Application Insights, whose whole life is to start telemetry, to measure of each kind one thing, and to end. */
export async function sentToInsights(telemetryExport: string, openTelemetry: string): Promise<readonly Envelope[]> {
  const sent: Envelope[] = [];
  const ingestion = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent.push(...z.array(ENVELOPE).parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ itemsReceived: 1, itemsAccepted: 1, errors: [] }));
    });
  });
  ingestion.listen(0, '127.0.0.1');
  await once(ingestion, 'listening');
  const address = ingestion.address();
  if (address === null || typeof address === 'string') throw new Error('the ingestion does not listen on a port');
  await runLines(
    [
      ...IN_THE_CLEAR,
      `const { startTelemetry, stopTelemetry } = await import('${telemetryExport}');`,
      'await startTelemetry();',
      `const { metrics, trace } = await import('${openTelemetry}');`,
      `const meter = metrics.getMeter('xmlfan');`,
      `meter.createCounter('xmlfan.documents').add(7, { 'xmlfan.product_line': 'letters', 'xmlfan.dry_run': false });`,
      `meter.createObservableGauge('xmlfan.pending').addCallback((result) => result.observe(40));`,
      // Five traces a second are kept: the first need not be among them.
      'for (let slice = 0; slice < 20; slice += 1) {',
      `  trace.getTracer('xmlfan').startSpan('xmlfan.slice', { attributes: { 'xmlfan.run.id': 'run-1' } }).end();`,
      '  await new Promise((resolve) => setTimeout(resolve, 50));',
      '}',
      'await stopTelemetry();',
      'process.exit(0);',
    ],
    [],
    {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)};IngestionEndpoint=https://127.0.0.1:${address.port}/`,
      APPLICATION_INSIGHTS_NO_STATSBEAT: '1',
      WEBSITE_SITE_NAME: 'letters-in-test',
      WEBSITE_INSTANCE_ID: 'instance-7',
    },
  );
  ingestion.close();
  return sent;
}
