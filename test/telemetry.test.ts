import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { metrics, trace } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { silentLog } from '../src/log.ts';
import { createActivities } from '../src/run/activities.ts';
import { startRun } from '../src/run/control.ts';
import { openLines } from '../src/run/line.ts';
import { carryOut } from '../src/run/local.ts';
import { openPool } from '../src/run/pool.ts';
import { parseRunRequest } from '../src/run/request.ts';
import { observeActivities, observeLines, observeLiveRuns } from '../src/telemetry.ts';
import { makeWorkplace } from './support/workplace.ts';

const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
const spanExporter = new InMemorySpanExporter();
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }));

const workplace = await makeWorkplace();
await workplace.addDocuments('letters', 1, 40, (id) => id % 10 === 3);
const contracts = ['letters', 'parcels'].map((name) => workplace.line(name).contract);
const lines = observeLines(openLines({ database: workplace.database, contracts }));
observeLiveRuns(lines);
after(async () => {
  await reader.shutdown();
  await workplace.remove();
});

async function openLettersRun(): Promise<Parameters<typeof carryOut>[2]> {
  const request = parseRunRequest({ product_line: 'letters', instance_count: 2 });
  const { run } = await startRun(lines, request, { trigger: 'http', start: async () => undefined });
  return run;
}

async function collect(name: string): Promise<readonly DataPoint<unknown>[]> {
  metricExporter.reset();
  await reader.forceFlush();
  const scopes = metricExporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const found = scopes.flatMap((scope) => scope.metrics).find(({ descriptor }) => descriptor.name === name);
  return found?.dataPoints ?? [];
}

test('documents are counted by line, instance and outcome, batches are timed, slices and batches are spans', async () => {
  const pool = openPool({ lines, workers: 0 });
  const deps = { lines, pool, log: silentLog, maxPageBytes: 1024 * 1024, runRetentionDays: 365 };
  const run = await openLettersRun();
  const line = lines.find('letters');
  await line.store.savePlan(run.runId, (await line.store.survey(SURVEY)).instances);

  assert.deepEqual(await pendingByLine(), ['letters 40', 'parcels 0']);

  await carryOut({ activities: observeActivities(createActivities(deps)) }, line, run);

  const documents = await collect('xmlfan.documents');
  const counted = documents.map(({ attributes, value }) => `${String(attributes['xmlfan.outcome'])} ${String(value)}`);
  assert.deepEqual(counted.toSorted(), ['failed 4', 'success 36']);
  const sizes = await collect('xmlfan.batch.size');
  assert.deepEqual(sizes.map(sumOf), [40]);
  const durations = await collect('xmlfan.batch.duration');
  assert.equal(durations.length, 1);
  const ended = await collect('xmlfan.run.ended');
  assert.deepEqual(
    ended.map(({ attributes, value }) => [attributes, value]),
    [[{ 'xmlfan.product_line': 'letters', 'xmlfan.run.status': 'completed' }, 1]],
  );
  const spans = spanExporter.getFinishedSpans();
  assert.deepEqual(spans.map(({ name }) => name).toSorted(), [
    'xmlfan.batch',
    'xmlfan.batch',
    'xmlfan.slice',
    'xmlfan.slice',
  ]);
  assert.ok(spans.every(({ attributes }) => attributes['xmlfan.run.id'] === run.runId));
  assert.deepEqual(await pendingByLine(), ['letters 0', 'parcels 0']);
});

test('the oldest heartbeat of the instances at work is told, and none where nobody is at work', async () => {
  const run = await openLettersRun();
  const { store } = lines.find('letters');
  const { instances } = await store.survey(SURVEY);
  await store.savePlan(
    run.runId,
    instances.map((instance) => ({ ...instance, planned: 1 })),
  );
  assert.deepEqual(await collect('xmlfan.heartbeat.age'), []);
  const claimed = await store.claimInstance(run.runId, 0, 'a-token');
  assert.equal(claimed.result, 'claimed');

  const [oldest, ...others] = await collect('xmlfan.heartbeat.age');

  assert.deepEqual([oldest?.attributes, others], [{ 'xmlfan.product_line': 'letters' }, []]);
  assert.ok(Number(oldest?.value) >= 0 && Number(oldest?.value) < 60);
  await store.requestStatus(run.runId, 'cancelling');
});

test('nothing that is sent holds anything of a document', () => {
  const sent = JSON.stringify([
    metricExporter.getMetrics(),
    spanExporter.getFinishedSpans().map(({ attributes }) => attributes),
  ]);

  assert.doesNotMatch(sent, /SECRET/);
});

async function pendingByLine(): Promise<string[]> {
  const points = await collect('xmlfan.pending');
  return points.map(({ attributes, value }) => `${String(attributes['xmlfan.product_line'])} ${String(value)}`);
}

function sumOf({ value }: DataPoint<unknown>): unknown {
  return typeof value === 'object' && value !== null && 'sum' in value ? value.sum : value;
}

const SURVEY = { by: 'modulo', instanceCount: 2, bounds: { start: null, end: null }, limit: null } as const;
