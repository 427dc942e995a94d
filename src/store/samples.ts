/** How far an instance was: seconds since its run began, by the database's clock, documents and failed ones by then. */
export type Sample = readonly [second: number, documents: number, failed: number];

export const MOST_SAMPLES = 120;

/**
 * The samples of an instance with the latest one, if it is due. Their number is bounded whatever the length of the run: every second one goes when
 * there are too many, and the next ones are further apart.
 */
export function addSample(samples: readonly Sample[], latest: Sample | null): readonly Sample[] {
  if (latest === null) return samples;
  const since = latest[0] - (samples.at(-1)?.[0] ?? 0);
  if (since < Math.max(1, latest[0] / MOST_SAMPLES)) return samples;
  const more = [...samples, latest];
  return more.length <= MOST_SAMPLES ? more : more.filter((_, index) => index % 2 !== more.length % 2);
}
