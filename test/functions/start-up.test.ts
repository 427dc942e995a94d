import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
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
