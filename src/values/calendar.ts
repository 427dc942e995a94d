const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MS_A_DAY = 86_400_000;
const FIRST_DAY = Date.parse('0001-01-01');
const AFTER_LAST_DAY = Date.parse('+010000-01-01');

/** The current time as columns hold it. */
export function printTimestamp(time: Date): string {
  return time.toISOString().replace(/\.?0*Z$/, '');
}

/**
 * The timestamp `2024-01-31T00:00:00[.f]` of a day and a time, each part in digits, or null if the calendar has no such
 * time. A fraction keeps six digits, without trailing zeros.
 */
export function composeTimestamp(
  [year, month, day]: readonly [string, string, string],
  [hour, minute, second]: readonly [string, string, string],
  fraction: string | undefined,
): string | null {
  const m = Number(month);
  if (year === '0000' || m < 1 || m > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), m)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const tail = fraction === undefined ? '' : fraction.slice(0, 6).replace(/0+$/, '');
  const timestamp = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  return tail === '' ? timestamp : `${timestamp}.${tail}`;
}

/** The day `days` after a timestamp, as `YYYY-MM-DD` (the time of day is dropped, spec 8.3), or null outside years 1-9999. */
export function addDays(timestamp: string, days: number): string | null {
  const time = Date.parse(timestamp.slice(0, 10)) + Math.trunc(days) * MS_A_DAY;
  return time >= FIRST_DAY && time < AFTER_LAST_DAY ? new Date(time).toISOString().slice(0, 10) : null;
}

/** Year, month and day of an ISO week's day, or null if there is none; week 1 holds January 4. */
export function dayOfWeek(year: number, week: number, weekday: number): readonly [string, string, string] | null {
  if (year < 1 || weekday < 1 || weekday > 7 || week < 1 || week > weeksIn(year)) return null;
  const date = addDays(firstMonday(year), (week - 1) * 7 + weekday - 1);
  return date === null ? null : [date.slice(0, 4), date.slice(5, 7), date.slice(8, 10)];
}

function two(part: string): string {
  return part.length === 1 ? `0${part}` : part;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

function firstMonday(year: number): string {
  const fourth = `${String(year).padStart(4, '0')}-01-04`;
  const weekday = new Date(`${fourth}T00:00:00Z`).getUTCDay() || 7;
  return addDays(fourth, 1 - weekday) ?? fourth;
}

function weeksIn(year: number): number {
  const newYear = new Date(`${String(year).padStart(4, '0')}-01-01T00:00:00Z`).getUTCDay();
  return newYear === 4 || (newYear === 3 && daysIn(year, 2) === 29) ? 53 : 52;
}
