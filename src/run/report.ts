import { sentenceOf } from '../mapping/reason.ts';
import type { FailureReason } from '../store/reasons.ts';
import type { Instance, IssueTotal, Pause, Run, RunStatus, Totals } from '../store/port.ts';
import type { Place } from '../store/matches.ts';
import { isLeft, QUIET_SECONDS, stoodStill } from '../store/rules.ts';
import type { Signs } from '../store/rules.ts';
import type { Sample } from '../store/samples.ts';
import { sumTotals } from '../store/totals.ts';
import { partitionText } from './partition-text.ts';
import { storedRequest } from './request.ts';
import type { RunRequest } from './request.ts';
import { currentRate, isEnough, mergeSamples, withoutPauses, workedUntil } from './throughput.ts';

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
  /** First claim; null before. */
  readonly started: string | null;
  /** Last sign of life of an instance that has ended; null before. */
  readonly ended: string | null;
  /** From the first claim to the last sign of life, without what the run stood still for meanwhile. */
  readonly seconds: number;
  readonly documents_per_minute: number;
  /** What is left at the speed of the last minute; null unless it is at work, was a moment ago, and has been for long enough to tell. */
  readonly eta_seconds: number | null;
  readonly heartbeat_age_seconds: number | null;
  /** At work in a running run, but without a sign of life for a minute, or stale with its run. */
  readonly silent: boolean;
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
  /** Running, but none of its instances has given a sign of life for a minute. */
  readonly silent: boolean;
  /** Paused, but groups in flight have not ended yet. */
  readonly pausing: boolean;
  readonly dry_run: boolean;
  readonly request: RunRequest;
  readonly contract_hash: string;
  readonly started: string;
  readonly ended: string | null;
  readonly seconds: number;
  /** Of those, how long it did not stand still. */
  readonly worked_seconds: number;
  readonly error: string | null;
  /** Null until the run is planned. */
  readonly planned: number | null;
  readonly percent: number | null;
  /** Over all that it has worked so far. */
  readonly documents_per_minute: number;
  /** Over the last minute that it has worked; null unless it is at work. */
  readonly documents_per_minute_now: number | null;
  /** What is left at that speed, or longer if an instance takes longer; null unless the run is at work and has been for long enough to tell. */
  readonly eta_seconds: number | null;
  /** Since the latest sign of life of any instance, or since it was resumed; null before the first and once it has ended. */
  readonly heartbeat_age_seconds: number | null;
  /** Percent of documents; null before the first. */
  readonly success_rate: number | null;
  readonly totals: TotalsView;
  readonly instances: readonly InstanceView[];
  /** Most first, at most 50; empty for a dry run, which logs nothing. */
  readonly failures: readonly FailureView[];
  readonly quality_issues: readonly QualityIssueView[];
  /** What the contract has looked for and found in no document, once 100 were converted: paths may be misspelt. */
  readonly never_matched: readonly Place[];
  /** Seconds since the start, documents and failed ones by then: at most 120 of them. */
  readonly samples: readonly Sample[];
  /** Seconds since the start between which it stood still, paused or with nobody at work on it, the last some 150 times; what goes on ends now. */
  readonly pauses: readonly (readonly [from: number, to: number, why: Pause[2]])[];
}

/** A run in a list: without what costs a look through the log, or is long. */
export type RunSummary = Omit<RunView, 'failures' | 'quality_issues' | 'samples' | 'pauses'>;

interface FailureView {
  /** As the log has it; of reasons that differ in values only, what they have in common, with … for those. */
  readonly reason: string;
  /** The same for people. */
  readonly sentence: string;
  readonly documents: number;
  readonly first_at: string | null;
}

interface QualityIssueView {
  readonly kind: string;
  readonly table: string | null;
  readonly column: string | null;
  readonly documents: number;
  /** The first ones, at most 20. */
  readonly app_ids: readonly string[];
}

/** A run and its instances. */
export function summarizeRun(run: Run, instances: readonly Instance[]): RunSummary {
  const view = viewRun(run, instances, []);
  const { failures: _failures, quality_issues: _issues, samples: _samples, pauses: _pauses, ...summary } = view;
  return summary;
}

/** Puts a run, its instances and its failures together. */
export function viewRun(run: Run, instances: readonly Instance[], failures: readonly FailureReason[]): RunView {
  const totals = sumTotals(instances.map((instance) => instance.totals));
  const seconds = secondsBetween(run.started, run.ended ?? latestTime(run, instances));
  const isRunning = run.status === 'running' && !run.stale;
  const age = run.ended === null ? ageOf(run, instances, seconds) : null;
  const silent = isRunning && age !== null && age > SILENT_SECONDS;
  const heard = lastHeard(run, instances);
  const pauses = standstills(run, { now: seconds, heard, held: !silent && !run.stale });
  const worked = round(
    Math.max(0, (run.ended === null ? lastWork(run, heard ?? seconds) : seconds) - run.stillSeconds),
  );
  const rate = perMinute(totals.documents, worked);
  const told = instances.map((instance) => ({ ...instance, samples: historyOf(run, instance) }));
  const samples = mergeSamples(told, settledAt(run, told, seconds));
  const isAtWork = isRunning && age !== null && age <= QUIET_SECONDS;
  const history = withoutPauses(samples, pauses);
  const now = isAtWork ? (currentRate(history) ?? rate) : null;
  const views = told.map((instance) => viewInstance({ ...run, pauses }, instance, seconds));
  return {
    run_id: run.runId,
    product_line: run.productLine,
    trigger: run.trigger,
    status: run.status,
    stale: run.stale,
    silent,
    pausing: run.status === 'paused' && instances.some((one) => one.leased && isHeard(run, one, seconds)),
    dry_run: run.dryRun,
    request: storedRequest(run.request),
    contract_hash: run.contractHash,
    started: run.started,
    ended: run.ended,
    seconds,
    worked_seconds: worked,
    error: run.error,
    planned: run.planned,
    percent: run.planned === null ? null : percentOf(totals.documents, run.planned),
    documents_per_minute: rate,
    documents_per_minute_now: now === null ? null : round(now),
    eta_seconds: latest([
      now === null || !isEnough(history) ? null : etaOf((run.planned ?? 0) - totals.documents, now, age ?? 0),
      ...(isAtWork ? views.map((view) => view.eta_seconds) : []),
    ]),
    heartbeat_age_seconds: age === null ? null : round(age),
    success_rate: totals.documents === 0 ? null : percentOf(totals.success, totals.documents),
    totals: viewTotals(totals),
    instances: views,
    failures: failures.map(viewReason),
    quality_issues: sumIssues(instances.flatMap((instance) => instance.issues)),
    never_matched: neverMatched(totals.success, instances),
    samples,
    pauses: pauses.map(([from, to, why]) => [from, to ?? seconds, why]),
  };
}

/** When a run stood still: what is noted, and what goes on now. A pause begins when the groups in flight have ended. */
function standstills(run: Run, signs: Signs): readonly Pause[] {
  const over = run.pauses.filter(([, to]) => to !== null);
  const goesOn = run.ended === null ? stoodStill(run, signs) : null;
  return goesOn === null || goesOn[0] >= signs.now ? over : [...over, goesOn];
}

/** Up to when a live run has worked: what its instances have done since their last signs of life is not told yet. */
function lastWork({ pauses }: Run, heard: number): number {
  const [from, to] = pauses.at(-1) ?? [0, 0];
  return Math.max(heard, to ?? from);
}

/** Seconds since the start of a run to the last sign of life of any instance; null before the first. */
function lastHeard({ started }: Run, instances: readonly Instance[]): number | null {
  const beats = instances.flatMap(({ heartbeat }) => (heartbeat === null ? [] : [secondsBetween(started, heartbeat)]));
  return beats.length === 0 ? null : Math.max(...beats);
}

/** How many documents failed for a reason, for people too. */
export function viewReason({ reason, documents, firstAt }: FailureReason): FailureView {
  return { reason, sentence: sentenceOf(reason), documents, first_at: firstAt };
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

/** `run` with all its standstills, `instance` with its whole history. */
function viewInstance(run: Run, instance: Instance, runSeconds: number): InstanceView {
  const { partition, totals, started, heartbeat, heartbeatAge: age } = instance;
  const seconds = started === null || heartbeat === null ? 0 : workedBetween(run, started, heartbeat);
  const rate = perMinute(totals.documents, seconds);
  const isRunning = run.status === 'running' && instance.status === 'running';
  const isAtWork = isRunning && !run.stale && age !== null && age <= QUIET_SECONDS;
  const history = withoutPauses(instance.samples, run.pauses);
  const now = isAtWork && isEnough(history) ? currentRate(history) : null;
  return {
    instance_id: partition.instanceId,
    instance_count: partition.instanceCount,
    partition: partitionText(partition),
    session_id: instance.sessionId,
    status: instance.status,
    planned: instance.planned,
    percent: percentOf(totals.documents, instance.planned),
    totals: viewTotals(totals),
    started,
    ended: isLeft(instance) ? null : heartbeat,
    seconds,
    documents_per_minute: rate,
    eta_seconds: now === null ? null : etaOf(instance.planned - totals.documents, now, age ?? 0),
    heartbeat_age_seconds: age === null ? null : round(age),
    silent: isRunning && (run.stale || !isHeard(run, instance, runSeconds)),
    leased: instance.leased,
    error: instance.error,
  };
}

/** Above it an instance is waited for no longer. */
const SILENT_SECONDS = 60;

/** Whether an instance gave a sign of life within a minute, or its run was paused then, which nobody could give one in. */
function isHeard(run: Run, instance: Instance, seconds: number): boolean {
  const age = ageOf(run, [instance], seconds);
  return age !== null && age <= SILENT_SECONDS;
}

/** Seconds since the latest sign of life, or since the run went on after a pause; null before the first. */
function ageOf({ pauses }: Run, instances: readonly Instance[], seconds: number): number | null {
  const ages = instances.flatMap(({ heartbeatAge }) => heartbeatAge ?? []);
  const resumed = pauses.findLast(([, , why]) => why === 'paused')?.[1] ?? -Infinity;
  return ages.length === 0 ? null : Math.min(...ages, Math.max(0, seconds - resumed));
}

/** Seconds between two times, without those that the run stood still. */
function workedBetween({ started, pauses }: Run, from: string, to: string): number {
  const until = (moment: string): number => workedUntil(secondsBetween(started, moment), pauses);
  return round(Math.max(0, until(to) - until(from)));
}

/** Up to when all have told that are at work: later on the sum would lack what others have done since. */
function settledAt(run: Run, instances: readonly Instance[], seconds: number): number {
  const atWork = instances.filter(
    (one) => one.status === 'running' && one.totals.documents > 0 && isHeard(run, one, seconds),
  );
  return Math.min(...atWork.map(({ samples }) => samples.at(-1)?.[0] ?? Infinity));
}

/** How far an instance was when: from where it began, for it had done nothing before, to its last sign of life, which need not have been due for a sample. */
function historyOf(run: Run, { samples, started, heartbeat, totals }: Instance): readonly Sample[] {
  if (started === null) return samples;
  const begun = Math.floor(Math.min(secondsBetween(run.started, started), samples[0]?.[0] ?? Infinity));
  const [second, documents] = samples.at(-1) ?? [begun, 0];
  const now = heartbeat === null ? 0 : secondsBetween(run.started, heartbeat);
  const isNews = now > second && totals.documents > documents;
  return [[begun, 0, 0], ...samples, ...(isNews ? [[now, totals.documents, totals.failed] as const] : [])];
}

/** Documents from which on something that none of them has is worth a word. */
const ENOUGH_DOCUMENTS = 100;

/** What some instance has looked for and none has found. */
export function neverMatched(documents: number, instances: readonly Pick<Instance, 'unmatched'>[]): readonly Place[] {
  const noted = instances.flatMap(({ unmatched }) => unmatched ?? []);
  if (documents < ENOUGH_DOCUMENTS) return [];
  const places = new Map(noted.flatMap(({ missed }) => missed).map((place) => [JSON.stringify(place), place]));
  const left = noted.map(
    ({ missed, unasked }) => new Set([...missed, ...unasked].map((place) => JSON.stringify(place))),
  );
  return [...places].filter(([key]) => left.every((keys) => keys.has(key))).map(([, place]) => place);
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

/** What is left, `age` seconds after it was told how much that is. */
function etaOf(documents: number, perMinuteNow: number, age: number): number | null {
  return perMinuteNow > 0 ? round(Math.max(0, (Math.max(0, documents) / perMinuteNow) * 60 - age)) : null;
}

function latest(seconds: readonly (number | null)[]): number | null {
  const known = seconds.filter((eta) => eta !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function perMinute(documents: number, seconds: number): number {
  return seconds === 0 ? 0 : round((documents / seconds) * 60);
}

/** 0 to 100, rounded down, so that 100 means all; nothing planned counts as all done. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.min(100, Math.floor((part * 10_000) / whole) / 100);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
