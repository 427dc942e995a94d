import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { RouteName } from '../../src/api/routes.ts';
import { ORCHESTRATORS } from '../../src/run/orchestrators.ts';
import { parseSettings, SETTING_NAMES } from '../../src/settings.ts';

async function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

test('the example of local settings has every setting of the Functions app, and all are valid', async () => {
  const { Values: values } = JSON.parse(await read('local.settings.example.json'));

  const own = SETTING_NAMES.filter((name) => name !== 'XMLFAN_API_KEY');
  assert.deepEqual(
    Object.keys(values).toSorted(),
    [...own, 'AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME', 'TASKHUB_NAME'].toSorted(),
  );
  assert.equal(parseSettings(values).store, 'sqlite:.data/demo.db');
});

test('the file that the worker loads registers every function', async () => {
  const { main } = JSON.parse(await read('package.json'));

  const registering = /^import .* from '(?:durable-functions|@azure\/functions)';$/m;
  assert.equal(main, 'dist/functions/app.js');
  assert.match(await read('src/functions/app.ts'), registering);
});

test('the host tells of runs, not of each replay of an orchestrator nor of each question of a page or a probe, and all that Durable Functions says is a warning', async () => {
  const { logging, telemetryMode } = JSON.parse(await read('host.json'));
  const asked = ['getLiveness', 'getDashboardFile', 'getRun', 'listRuns'] satisfies RouteName[];
  const quiet = [ORCHESTRATORS.run, ORCHESTRATORS.lane, ...asked].map((name) => `Function.${name}`);

  // The Durable extension writes what orchestrators and activities do into the categories of the functions.
  for (const category of [...quiet, 'Host.Triggers.DurableTask', 'DurableTask.Core', 'DurableTask.AzureStorage'])
    assert.equal(logging.logLevel[category], 'Warning', category);
  assert.equal(telemetryMode, 'OpenTelemetry');
  // In this mode the host's own filters let everything through that `logLevel` keeps from the console, each request to the storage account too.
  for (const category of [...quiet, 'Azure.Core', 'Microsoft.Azure.WebJobs.Script'])
    assert.equal(logging.OpenTelemetry.logLevel[category], 'Warning', category);
  // It reads `logging.applicationInsights`, with its sampling, in the other mode only.
  assert.deepEqual(Object.keys(logging), ['logLevel', 'OpenTelemetry']);
});

test('the traces of a run reach from its start to its slices', async () => {
  const { extensions } = JSON.parse(await read('host.json'));

  assert.deepEqual(extensions.durableTask.tracing, {
    traceInputsAndOutputs: false,
    traceReplayEvents: false,
    distributedTracingEnabled: true,
    version: 'V2',
  });
});
