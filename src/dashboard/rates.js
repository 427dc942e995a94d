// Figures that the page derives from those of the API.

/** @typedef {import('./answers.js').InstanceView} InstanceView */
/** @typedef {import('./answers.js').RunView} RunView */
/** @typedef {Pick<InstanceView, 'instance_id' | 'status' | 'heartbeat_age_seconds' | 'documents_per_minute' | 'seconds'>} Sign what tells the state of an instance */

/** From here on instances are shown in groups. */
export const MANY_INSTANCES = 17;

const SILENT_SECONDS = 60;
const SETTLED_SECONDS = 120;

/**
 * What a run is called: stale is its own state.
 * @param {{ status: string, stale: boolean }} run
 */
export function stateOf({ status, stale }) {
  return stale ? 'stale' : status;
}

/**
 * Documents a minute by the samples of the last minute; the average where there are none.
 * @param {{ documents_per_minute: number, samples?: RunView['samples'] }} run
 */
export function currentRate({ documents_per_minute: average, samples = [] }) {
  const last = samples.at(-1);
  if (last === undefined) return average;
  const from = samples.findLast(([second]) => second <= last[0] - 60) ?? [0, 0, 0];
  return last[0] === from[0] ? average : ((last[1] - from[1]) / (last[0] - from[0])) * 60;
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
function stateOfInstance(run, { status, heartbeat_age_seconds: age, documents_per_minute: rate, seconds }, median) {
  if (status !== 'running') return status;
  if (run === 'paused') return 'paused';
  if (run === 'cancelling') return status;
  if (run !== 'running') return 'stopped';
  if (age !== null && age > SILENT_SECONDS) return 'silent';
  return seconds > SETTLED_SECONDS && rate < median / 2 ? 'slow' : 'running';
}

/**
 * The throughput between neighbouring samples; null where the run stood still for a pause.
 * @param {Pick<RunView, 'samples' | 'seconds' | 'worked_seconds'>} run
 * @returns {{ seconds: number[], rates: (number | null)[], pauses: { from: number, to: number }[] }}
 */
export function throughput(run) {
  const samples = apart(run.samples);
  const paused = pausesOf({ ...run, samples });
  const seconds = [0];
  /** @type {(number | null)[]} */
  const rates = [0];
  samples.forEach((sample, at) => {
    const before = samples[at - 1] ?? START;
    if (sample[0] <= before[0]) return;
    const stood = paused.has(at);
    seconds.push(sample[0]);
    rates.push(stood ? null : ((sample[1] - before[1]) / (sample[0] - before[0])) * 60);
  });
  return { seconds, rates, pauses: [...paused.values()] };
}

/** @type {readonly [number, number, number]} */
const START = [0, 0, 0];

/** The curve has at most so many points. */
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

/**
 * Which samples come after a pause: those with the longest gaps before them, as far as the run was paused in all.
 * @param {Pick<RunView, 'samples' | 'seconds' | 'worked_seconds'>} run
 * @returns {Map<number, { from: number, to: number }>}
 */
function pausesOf({ samples, seconds, worked_seconds: worked }) {
  const gaps = samples.map((sample, at) => ({ at, from: (samples[at - 1] ?? START)[0], to: sample[0] }));
  const longest = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  const middle = longest[Math.floor(longest.length / 2)];
  const usual = middle === undefined ? 0 : middle.to - middle.from;
  let left = seconds - worked;
  const found = longest.filter(({ at, from, to }) => {
    // Before the first sample the run was being planned.
    const isPause = at > 0 && left > 1 && to - from - usual > Math.max(1, left / 10);
    if (isPause) left -= to - from - usual;
    return isPause;
  });
  return new Map(found.toSorted((a, b) => a.at - b.at).map(({ at, from, to }) => [at, { from, to }]));
}
