import type { Attributes, Span } from '@opentelemetry/api';
import { context, metrics, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Activities } from './run/activities.ts';
import type { Line, Lines } from './run/line.ts';
import type { Group, GroupResult, Instance, RunAfter, Store, Totals } from './store/port.ts';

// Measures the work from outside: the rooms know nothing of it. Without a provider (telemetry-export.ts) every call here does nothing.

const SCOPE = 'xmlfan';
const LINE = 'xmlfan.product_line';
const RUN = 'xmlfan.run.id';
const INSTANCE = 'xmlfan.instance.id';

/** A position in a trace as W3C Trace Context writes it, `00-<trace>-<span>-<flags>`. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/u;

/**
 * Does work whose spans are children of the host's: with what is no trace parent they begin a trace of their own. Whether they are kept is decided
 * here: hosts pass activities of Durable Functions on as not sampled where they do not record them themselves.
 */
export async function inHostTrace<T>(traceParent: string | undefined, work: () => Promise<T>): Promise<T> {
  const [, traceId, spanId] = TRACE_PARENT.exec(traceParent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return work();
  const parent = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return context.with(trace.setSpanContext(ROOT_CONTEXT, parent), work);
}

/** Counts that the schedule has fired: where it stops, nobody else tells. */
export function countTick(): void {
  metrics
    .getMeter(SCOPE)
    .createCounter('xmlfan.schedule.ticks', { unit: '{tick}', description: 'Times that the run schedule fired' })
    .add(1);
}

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
      const attributes = { [RUN]: runId, [LINE]: productLine, [INSTANCE]: instanceId };
      return inSpan('xmlfan.slice', attributes, async (span) => {
        const result = await activities.processSlice(input);
        span.setAttribute('xmlfan.slice.result', 'next' in result ? result.next : 'failed');
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
  const heartbeat = meter.createObservableGauge('xmlfan.heartbeat.age', {
    unit: 's',
    description: 'Age of the oldest heartbeat of an instance at work',
  });
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { productLine, instances } of await liveInstances(lines)) {
        const attributes = { [LINE]: productLine };
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
  const countEnd = createEndCounter(productLine);
  const countEnded = <After extends RunAfter | null>(run: After): After => {
    if (run?.endedNow === true) countEnd(run.status);
    return run;
  };
  // The store tells absolute totals: what a group added is the difference to what the claim last saw.
  const seen = new Map<string, Totals>();
  return {
    ...store,
    openRun: async (run) => {
      const opened = await store.openRun(run);
      if (opened.result === 'opened' && opened.tookOver !== null) countEnd('failed');
      return opened;
    },
    requestStatus: async (runId, to) => countEnded(await store.requestStatus(runId, to)),
    finishRun: async (runId, error) => countEnded(await store.finishRun(runId, error)),
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
      const attributes = { [RUN]: claim.runId, [LINE]: productLine, [INSTANCE]: claim.instanceId };
      return inSpan('xmlfan.batch', { ...attributes, 'xmlfan.batch.size': group.documents.length }, async () => {
        const started = performance.now();
        const result = await store.writeGroup(claim, group);
        record(group, result, { seconds: (performance.now() - started) / 1000, before: seen.get(claim.token) });
        if (result.result === 'written') seen.set(claim.token, result.totals);
        return result;
      });
    },
  };
}

function createEndCounter(productLine: string): (status: string) => void {
  const ended = metrics
    .getMeter(SCOPE)
    .createCounter('xmlfan.run.ended', { unit: '{run}', description: 'Runs that ended, by status' });
  return (status) => ended.add(1, { [LINE]: productLine, 'xmlfan.run.status': status });
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
  const size = meter.createHistogram('xmlfan.batch.size', { unit: '{document}', description: 'Documents of a batch' });

  return (group: Group, result: GroupResult, at: { seconds: number; before: Totals | undefined }): void => {
    if (result.result === 'lost') return;
    const attributes = { [LINE]: productLine, 'xmlfan.dry_run': group.dryRun };
    duration.record(at.seconds, attributes);
    size.record(group.documents.length, attributes);
    for (const outcome of ['success', 'failed', 'alreadyPresent', 'doneByAnother'] as const) {
      const added = result.totals[outcome] - (at.before?.[outcome] ?? 0);
      if (added > 0) documents.add(added, { ...attributes, 'xmlfan.outcome': OUTCOMES[outcome] });
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
