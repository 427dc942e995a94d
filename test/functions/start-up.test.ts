import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const LIST_IMPORTS = ['--import', at('../support/list-imports.ts')];

/** Runs lines of a module in a process of its own and returns what it wrote to stderr. */
async function run(lines: readonly string[], options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    [...options, '--input-type=module', '--eval', lines.join('\n')],
    { maxBuffer: 16 * 1024 * 1024, env: { ...process.env, APPLICATIONINSIGHTS_CONNECTION_STRING: '', ...env } },
  );
  return stderr;
}

test('registering the functions and starting the app loads no driver, parser, schema, contract or telemetry', async () => {
  const stderr = await run(
    [
      ...[at('../support/functions/worker.ts'), at('../../src/functions/app.ts')].map(
        (path) => `await import('${path}');`,
      ),
      `const { startTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      'await startTelemetry();',
    ],
    LIST_IMPORTS,
  );

  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '));
  const heavy =
    /node_modules\/(zod|mssql|tedious|applicationinsights|chevrotain|fast-xml-parser|piscina)\/|node:sqlite|src\/(xml|values|expression|contract|mapping|store)\//;
  assert.ok(loaded.some((line) => line.endsWith('/src/run/orchestrators.ts')));
  assert.deepEqual(
    loaded.filter((line) => heavy.test(line)),
    [],
  );
});

test('a connection string that is wrong costs the telemetry and not the app, and is not shown', async () => {
  const stderr = await run(
    [
      `const { startTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      'await startTelemetry();',
      'process.exit(0);',
    ],
    [],
    { APPLICATIONINSIGHTS_CONNECTION_STRING: 'nonsense-with-a-secret' },
  );

  assert.match(stderr, /Telemetry is off: Error\n/);
  assert.doesNotMatch(stderr, /nonsense-with-a-secret/);
});

test('what was measured last is sent before the worker ends', async (t) => {
  let connections = 0;
  const ingestion = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  t.after(() => ingestion.close());
  await new Promise<void>((resolve) => ingestion.listen(0, '127.0.0.1', resolve));
  const address = ingestion.address();
  assert.ok(typeof address === 'object' && address !== null);

  await run(
    [
      `const { startTelemetry, stopTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      'await startTelemetry();',
      `const { metrics } = await import('@opentelemetry/api');`,
      `metrics.getMeter('xmlfan').createCounter('xmlfan.documents').add(1);`,
      'await stopTelemetry();',
      'process.exit(0);',
    ],
    [],
    {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)};IngestionEndpoint=https://127.0.0.1:${address.port}/`,
      APPLICATION_INSIGHTS_NO_STATSBEAT: '1',
    },
  );

  assert.ok(connections > 0);
});

test('an OTLP collector gets metrics and spans, in the trace of the host, with what sends them', async (t) => {
  const received = new Map<string, Buffer>();
  const collector = createHttpServer((request, response) => {
    const path = String(request.url);
    request.on('data', (chunk: Buffer) =>
      received.set(path, Buffer.concat([received.get(path) ?? Buffer.alloc(0), chunk])),
    );
    request.on('end', () => response.end());
  });
  t.after(() => collector.close());
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const address = collector.address();
  assert.ok(typeof address === 'object' && address !== null);
  const traceId = '0af7651916cd43dd8448eb211c80319c';

  await run(
    [
      `const { startTelemetry, stopTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      `const { inHostTrace, observeActivities, countTick } = await import('${at('../../src/telemetry.ts')}');`,
      'await startTelemetry();',
      `const { processSlice } = observeActivities({ processSlice: async () => ({ next: 'continue' }) });`,
      `await inHostTrace('00-${traceId}-b7ad6b7169203331-01', () => processSlice({ runId: 'run-1' }));`,
      'countTick();',
      'await stopTelemetry();',
      'process.exit(0);',
    ],
    [],
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
      OTEL_SERVICE_NAME: 'letters-in-test',
      WEBSITE_INSTANCE_ID: 'instance-7',
    },
  );

  const [traces, measured] = [received.get('/v1/traces'), received.get('/v1/metrics')];
  assert.ok(traces !== undefined && measured !== undefined, [...received.keys()].join());
  assert.ok(traces.includes('xmlfan.slice'));
  assert.ok(traces.includes(Buffer.from(traceId, 'hex')));
  assert.ok(measured.includes('xmlfan.schedule.ticks'));
  for (const body of [traces, measured])
    for (const text of ['letters-in-test', 'service.version', 'instance-7']) assert.ok(body.includes(text), text);
});
