// Figures that the page derives from those of the API.

/** @typedef {import('./answers.js').InstanceView} InstanceView */
/** @typedef {import('./answers.js').RunView} RunView */
/** @typedef {Pick<InstanceView, 'instance_id' | 'status' | 'silent' | 'documents_per_minute' | 'seconds'>} Sign what tells the state of an instance */

/** From here on instances are shown in groups. */
export const MANY_INSTANCES = 17;

const SETTLED_SECONDS = 120;

/**
 * What a run is called: stale and silent are states of their own.
 * @param {{ status: string, stale: boolean, silent: boolean }} run
 */
export function stateOf({ status, stale, silent }) {
  return stale ? 'stale' : silent ? 'silent' : status;
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
 * @typedef {'planned' | 'running' | 'completed' | 'failed' | 'silent' | 'slow' | 'paused' | 'stopped'} InstanceState
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
function stateOfInstance(run, { status, silent, documents_per_minute: rate, seconds }, median) {
  if (status !== 'running') return status;
  if (run === 'paused') return 'paused';
  if (run === 'cancelling') return status;
  if (run !== 'running') return 'stopped';
  if (silent) return 'silent';
  return seconds > SETTLED_SECONDS && rate < median / 2 ? 'slow' : 'running';
}

/**
 * The throughput between neighbouring samples; null where the run stood still for a pause, which begins and ends where it did.
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
