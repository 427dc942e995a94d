import { trim } from './text.ts';

/** `Y-M-D h:m:s[.f]` at the start of a text; what follows is dropped, but for AM or PM at the end (V06). */
const ISO_START =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]+))?(?:\s*([AP])M$)?/i;
const ISO_DAY = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/;
const SLASHES =
  /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})(?:\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\s+([AP])M)?)?$/i;

const STRICT_DAY = String.raw`([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|-?W([0-9]{2})(?:-?([0-9]))?)`;
const STRICT_TIME = String.raw`([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]+))?)?)?`;
const STRICT_OFFSET = String.raw`(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9](?::?[0-5][0-9](?:\.[0-9]+)?)?)?)?`;
const STRICT = new RegExp(`^${STRICT_DAY}(?:[^](?:${STRICT_TIME}${STRICT_OFFSET}))?$`, 'u');

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MS_A_DAY = 86_400_000;
const FIRST_DAY = Date.parse('0001-01-01');
const AFTER_LAST_DAY = Date.parse('+010000-01-01');

/**
 * Reads any date format of spec 6.5 to a timestamp `2024-01-31T00:00:00[.f]`, or null. Zones are dropped, the clock
 * time is kept; a fraction keeps six digits, without trailing zeros. Timestamps compare as text.
 */
export function readTimestamp(text: string): string | null {
  const trimmed = trim(text);
  const first = trimmed.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39)) return null;
  return readIso(trimmed) ?? readSlashes(trimmed) ?? readStrict(trimmed);
}

/** The current time as columns hold it. */
export function printTimestamp(time: Date): string {
  return time.toISOString().replace(/\.?0*Z$/, '');
}

/** The day `days` after a timestamp, as `YYYY-MM-DD` (the time of day is dropped, spec 8.3), or null outside years 1-9999. */
export function addDays(timestamp: string, days: number): string | null {
  const time = Date.parse(timestamp.slice(0, 10)) + Math.trunc(days) * MS_A_DAY;
  return time >= FIRST_DAY && time < AFTER_LAST_DAY ? new Date(time).toISOString().slice(0, 10) : null;
}

function readIso(text: string): string | null {
  const match = ISO_START.exec(text);
  if (match === null) {
    const day = ISO_DAY.exec(text);
    return day === null ? null : compose(day[1], day[2], day[3], '0', '0', '0', undefined);
  }
  const [, year, month, day, hour, minute, second, fraction, half] = match;
  if (fraction !== undefined && fraction.length > 6) return null;
  const clamped = Number(second) > 59 ? '59' : second;
  return compose(year, month, day, clockHour(hour, half) ?? hour, minute, clamped, fraction);
}

/** Month first, and only where that is no date, day first; day first knows no AM and PM. */
function readSlashes(text: string): string | null {
  const match = SLASHES.exec(text);
  if (match === null) return null;
  const [, first, second, year, hour = '0', minute = '0', seconds = '0', half] = match;
  const monthFirst = compose(year, first, second, clockHour(hour, half), minute, seconds, undefined);
  if (monthFirst !== null || half !== undefined) return monthFirst;
  return compose(year, second, first, hour, minute, seconds, undefined);
}

/** ISO 8601 as `datetime.fromisoformat` of Python 3.11 reads it: basic and extended forms, weeks, any separator. */
function readStrict(text: string): string | null {
  const match = STRICT.exec(text);
  if (match === null) return null;
  const [, year, month, day, month2, day2, week, weekday = '1', hour = '0', minute = '0', second = '0', fraction] =
    match;
  if (week !== undefined) {
    const date = dayOfWeek(Number(year), Number(week), Number(weekday));
    return date && compose(date.slice(0, 4), date.slice(5, 7), date.slice(8, 10), hour, minute, second, fraction);
  }
  return compose(year, month ?? month2, day ?? day2, hour, minute, second, fraction);
}

function clockHour(hour: string | undefined, half: string | undefined): string | null {
  if (half === undefined) return hour ?? null;
  const value = Number(hour);
  if (value < 1 || value > 12) return null;
  return String((value % 12) + (half.toUpperCase() === 'P' ? 12 : 0));
}

type Part = string | undefined | null;

function compose(
  year: Part,
  month: Part,
  day: Part,
  hour: Part,
  minute: Part,
  second: Part,
  fraction: string | undefined,
): string | null {
  if (!year || !month || !day || !hour || !minute || !second || year === '0000') return null;
  const m = Number(month);
  if (m < 1 || m > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), m)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const tail = fraction === undefined ? '' : fraction.slice(0, 6).replace(/0+$/, '');
  const date = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  return tail === '' ? date : `${date}.${tail}`;
}

function two(part: string): string {
  return part.length === 1 ? `0${part}` : part;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/** The date of an ISO week's day; week 1 holds January 4. */
function dayOfWeek(year: number, week: number, weekday: number): string | null {
  if (year < 1 || weekday < 1 || weekday > 7 || week < 1 || week > weeksIn(year)) return null;
  return addDays(firstMonday(year), (week - 1) * 7 + weekday - 1);
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
