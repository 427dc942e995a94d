// Figures that the page derives from those of the API.

/** @typedef {import('./queries.js').InstanceView} InstanceView */
/** @typedef {import('./queries.js').RunView} RunView */

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
 * @typedef {'planned' | 'running' | 'completed' | 'failed' | 'silent' | 'slow' | 'paused'} InstanceState
 */

/**
 * What instances are, those that stand out by names of their own: silent ones, and those far slower than the others.
 * @param {Pick<RunView, 'status' | 'instances'>} run
 * @returns {ReadonlyMap<number, InstanceState>}
 */
export function instanceStates({ status, instances }) {
  const rates = instances.filter((one) => one.status === 'running').map((one) => one.documents_per_minute);
  const median = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
  return new Map(instances.map((one) => [one.instance_id, stateOfInstance(status, one, median)]));
}

/**
 * @param {RunView['status']} run
 * @param {InstanceView} instance
 * @param {number} median documents a minute
 * @returns {InstanceState}
 */
function stateOfInstance(run, { status, heartbeat_age_seconds: age, documents_per_minute: rate, seconds }, median) {
  if (status !== 'running') return status;
  if (run === 'paused') return 'paused';
  if (run !== 'running') return status;
  if (age !== null && age > SILENT_SECONDS) return 'silent';
  return seconds > SETTLED_SECONDS && rate < median / 2 ? 'slow' : 'running';
}

/**
 * The throughput between neighbouring samples; null where the run stood still for a pause.
 * @param {Pick<RunView, 'samples' | 'seconds' | 'worked_seconds'>} run
 * @returns {{ seconds: number[], rates: (number | null)[], pauses: { from: number, to: number }[] }}
 */
export function throughput({ samples, seconds: all, worked_seconds: worked }) {
  const seconds = [];
  const rates = [];
  const pauses = [];
  let paused = all - worked;
  let before = /** @type {readonly [number, number, number]} */ ([0, 0, 0]);
  for (const sample of samples) {
    const gap = sample[0] - before[0];
    const usual = Math.max(5, (4 * sample[0]) / 120);
    if (paused > 1 && gap > usual) {
      pauses.push({ from: before[0], to: sample[0] });
      paused -= gap - usual;
      seconds.push((before[0] + sample[0]) / 2);
      rates.push(null);
    } else if (gap > 0) {
      if (before[0] === 0) {
        seconds.push(0);
        rates.push(0);
      }
      seconds.push(sample[0]);
      rates.push(((sample[1] - before[1]) / gap) * 60);
    }
    before = sample;
  }
  return { seconds, rates, pauses };
}
