// Figures that the page derives from those of the API.

import { formatDuration } from './format.js';

/** @typedef {import('./answers.js').InstanceView} InstanceView */
/** @typedef {import('./answers.js').RunView} RunView */
/** @typedef {Pick<InstanceView, 'instance_id' | 'status' | 'silent' | 'leased' | 'documents_per_minute' | 'seconds'>} Sign what tells the state of an instance */

/** From here on instances are shown in groups. */
export const MANY_INSTANCES = 17;

const SETTLED_SECONDS = 120;

/**
 * What a run is called: stale, silent and pausing are states of their own.
 * @param {{ status: string, stale: boolean, silent: boolean, pausing: boolean }} run
 */
export function stateOf({ status, stale, silent, pausing }) {
  return stale ? 'stale' : silent ? 'silent' : pausing ? 'pausing' : status;
}

/**
 * A line's latest run as it was seen last: its counts may be a minute old.
 * @template {{ product_line: string, started: string }} Run
 * @param {string} line
 * @param {Run | null} counted the latest when the line was counted
 * @param {readonly Run[]} seen newest first
 */
export function latestRun(line, counted, seen) {
  const run = seen.find(({ product_line: name }) => name === line);
  return run !== undefined && (counted === null || Date.parse(run.started) >= Date.parse(counted.started))
    ? run
    : counted;
}

/** Seconds without a sign of life from which on no end is told (see `QUIET_SECONDS` of the store). */
const QUIET_SECONDS = 10;

/**
 * Why no end is told of a run that is at work.
 * @param {Pick<RunView, 'planned' | 'heartbeat_age_seconds'>} run
 */
export function noEndYet({ planned, heartbeat_age_seconds: age }) {
  if (planned === null) return 'Counting what is pending';
  if (age !== null && age > QUIET_SECONDS) return `No sign of life for ${formatDuration(age)}`;
  return 'Too early to tell when it ends';
}

/**
 * How long a run was paused, and how long nobody was at work on it, in seconds.
 * @param {Pick<RunView, 'pauses'>} run
 */
export function stoodStill({ pauses }) {
  const sum = (/** @type {'paused' | 'silent'} */ kind) =>
    Math.round(pauses.reduce((seconds, [from, to, why]) => seconds + (why === kind ? to - from : 0), 0));
  return { paused: sum('paused'), silent: sum('silent') };
}

/**
 * When something is expected to end, by the clock of the database: the same whenever it is looked at.
 * @param {{ started: string, seconds: number }} run
 * @param {number} eta seconds from when the run was told of
 * @returns {number} milliseconds since 1970
 */
export function endsAt({ started, seconds }, eta) {
  return Date.parse(started) + (seconds + eta) * 1000;
}

/**
 * @typedef {'planned' | 'running' | 'completed' | 'failed' | 'silent' | 'slow' | 'pausing' | 'paused' | 'stopped'} InstanceState
 */

/**
 * What instances are, those that stand out by names of their own: silent ones, and those far slower than the others.
 * @param {{ status: RunView['status'], instances: readonly Sign[] }} run
 * @returns {ReadonlyMap<number, InstanceState>}
 */
export function instanceStates({ status, instances }) {
  const rates = instances.filter((one) => one.status === 'running').map((one) => one.documents_per_minute);
  const median = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
  return new Map(instances.map((one) => [one.instance_id, stateOfInstance(status, one, median)]));
}

/**
 * @param {RunView['status']} run
 * @param {Sign} instance
 * @param {number} median documents a minute
 * @returns {InstanceState}
 */
function stateOfInstance(run, { status, silent, leased, documents_per_minute: rate, seconds }, median) {
  if (status !== 'running') return status;
  if (run === 'paused') return leased ? 'pausing' : 'paused';
  if (run === 'cancelling') return status;
  if (run !== 'running') return 'stopped';
  if (silent) return 'silent';
  return seconds > SETTLED_SECONDS && rate < median / 2 ? 'slow' : 'running';
}

/** Seconds later than the median from which skew is worth a sentence, and as a share of the whole. */
const SKEW_SECONDS = 60;
const SKEW_SHARE = 0.1;

/**
 * What can be said of when instances end: the latest of those of which it is known, and whether the others end with it. Advice needs a minute of
 * work, and all ends: a few seconds tell nothing of how evenly the work is spread.
 * @template {{ end: number, known: boolean }} Lane
 * @param {readonly Lane[]} lanes
 * @param {Pick<RunView, 'ended' | 'seconds' | 'worked_seconds'> & { instances: readonly Pick<InstanceView, 'status'>[] }} run
 * @returns {{ said: 'none' | 'alone' | 'early' | 'even' | 'skewed', last: Lane | null, seconds: number }} from the first to the last, or later than the median
 */
export function judgeEnds(lanes, { ended, seconds: now, worked_seconds: worked, instances }) {
  const known = lanes.filter((lane) => lane.known).toSorted((a, b) => b.end - a.end);
  const [last = null] = known;
  const median = known[Math.floor(known.length / 2)];
  if (last === null || median === undefined)
    return { said: lanes.length === 0 ? 'none' : 'early', last: null, seconds: 0 };
  const left = ended === null && instances.some(({ status }) => status === 'planned');
  const open = left || known.length < lanes.length;
  // Who is at work ends later than who has ended.
  if (open && last.end <= now) return { said: 'early', last: null, seconds: 0 };
  if (lanes.length === 1 && !left) return { said: 'alone', last, seconds: 0 };
  if (ended === null && (open || worked < SKEW_SECONDS)) return { said: 'early', last, seconds: 0 };
  const later = last.end - median.end;
  if (later < SKEW_SECONDS || later < SKEW_SHARE * last.end)
    return { said: 'even', last, seconds: last.end - (known.at(-1)?.end ?? last.end) };
  return { said: 'skewed', last, seconds: later };
}

/**
 * The throughput between neighbouring samples; null where the run stood still, which begins and ends where it did.
 * @param {Pick<RunView, 'samples' | 'pauses'>} run
 * @returns {{ seconds: number[], rates: (number | null)[] }}
 */
export function throughput({ samples, pauses }) {
  /** @type {[number, number | null][]} */
  const points = [[0, 0]];
  let before = START;
  for (const sample of apart(samples)) {
    const [from, to] = [before[0], sample[0]];
    const stood = pauses
      .map((pause) => [Math.max(from, pause[0]), Math.min(to, pause[1])])
      .filter(([a = 0, b = 0]) => b > a);
    const worked = stood.reduce((left, [a = 0, b = 0]) => left - (b - a), to - from);
    const rate = worked > 0 ? ((sample[1] - before[1]) / Math.max(1, worked)) * 60 : 0;
    for (const [a = 0, b = 0] of stood) points.push([a, rate], [(a + b) / 2, null], [b, rate]);
    points.push([to, rate]);
    before = sample;
  }
  const until = pauses.at(-1)?.[1] ?? 0;
  // What it has been paused for since is seen too.
  points.push([until, null]);
  const rising = points.filter(([second], at) => at === 0 || second > (points[at - 1]?.[0] ?? 0));
  return { seconds: rising.map(([second]) => second), rates: rising.map(([, rate]) => rate) };
}

/**
 * Why there is no curve.
 * @param {{ ended: string | null, totals: { documents: number }, worked_seconds: number }} run
 */
export function nothingToDraw({ ended, totals, worked_seconds: worked }) {
  if (totals.documents === 0)
    return ended === null ? 'Nothing to draw yet: no document is done.' : 'Nothing to draw: no document was done.';
  if (worked >= BRIEF_SECONDS) return 'Nothing to draw: no document was done in the time that is shown.';
  return ended === null
    ? 'Nothing to draw yet: a curve needs a few seconds of work.'
    : 'Nothing to draw: it was over within moments, and a curve needs a few seconds of work.';
}

const BRIEF_SECONDS = 10;

/** @type {readonly [number, number, number]} */
const START = [0, 0, 0];

/** The curve has about so many points. */
const MOST_POINTS = 60;

/**
 * Samples without those that come so shortly after another that their difference tells nothing; the last one stays.
 * @param {RunView['samples']} samples
 */
function apart(samples) {
  const step = Math.max(1, (samples.at(-1)?.[0] ?? 0) / MOST_POINTS);
  /** @type {RunView['samples']} */
  const kept = [];
  for (const [at, sample] of samples.entries()) {
    const isLate = sample[0] - (kept.at(-1)?.[0] ?? 0) >= step;
    if (!isLate && at === samples.length - 1) kept.pop();
    if (isLate || at === samples.length - 1) kept.push(sample);
  }
  return kept;
}
