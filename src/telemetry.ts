import type { Attributes, Span } from '@opentelemetry/api';
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Activities } from './run/activities.ts';
import type { Line, Lines } from './run/line.ts';
import type { Claim, Group, GroupResult, Instance, Store, Totals } from './store/port.ts';

// Measures the work from outside: the rooms know nothing of it. Without a provider (telemetry-export.ts) every call here does nothing.

const SCOPE = 'xmlfan';

/** The same lines; what their stores commit is counted and timed. */
export function observeLines(lines: Lines): Lines {
  const observed = new Map(lines.all().map((line) => [line.productLine, observeLine(line)]));
  return {
    database: lines.database,
    all: () => [...observed.values()],
    find: (productLine) => observed.get(productLine) ?? lines.find(productLine),
  };
}

/** The same activities, with a span for each slice: batches are its children. */
export function observeActivities(activities: Activities): Activities {
  return {
    ...activities,
    processSlice: async (input) => {
      const { runId, productLine, instanceId } = input;
      const attributes = { run_id: runId, product_line: productLine, instance_id: instanceId };
      return inSpan('xmlfan.slice', attributes, async (span) => {
        const result = await activities.processSlice(input);
        span.setAttribute('result', 'next' in result ? result.next : 'failed');
        return result;
      });
    },
  };
}

/** Reports what live runs have left and how old their oldest sign of life is, whenever metrics are collected. */
export function observeLiveRuns(lines: Lines): void {
  const meter = metrics.getMeter(SCOPE);
  const pending = meter.createObservableGauge('xmlfan.pending', {
    unit: '{document}',
    description: 'Planned documents that are not done',
  });
  const heartbeat = meter.createObservableGauge('xmlfan.heartbeat.oldest', {
    unit: 's',
    description: 'Age of the oldest heartbeat of an instance at work',
  });
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { productLine, instances } of await liveInstances(lines)) {
        const attributes = { product_line: productLine };
        const left = instances.map(({ planned, totals }) => Math.max(0, planned - totals.documents));
        result.observe(
          pending,
          left.reduce((sum, documents) => sum + documents, 0),
          attributes,
        );
        const ages = instances
          .filter(({ status }) => status === 'running')
          .map((instance) => instance.heartbeatAge ?? 0);
        if (ages.length > 0) result.observe(heartbeat, Math.max(...ages), attributes);
      }
    },
    [pending, heartbeat],
  );
}

/** The instances of each line's live run; a line without one has none, so that its gauge falls to zero. */
async function liveInstances(lines: Lines): Promise<{ productLine: string; instances: readonly Instance[] }[]> {
  const live = lines.all().map(async ({ productLine, store }) => {
    const run = await store.liveRun();
    const own = run !== null && run.productLine === productLine;
    return { productLine, instances: own ? await store.listInstances(run.runId) : [] };
  });
  return Promise.all(live);
}

function observeLine(line: Line): Line {
  return { ...line, store: observeStore(line.store, line.productLine) };
}

function observeStore(store: Store, productLine: string): Store {
  const record = createRecorder(productLine);
  // The store tells absolute totals: what a group added is the difference to what the claim last saw.
  const seen = new Map<string, Totals>();
  return {
    ...store,
    claimInstance: async (runId, instanceId, token) => {
      const result = await store.claimInstance(runId, instanceId, token);
      if (result.result === 'claimed') seen.set(token, result.instance.totals);
      return result;
    },
    releaseInstance: async (claim) => {
      seen.delete(claim.token);
      await store.releaseInstance(claim);
    },
    writeGroup: async (claim, group) => {
      const attributes = { run_id: claim.runId, product_line: productLine, instance_id: claim.instanceId };
      return inSpan('xmlfan.batch', { ...attributes, documents: group.documents.length }, async () => {
        const started = performance.now();
        const result = await store.writeGroup(claim, group);
        record(claim, group, result, { seconds: (performance.now() - started) / 1000, before: seen.get(claim.token) });
        if (result.result === 'written') seen.set(claim.token, result.totals);
        return result;
      });
    },
  };
}

const OUTCOMES = {
  success: 'success',
  failed: 'failed',
  alreadyPresent: 'already_present',
  doneByAnother: 'done_by_another',
} as const satisfies Partial<Record<keyof Totals, string>>;

function createRecorder(productLine: string) {
  const meter = metrics.getMeter(SCOPE);
  const documents = meter.createCounter('xmlfan.documents', { unit: '{document}', description: 'Documents done' });
  const duration = meter.createHistogram('xmlfan.batch.duration', { unit: 's', description: 'Time to commit a batch' });
  const size = meter.createHistogram('xmlfan.batch.documents', { unit: '{document}', description: 'Size of a batch' });

  return (
    claim: Claim,
    group: Group,
    result: GroupResult,
    at: { seconds: number; before: Totals | undefined },
  ): void => {
    if (result.result === 'lost') return;
    const attributes = { product_line: productLine, instance_id: claim.instanceId, dry_run: group.dryRun };
    duration.record(at.seconds, attributes);
    size.record(group.documents.length, attributes);
    for (const outcome of ['success', 'failed', 'alreadyPresent', 'doneByAnother'] as const) {
      const added = result.totals[outcome] - (at.before?.[outcome] ?? 0);
      if (added > 0) documents.add(added, { ...attributes, outcome: OUTCOMES[outcome] });
    }
  };
}

async function inSpan<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return trace.getTracer(SCOPE).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      // The class only: a message might quote a document.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
