/** SQLite's clock as ISO text in UTC, which sorts by time. */
export const NOW = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;

/** The clock a number of seconds on; the number is the statement's parameter. */
export const SECONDS_ON = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ? || ' seconds')`;

/** Seconds since the time in a column. */
export function secondsSince(column: string): string {
  return `(unixepoch('subsec') - unixepoch(${column}, 'subsec'))`;
}
