/** Parts of a date that DATEADD and DATEDIFF count in. */
export const UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;

export type Unit = (typeof UNITS)[number];

const SECONDS: Partial<Record<Unit, number>> = { week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 };
const MONTHS: Partial<Record<Unit, number>> = { year: 12, quarter: 3, month: 1 };

/** Year, month and day of a timestamp `2024-01-31T…`. */
export function dateParts(timestamp: string): { readonly year: number; readonly month: number; readonly day: number } {
  return {
    year: Number(timestamp.slice(0, 4)),
    month: Number(timestamp.slice(5, 7)),
    day: Number(timestamp.slice(8, 10)),
  };
}

/** The timestamp so many units later, fraction and offset as they were; null outside the years 1 to 9999. The last day of a shorter month stands in for one that it lacks. */
export function addUnits(timestamp: string, unit: Unit, count: number): string | null {
  const months = MONTHS[unit];
  const time = Date.parse(`${timestamp.slice(0, 19)}Z`);
  const moved = months === undefined ? time + count * (SECONDS[unit] ?? 0) * 1000 : addMonths(time, count * months);
  const date = new Date(moved);
  if (!(date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999)) return null;
  return date.toISOString().slice(0, 19) + timestamp.slice(19);
}

function addMonths(time: number, count: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const last = new Date(date);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, last.getUTCDate()));
  return date.getTime();
}

/** How many boundaries of a unit lie between two timestamps; weeks begin on Sunday. */
export function unitsBetween(from: string, to: string, unit: Unit): number {
  return ordinal(to, unit) - ordinal(from, unit);
}

/** The number of the unit that a timestamp lies in. */
function ordinal(timestamp: string, unit: Unit): number {
  const { year, month } = dateParts(timestamp);
  const months = MONTHS[unit];
  if (months !== undefined) return Math.floor((year * 12 + month - 1) / months);
  const seconds = Math.floor(Date.parse(`${timestamp.slice(0, 19)}Z`) / 1000);
  // 1970-01-01 was a Thursday.
  return Math.floor((seconds + (unit === 'week' ? 4 * 86_400 : 0)) / (SECONDS[unit] ?? 1));
}
