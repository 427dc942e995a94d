import { trim } from './text.ts';
import type { Note } from './value.ts';
import { noteNothing } from './value.ts';

/** Year, month and day, then hour, minute and second, in digits. */
type Parts = readonly [string, string, string];

const MIDNIGHT: Parts = ['0', '0', '0'];

/** `Y-M-D h:m:s[.f]` at the start of a text; what follows is dropped, but for AM or PM at the end (V06). */
const DASHES_START =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]+))?(?:\s*([AP])M$)?/i;
/** A day of its own, with the zone that XML Schema allows a date. */
const DASHES_DAY = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(Z|[+-][0-9]{2}:[0-9]{2}|\+[0-9]{2}(?:[0-9]{2})?)?$/i;
const SLASHES =
  /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})(?:\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\s+([AP])M)?)?$/i;

/** The day of ISO 8601: extended, basic, by week. No digit may follow: more than eight are no date. */
const ISO_DAY =
  /^([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|-W([0-9]{2})(?:-([0-9])(?![0-9]))?|W([0-9]{2})([0-9])?)(?![0-9])/;
/** Hours, minutes and seconds, with colons or without; without them the fraction's point may be missing too. */
const CLOCK = String.raw`([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?|([0-9]{2})([0-9]{2})?)?(?:(?:[.,]|(?<=^[0-9]{6})(?=[0-9]{2}))([0-9]+))?`;
const ZONE = String.raw`[Zz]|[+-](?:[01][0-9]|2[0-3])(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?|[0-9]{2}(?:[0-9]{2})?)?`;
/** One blank may stand before the zone, but not behind a fraction of more than seven digits. */
const ISO_TIME = new RegExp(`^${CLOCK}(?:(?:(?<![.,][0-9]{8,}) )?(${ZONE}))?$`);

/**
 * Reads any date format of spec 6.5 to a timestamp `2024-01-31T00:00:00[.f]`, or null. Zones are dropped, the clock
 * time is kept; that is noted, and so is any other text behind the time. Timestamps compare as text.
 */
export function readTimestamp(text: string, note: Note = noteNothing): string | null {
  const trimmed = trim(text);
  const first = trimmed.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39)) return null;
  const short = readShort(trimmed);
  if (short !== null) return short;
  for (const { read } of DATE_FORMS) {
    const timestamp = read(trimmed, note);
    if (timestamp !== null) return timestamp;
  }
  return null;
}

interface DateForm {
  /** A text that this form reads and none before it; the reference shows it (spec 6.5). */
  readonly example: string;
  /** Reads a trimmed text that begins with a digit. */
  readonly read: (text: string, note: Note) => string | null;
}

/** What dates look like, in the order in which it is tried. */
export const DATE_FORMS: readonly DateForm[] = [
  { example: '2024-01-31 10:20:30.5', read: readDashes },
  { example: '1/31/2024 10:20:30 AM', read: readSlashes },
  { example: '2024-W05-3', read: readIso8601 },
];

/**
 * The short way for `2024-01-31`, with a time of day behind `T` or a blank, and `01/31/2024`: by codes, four times as fast as
 * by patterns. Null leaves the text to the long way, and so do the last days of months.
 */
function readShort(text: string): string | null {
  const { length } = text;
  if (length !== 10 && length !== 19) return null;
  if (text[4] === '-' && text[7] === '-') {
    if (!isEarlyDay(pair(text, 0), pair(text, 2), pair(text, 5), pair(text, 8))) return null;
    if (length === 10) return `${text}T00:00:00`;
    if (text[13] !== ':' || text[16] !== ':' || !isClock(pair(text, 11), pair(text, 14), pair(text, 17))) return null;
    if (text[10] === 'T') return text;
    return text[10] === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : null;
  }
  if (length !== 10 || text[2] !== '/' || text[5] !== '/') return null;
  if (!isEarlyDay(pair(text, 6), pair(text, 8), pair(text, 0), pair(text, 3))) return null;
  return `${text.slice(6)}-${text.slice(0, 2)}-${text.slice(3, 5)}T00:00:00`;
}

/** Two digits as a number, or -1. */
function pair(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 0x30, text.charCodeAt(at + 1) - 0x30];
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/** A day that every month has. */
function isEarlyDay(century: number, year: number, month: number, day: number): boolean {
  return century >= 0 && year >= 0 && century + year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

function isClock(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
}

/** Year first. */
function readDashes(text: string, note: Note): string | null {
  const match = DASHES_START.exec(text);
  if (match === null) return readDashesDay(text, note);
  const [whole, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction, half] = match;
  if (fraction !== undefined && fraction.length > 6) return null;
  const clamped = Number(second) > 59 ? '59' : second;
  const timestamp = composeTimestamp([year, month, day], [clockHour(hour, half) ?? hour, minute, clamped], fraction);
  if (timestamp !== null && whole.length < text.length) {
    note(isZone(text.slice(whole.length)) ? 'zone_dropped' : 'extracted');
  }
  return timestamp;
}

/** A day, which stays that day whatever its zone: there is no time to move. Schema's zones end at 14 hours; beyond, it is a time. */
function readDashesDay(text: string, note: Note): string | null {
  const [whole, year = '', month = '', day = '', zone] = DASHES_DAY.exec(text) ?? [];
  if (whole === undefined || Number(zone?.slice(1, 3)) > 14) return null;
  const timestamp = composeTimestamp([year, month, day], MIDNIGHT, undefined);
  if (timestamp !== null && zone !== undefined) note('zone_dropped');
  return timestamp;
}

/** An offset, or the name of a zone. */
function isZone(text: string): boolean {
  return /^\s*(?:[+-][0-9]{1,2}(?::?[0-9]{2})?|(?:UTC|GMT)[+-][0-9:]+|[A-Za-z]{1,5}|[A-Za-z]+\/[A-Za-z_/]+)$/.test(
    text,
  );
}

/** Month first, and only where that is no date, day first; day first knows no AM and PM. */
function readSlashes(text: string): string | null {
  const match = SLASHES.exec(text);
  if (match === null) return null;
  const [, first = '', second = '', year = '', hour = '0', minute = '0', seconds = '0', half] = match;
  const clock = clockHour(hour, half);
  const monthFirst = clock && composeTimestamp([year, first, second], [clock, minute, seconds], undefined);
  if (monthFirst !== null || half !== undefined) return monthFirst;
  return composeTimestamp([year, second, first], [hour, minute, seconds], undefined);
}

/** The hour of a day by that of a half; null if a half has no such hour. */
function clockHour(hour: string, half: string | undefined): string | null {
  if (half === undefined) return hour;
  const value = hourOfDay(Number(hour), half);
  return value === null ? null : String(value);
}

/** The hour of a day by that of a half, which is `a`, `p`, `AM` and the like; null if a half has no such hour. */
export function hourOfDay(hour: number, half: string): number | null {
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
}

/** ISO 8601 as `datetime.fromisoformat` of Python 3.11 reads it: any character but a digit before the time. */
function readIso8601(text: string, note: Note): string | null {
  const match = ISO_DAY.exec(text);
  const day = match && isoDay(match);
  if (match === null || day === null) return null;
  const end = match[0].length;
  if (text.length === end) return composeTimestamp(day, MIDNIGHT, undefined);
  const separator = String.fromCodePoint(text.codePointAt(end) ?? 0);
  const time = ISO_TIME.exec(text.slice(end + separator.length));
  if (time === null) return null;
  const [, hour = '', minute, second, minute2, second2, fraction, zone] = time;
  const timestamp = composeTimestamp(day, [hour, minute ?? minute2 ?? '0', second ?? second2 ?? '0'], fraction);
  if (timestamp !== null && zone !== undefined) note('zone_dropped');
  return timestamp;
}

function isoDay([
  ,
  year = '',
  month,
  day,
  month2,
  day2,
  week,
  weekday,
  week2,
  weekday2,
]: RegExpExecArray): Parts | null {
  const number = week ?? week2;
  return number === undefined
    ? [year, month ?? month2 ?? '', day ?? day2 ?? '']
    : dayOfWeek(Number(year), Number(number), Number(weekday ?? weekday2 ?? '1'));
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MS_A_DAY = 86_400_000;
const FIRST_DAY = Date.parse('0001-01-01');
const AFTER_LAST_DAY = Date.parse('+010000-01-01');

/** The current time as columns hold it. */
export function printTimestamp(time: Date): string {
  return time.toISOString().replace(/\.?0*Z$/, '');
}

/** The day `days` after a timestamp, as `YYYY-MM-DD` (the time of day is dropped, spec 8.3), or null outside years 1-9999. */
export function addDays(timestamp: string, days: number): string | null {
  const moved = Number(timestamp.slice(8, 10)) + Math.trunc(days);
  // Within the month, or not far behind it: without a `Date` at a fifth of the price.
  if (moved >= 1 && moved <= 28) return timestamp.slice(0, 8) + two(String(moved));
  if (moved > 28 && moved <= 366) return laterDay(Number(timestamp.slice(0, 4)), Number(timestamp.slice(5, 7)), moved);
  const time = Date.parse(timestamp.slice(0, 10)) + Math.trunc(days) * MS_A_DAY;
  return time >= FIRST_DAY && time < AFTER_LAST_DAY ? new Date(time).toISOString().slice(0, 10) : null;
}

/** A day that may be beyond the end of its month, as `YYYY-MM-DD`, or null beyond year 9999. */
function laterDay(firstYear: number, firstMonth: number, moved: number): string | null {
  let [year, month, day] = [firstYear, firstMonth, moved];
  for (let days = daysIn(year, month); day > days; days = daysIn(year, month)) {
    day -= days;
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return year > 9999 ? null : `${String(year).padStart(4, '0')}-${two(String(month))}-${two(String(day))}`;
}

/**
 * The timestamp of a day and a time, or null if the calendar has no such time. A leap second reads as the one before;
 * a fraction keeps six digits, without trailing zeros.
 */
function composeTimestamp(
  [year, month, day]: Parts,
  [hour, minute, second]: Parts,
  fraction: string | undefined,
): string | null {
  const m = Number(month);
  if (year === '0000' || m < 1 || m > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), m)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const tail = fraction === undefined ? '' : fraction.slice(0, 6).replace(/0+$/, '');
  const clock = `${two(hour)}:${two(minute)}:${second === '60' ? '59' : two(second)}`;
  const timestamp = `${year}-${two(month)}-${two(day)}T${clock}`;
  return tail === '' ? timestamp : `${timestamp}.${tail}`;
}

/** The day of an ISO week, or null if there is none; week 1 holds January 4. */
function dayOfWeek(year: number, week: number, weekday: number): Parts | null {
  if (year < 1 || weekday < 1 || weekday > 7 || week < 1 || week > weeksIn(year)) return null;
  const date = addDays(firstMonday(year), (week - 1) * 7 + weekday - 1);
  return date === null ? null : [date.slice(0, 4), date.slice(5, 7), date.slice(8, 10)];
}

function two(part: string): string {
  return part.length === 1 ? `0${part}` : part;
}

/** Days of a month, from 1. */
export function daysIn(year: number, month: number): number {
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
