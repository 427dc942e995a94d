import type { Instance, Pause } from '../store/port.ts';
import { MOST_SAMPLES } from '../store/samples.ts';
import type { Sample } from '../store/samples.ts';

/** Documents a minute over the last minute that samples tell of; null where they tell of none. */
export function currentRate(samples: readonly Sample[]): number | null {
  const [last, first] = [samples.at(-1), samples[0]];
  if (last === undefined || first === undefined || last[0] === first[0]) return null;
  const from = Math.max(first[0], last[0] - 60);
  const documents = last[1] - at(samples, from)[0];
  return (documents / (last[0] - from)) * 60;
}

/** Seconds of work from which on a rate tells when something ends. */
const ENOUGH_SECONDS = 10;

/** Whether samples tell of enough work to say from them when it ends. */
export function isEnough(samples: readonly Sample[]): boolean {
  return (samples.at(-1)?.[0] ?? 0) - (samples[0]?.[0] ?? 0) >= ENOUGH_SECONDS;
}

/** The samples of all instances together, at most `MOST_SAMPLES`: what each had done at moments when one of them told, `until` a second. */
export function mergeSamples(instances: readonly Pick<Instance, 'samples'>[], until = Infinity): readonly Sample[] {
  const all = instances.map(({ samples }) => samples).filter((samples) => samples.length > 0);
  const seconds = [...new Set(all.flatMap((samples) => samples.map(([second]) => second)))]
    .filter((second) => second <= until)
    .toSorted((a, b) => a - b);
  const step = Math.max(1, seconds.length / MOST_SAMPLES);
  const chosen = seconds.filter(
    (_, index) => index === seconds.length - 1 || Math.floor(index / step) > Math.floor((index - 1) / step),
  );
  return chosen.map((second) => {
    const sums = all.map((samples) => at(samples, second));
    return [
      second,
      sums.reduce((sum, [documents]) => sum + documents, 0),
      sums.reduce((sum, [, failed]) => sum + failed, 0),
    ];
  });
}

/** Documents and failed ones at a moment, evenly between two samples. */
function at(samples: readonly Sample[], second: number): readonly [number, number] {
  const next = samples.findIndex((sample) => sample[0] >= second);
  if (next < 0) return [samples.at(-1)?.[1] ?? 0, samples.at(-1)?.[2] ?? 0];
  const [from, to] = [samples[next - 1] ?? [0, 0, 0], samples[next] ?? [0, 0, 0]];
  const share = to[0] === from[0] ? 1 : (second - from[0]) / (to[0] - from[0]);
  const between = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [between(from[1], to[1]), between(from[2], to[2])];
}

/** How much of the first `second` seconds of a run it did not stand still; a pause without an end goes on. */
export function workedUntil(second: number, pauses: readonly Pause[]): number {
  const paused = pauses.map(([from, to]) => Math.max(0, Math.min(second, to ?? second) - from));
  return second - paused.reduce((sum, seconds) => sum + seconds, 0);
}

/** Samples as if the run had never stood still. */
export function withoutPauses(samples: readonly Sample[], pauses: readonly Pause[]): readonly Sample[] {
  return samples.map(([second, documents, failed]) => [workedUntil(second, pauses), documents, failed]);
}
