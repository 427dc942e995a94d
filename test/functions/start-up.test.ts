import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readVersion } from '../../src/version.ts';
import { runLines, sentToInsights } from '../support/functions/child.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const LIST_IMPORTS = ['--import', at('../support/list-imports.ts')];

test('registering the functions and starting the app loads no driver, parser, schema, contract or telemetry; a first document, only what maps it', async () => {
  const stderr = await runLines(
    [
      ...[at('../support/functions/worker.ts'), at('../../src/functions/app.ts')].map(
        (path) => `await import('${path}');`,
      ),
      `const { startTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      'await startTelemetry();',
      `process.stderr.write('started\\n');`,
      `const { loadContract } = await import('${at('../../src/contract-files.ts')}');`,
      `const { openMapping } = await import('${at('../../src/mapping/map-document.ts')}');`,
      `const map = openMapping(loadContract('${at('../../contracts/personal-loan.json')}'));`,
      `process.stderr.write(map({ appId: '7', xml: '<Provenir ID="7"/>' }, new Date()).outcome);`,
    ],
    LIST_IMPORTS,
  );

  const [atStart = '', later = ''] = stderr.split('started\n');
  const loaded = atStart.split('\n').filter((line) => line.startsWith('loaded '));
  const heavy =
    /node_modules\/(zod|mssql|tedious|applicationinsights|chevrotain|fast-xml-parser|piscina)\/|node:sqlite|src\/(xml|values|expression|contract|mapping|store)\//;
  assert.ok(loaded.some((line) => line.endsWith('/src/run/orchestrators.ts')));
  assert.deepEqual(
    loaded.filter((line) => heavy.test(line)),
    [],
  );
  assert.match(later, /loaded \S+\/src\/mapping\/compile\.ts\n[^]*rejected$/);
  assert.doesNotMatch(
    later,
    /node_modules\/(yaml|jsonc-parser|fast-xml-parser|piscina|mssql)\/|entities\/dist\/encode/,
  );
});

test('a connection string that is wrong costs the telemetry and not the app, and is not shown', async () => {
  const stderr = await runLines(
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

test('what is loaded after the start comes from the compile cache, which is filled before the host kills the worker', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xmlfan-'));
  const stderr = await runLines(
    [
      `const { startUp, terminate } = await import('${at('../support/functions/worker.ts')}');`,
      `await import('${at('../../src/functions/app.ts')}');`,
      'await startUp();',
      `await import('${at('../../src/api/api.ts')}');`,
      'await terminate();',
      `process.kill(process.pid, 'SIGKILL');`,
    ],
    [],
    { TMPDIR: folder, TEMP: folder, NODE_COMPILE_CACHE: '' },
  ).catch(({ signal }: { signal: string }) => signal);
  const files = globSync('node-compile-cache/**/*', { cwd: folder });
  await rm(folder, { recursive: true });

  assert.equal(stderr, 'SIGKILL');
  assert.ok(files.length > 50, `${files.length} files`);
});

test('Application Insights gets what was measured before the worker ends, in the form that the queries ask for', async () => {
  const sent = await sentToInsights(at('../../src/telemetry-export.ts'), '@opentelemetry/api');

  const own = sent.filter(({ data }) => (data.baseData.metrics?.[0] ?? data.baseData).name?.startsWith('xmlfan.'));
  const forms = own.map(({ data: { baseType, baseData } }) =>
    JSON.stringify([baseType, baseData.name ?? baseData.metrics, baseData.properties]),
  );
  assert.deepEqual(
    [...new Set(forms)].toSorted(),
    [
      // Of gauges and counters alike the sum is their value: no maximum is sent.
      [
        'MetricData',
        [{ name: 'xmlfan.documents', value: 7, count: 1 }],
        { 'xmlfan.product_line': 'letters', 'xmlfan.dry_run': 'false' },
      ],
      ['MetricData', [{ name: 'xmlfan.pending', value: 40, count: 1 }], {}],
      ['RemoteDependencyData', 'xmlfan.slice', { 'xmlfan.run.id': 'run-1' }],
    ].map((form) => JSON.stringify(form)),
  );
  for (const { tags } of own)
    assert.deepEqual(
      [tags['ai.cloud.role'], tags['ai.cloud.roleInstance'], tags['ai.application.ver']],
      ['letters-in-test', 'instance-7', readVersion()],
    );
});

test('the queries of docs, alerts and workbook ask for nothing that is not sent', () => {
  const files = ['docs/operations.md', 'infra/modules/alerts.bicep', 'infra/modules/workbook.bicep'];
  for (const file of files) {
    const text = readFileSync(at(`../../${file}`), 'utf8');
    assert.match(text, /AppMetrics/);
    assert.doesNotMatch(text, /\b(?:max|min|arg_max)\((?:TimeGenerated, )?(?:Max|Min)\)/, file);
  }
});

test('an OTLP collector gets metrics and spans, in the trace of the host though that keeps none itself, with what sends them', async (t) => {
  const received = new Map<string, Buffer>();
  const collector = createServer((request, response) => {
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

  await runLines(
    [
      `const { startTelemetry, stopTelemetry } = await import('${at('../../src/telemetry-export.ts')}');`,
      `const { inHostTrace, observeActivities, countTick } = await import('${at('../../src/telemetry.ts')}');`,
      'await startTelemetry();',
      `const { processSlice } = observeActivities({ processSlice: async () => ({ next: 'continue' }) });`,
      `await inHostTrace('00-${traceId}-b7ad6b7169203331-00', () => processSlice({ runId: 'run-1' }));`,
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
