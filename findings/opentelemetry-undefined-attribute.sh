#!/usr/bin/env bash
# @opentelemetry/sdk-metrics 2.12.1 and @opentelemetry/sdk-trace-base 2.12.1.
#
# An attribute that is undefined, which the type Attributes allows: `{ tenant: request.tenant }` where there is none.
# Guess: it counts as left out, for metrics as for spans.
# Seen:  a span leaves it out. A counter makes a series of its own for it, beside that without attributes; printed as JSON, the two have
#        the same attributes, and neither has the sum:
#          span: {}
#          series: {} 1, {} 2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @opentelemetry/api@1.9.1 @opentelemetry/sdk-metrics@2.12.1 @opentelemetry/sdk-trace-base@2.12.1
cat >tenant.mjs <<'JS'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
const tenant = undefined;
const span = new BasicTracerProvider().getTracer('demo').startSpan('request', { attributes: { tenant } });
console.log(`span: ${JSON.stringify(span.attributes)}${'tenant' in span.attributes ? ' with tenant' : ''}`);
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })] });
const counter = provider.getMeter('demo').createCounter('requests');
counter.add(1, {});
counter.add(2, { tenant });
await provider.forceFlush();
const { dataPoints } = exporter.getMetrics()[0].scopeMetrics[0].metrics[0];
console.log(`series: ${dataPoints.map(({ attributes, value }) => `${JSON.stringify(attributes)} ${value}`).join(', ')}`);
await provider.shutdown();
JS
seen=$(node tenant.mjs)
echo "$seen"
[ "$seen" = $'span: {}\nseries: {} 1, {} 2' ]
