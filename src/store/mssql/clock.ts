/** The database's clock, UTC: the only one that times are taken from. */
export const NOW = 'SYSUTCDATETIME()';

/** The clock a number of seconds on; `seconds` is SQL, e.g. a parameter. */
export function secondsOn(seconds: string): string {
  return `DATEADD(second, ${seconds}, ${NOW})`;
}

/** The clock a number of days on. */
export function daysOn(days: string): string {
  return `DATEADD(day, ${days}, ${NOW})`;
}

/** Seconds since the time in a column, to the millisecond. */
export function secondsSince(column: string): string {
  return `(DATEDIFF_BIG(millisecond, ${column}, ${NOW}) / 1000.0)`;
}

/** A time as text that `isoTime` makes ISO; style 121 is the same on every server and in every language. */
export function timeText(column: string): string {
  return `CONVERT(varchar(23), CAST(${column} AS datetime2(3)), 121)`;
}

/** `2024-01-31 10:00:00.000` of `timeText` as ISO text in UTC. */
export function isoTime(text: string): string {
  return `${text.trim().replace(' ', 'T')}Z`;
}
