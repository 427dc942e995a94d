import type { Instance, IssueTotal, Run, RunStatus, Totals } from '../store/port.ts';
import { partitionText } from './partitions.ts';
import { storedRequest } from './request.ts';
import type { RunRequest } from './request.ts';

/** What happened to documents, as JSON names it. */
export interface TotalsView {
  readonly documents: number;
  readonly success: number;
  readonly failed: number;
  readonly already_present: number;
  readonly done_by_another: number;
  readonly rows: number;
  readonly duplicate_rows: number;
  readonly batches: number;
}

export interface InstanceView {
  readonly instance_id: number;
  readonly instance_count: number;
  /** e.g. `app_id % 4 == 1`. */
  readonly partition: string;
  readonly session_id: string;
  readonly status: Instance['status'];
  readonly planned: number;
  readonly percent: number;
  readonly totals: TotalsView;
  /** From the first claim to the last sign of life. */
  readonly seconds: number;
  readonly documents_per_minute: number;
  readonly heartbeat_age_seconds: number | null;
  readonly leased: boolean;
  readonly error: string | null;
}

/** A run as the CLI, the API and reports show it. Holds counts, ids and reasons; no document contents. */
export interface RunView {
  readonly run_id: string;
  readonly product_line: string;
  readonly trigger: Run['trigger'];
  readonly status: RunStatus;
  /** Live, but without a sign of life for too long: the next start takes its place. */
  readonly stale: boolean;
  readonly dry_run: boolean;
  readonly request: RunRequest;
  readonly contract_hash: string;
  readonly started: string;
  readonly ended: string | null;
  readonly seconds: number;
  readonly error: string | null;
  /** Null until the run is planned. */
  readonly planned: number | null;
  readonly percent: number | null;
  /** Over the whole run so far. */
  readonly documents_per_minute: number;
  /** Null unless the run is running and has done something. */
  readonly eta_seconds: number | null;
  /** Percent of documents; null before the first. */
  readonly success_rate: number | null;
  readonly totals: TotalsView;
  readonly instances: readonly InstanceView[];
  /** Most first, at most 50; empty for a dry run, which logs nothing. */
  readonly failures: readonly { readonly reason: string; readonly documents: number }[];
  readonly quality_issues: readonly QualityIssueView[];
}

export interface QualityIssueView {
  readonly kind: string;
  readonly table: string | null;
  readonly column: string | null;
  readonly documents: number;
  /** The first ones, at most 20. */
  readonly app_ids: readonly string[];
}

/** Puts a run, its instances and its failures together. */
export function viewRun(run: Run, instances: readonly Instance[], failures: RunView['failures']): RunView {
  const totals = sumTotals(instances.map((instance) => instance.totals));
  const seconds = secondsBetween(run.started, run.ended ?? latestTime(run, instances));
  const rate = perMinute(totals.documents, seconds);
  return {
    run_id: run.runId,
    product_line: run.productLine,
    trigger: run.trigger,
    status: run.status,
    stale: run.stale,
    dry_run: run.dryRun,
    request: storedRequest(run.request),
    contract_hash: run.contractHash,
    started: run.started,
    ended: run.ended,
    seconds,
    error: run.error,
    planned: run.planned,
    percent: run.planned === null ? null : percentOf(totals.documents, run.planned),
    documents_per_minute: rate,
    eta_seconds:
      run.status === 'running' && run.planned !== null && rate > 0
        ? round((Math.max(0, run.planned - totals.documents) / rate) * 60)
        : null,
    success_rate: totals.documents === 0 ? null : percentOf(totals.success, totals.documents),
    totals: viewTotals(totals),
    instances: instances.map(viewInstance),
    failures,
    quality_issues: sumIssues(instances.flatMap((instance) => instance.issues)),
  };
}

/** Adds totals of instances up. */
export function sumTotals(all: readonly Totals[]): Totals {
  const sum = (pick: (totals: Totals) => number): number => all.reduce((total, totals) => total + pick(totals), 0);
  return {
    documents: sum((t) => t.documents),
    success: sum((t) => t.success),
    failed: sum((t) => t.failed),
    alreadyPresent: sum((t) => t.alreadyPresent),
    doneByAnother: sum((t) => t.doneByAnother),
    rows: sum((t) => t.rows),
    duplicateRows: sum((t) => t.duplicateRows),
    batches: sum((t) => t.batches),
  };
}

/** Totals in the names of JSON. */
export function viewTotals(totals: Totals): TotalsView {
  return {
    documents: totals.documents,
    success: totals.success,
    failed: totals.failed,
    already_present: totals.alreadyPresent,
    done_by_another: totals.doneByAnother,
    rows: totals.rows,
    duplicate_rows: totals.duplicateRows,
    batches: totals.batches,
  };
}

function viewInstance(instance: Instance): InstanceView {
  const { partition, totals } = instance;
  const seconds =
    instance.started === null || instance.heartbeat === null ? 0 : secondsBetween(instance.started, instance.heartbeat);
  return {
    instance_id: partition.instanceId,
    instance_count: partition.instanceCount,
    partition: partitionText(partition),
    session_id: instance.sessionId,
    status: instance.status,
    planned: instance.planned,
    percent: percentOf(totals.documents, instance.planned),
    totals: viewTotals(totals),
    seconds,
    documents_per_minute: perMinute(totals.documents, seconds),
    heartbeat_age_seconds: instance.heartbeatAge === null ? null : round(instance.heartbeatAge),
    leased: instance.leased,
    error: instance.error,
  };
}

function sumIssues(issues: readonly IssueTotal[]): QualityIssueView[] {
  const sums = new Map<string, QualityIssueView>();
  for (const { kind, table, column, documents, appIds } of issues) {
    const key = JSON.stringify([kind, table, column]);
    const sum = sums.get(key);
    sums.set(key, {
      kind,
      table,
      column,
      documents: documents + (sum?.documents ?? 0),
      app_ids: [...(sum?.app_ids ?? []), ...appIds].slice(0, 20),
    });
  }
  return [...sums.values()].toSorted((a, b) => b.documents - a.documents);
}

/** The latest moment the database has told of: the freshest heartbeat plus its age is the database's present. */
function latestTime(run: Run, instances: readonly Instance[]): string {
  const moments = instances.flatMap(({ heartbeat, heartbeatAge }) =>
    heartbeat === null ? [] : [Date.parse(heartbeat) + (heartbeatAge ?? 0) * 1000],
  );
  return new Date(Math.max(Date.parse(run.started), ...moments)).toISOString();
}

function secondsBetween(start: string, end: string): number {
  return round(Math.max(0, Date.parse(end) - Date.parse(start)) / 1000);
}

function perMinute(documents: number, seconds: number): number {
  return seconds === 0 ? 0 : round((documents / seconds) * 60);
}

/** 0 to 100; nothing planned counts as all done. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.min(100, round((part / whole) * 100));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
