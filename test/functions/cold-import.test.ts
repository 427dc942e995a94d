import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test('registering the functions loads no driver, parser, schema, contract or telemetry', async () => {
  const entries = ['durable', 'http', 'telemetry', 'timer'].map(
    (name) => `await import('${at(`../../src/functions/${name}.ts`)}');`,
  );
  const script = `await import('${at('../support/functions/worker.ts')}');\n${entries.join('\n')}`;

  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', at('../support/list-imports.ts'), '--input-type=module', '--eval', script],
    { maxBuffer: 16 * 1024 * 1024 },
  );

  const loaded = stderr.split('\n').filter((line) => line.startsWith('loaded '));
  assert.ok(loaded.some((line) => line.endsWith('/src/run/orchestrators.ts')));
  const heavy =
    /node_modules\/(zod|mssql|tedious|applicationinsights|chevrotain|fast-xml-parser|pino|piscina)\/|node:sqlite|src\/(contract|mapping|store)\//;
  assert.deepEqual(
    loaded.filter((line) => heavy.test(line)),
    [],
  );
});
