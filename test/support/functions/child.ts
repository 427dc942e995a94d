import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

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

/** How often a process asks Application Insights to take something, whose whole life is to start telemetry, to count once and to end. */
export async function countIngestions(telemetryExport: string, openTelemetry: string): Promise<number> {
  let connections = 0;
  const ingestion = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => ingestion.listen(0, '127.0.0.1', resolve));
  const address = ingestion.address();
  if (address === null || typeof address === 'string') throw new Error('the ingestion does not listen on a port');
  await runLines(
    [
      `const { startTelemetry, stopTelemetry } = await import('${telemetryExport}');`,
      'await startTelemetry();',
      `const { metrics } = await import('${openTelemetry}');`,
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
  ingestion.close();
  return connections;
}
