import { count } from './words.ts';

// Judges a timer's schedule as the Functions host does, which reads it with NCrontab.Signed 3.4 (five or six fields parted by blanks and
// nothing else), or else as a .NET TimeSpan. What it does not take it drops, and the timer with it, without a failure.
// test/ncrontab.test.ts holds what those two made of each text.

/** How the host reads a schedule. */
export interface Schedule {
  readonly kind: 'cron' | 'interval';
  /** What works otherwise than it looks; empty = nothing. */
  readonly warnings: readonly string[];
}

/** Null = the host refuses it. */
export function readSchedule(text: string): Schedule | null {
  return readCron(text) ?? readInterval(text);
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** From `min` on; the host takes any beginning of them, in any case. */
  readonly names?: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];

function readCron(text: string): Schedule | null {
  const parts = text.split(' ').filter((part) => part !== '');
  if (parts.length !== 5 && parts.length !== 6) return null;
  const read = FIELDS.slice(-parts.length).map((field, index) => readField(parts[index] ?? '', field));
  if (!read.every((field) => field !== null)) return null;
  const [days, months] = [read.at(-3)?.values ?? [], read.at(-2)?.values ?? []];
  const never = days.every((day) => months.every((month) => day > daysIn(month)));
  const warnings = read.flatMap((field) => field.warnings);
  return { kind: 'cron', warnings: never ? [...warnings, 'no month has such a day: it never fires'] : warnings };
}

function daysIn(month: number): number {
  return new Date(Date.UTC(2024, month, 0)).getUTCDate();
}

interface Read {
  readonly values: readonly number[];
  readonly warnings: readonly string[];
}

function readField(text: string, field: Field): Read | null {
  const items = text.split(',').map((item) => readItem(item, field));
  if (!items.every((item) => item !== null)) return null;
  return { values: items.flatMap(({ values }) => values), warnings: items.flatMap(({ warnings }) => warnings) };
}

/** `*`, `value` or `value-value`, each with `/step`; a value with a step goes on to the end of its field. */
function readItem(item: string, field: Field): Read | null {
  const slash = item.indexOf('/');
  const step = slash < 0 ? 1 : readStep(item.slice(slash + 1));
  const ends = readRange(slash < 0 ? item : item.slice(0, slash), field);
  if (step === null || ends === null) return null;
  const [first, last] = ends;
  const [low, high] = [Math.min(first, last), slash > 0 && first === last ? field.max : Math.max(first, last)];
  // The host adds up with 32 bits.
  if (low < field.min || high > field.max || low - field.min + step > INT32_MAX) return null;
  const values = Array.from({ length: Math.floor((high - low) / Math.max(1, step)) + 1 }, (_, n) => low + n * step);
  return { values, warnings: warningsOn(item, field, { reversed: first > last, low, high, step }) };
}

function warningsOn(
  item: string,
  { name }: Field,
  { reversed, low, high, step }: { reversed: boolean; low: number; high: number; step: number },
): string[] {
  const shown = `${JSON.stringify(item)} in the field ${name}`;
  return [
    ...(reversed ? [`${shown} is read as ${low}-${high}, for the host swaps the ends of a range`] : []),
    ...(step < 1 ? [`${shown} is read as a step of 1`] : []),
    ...(step > high - low + 1 && high > low ? [`${shown} means ${low} alone`] : []),
  ];
}

/** White space that .NET leaves out around numbers; the blank parts fields. */
const NUMBER = /^[\t-\r]*([+-]?\d+)[\t-\r]*$/u;
const UNSIGNED = /^\d+[\t-\r]*$/u;
const INT32_MAX = 2 ** 31 - 1;

function readStep(text: string): number | null {
  const step = Number(NUMBER.exec(text)?.[1] ?? Number.NaN);
  return Math.abs(step) <= INT32_MAX ? step : null;
}

function readRange(text: string, field: Field): readonly [number, number] | null {
  if (text === '*') return [field.min, field.max];
  const dash = text.indexOf('-');
  const [first, last] = dash > 0 ? [text.slice(0, dash), text.slice(dash + 1)] : [text, text];
  const ends = [readValue(first, field), readValue(last, field)] as const;
  return ends[0] === null || ends[1] === null ? null : [ends[0], ends[1]];
}

function readValue(text: string, { min, names = [] }: Field): number | null {
  if (UNSIGNED.test(text)) return Number.parseInt(text, 10);
  const index = text === '' ? -1 : names.findIndex((name) => name.startsWith(text.toLowerCase()));
  return index < 0 ? null : min + index;
}

const INTERVAL = /^(?<sign>-?)(?:(?<days>\d+)\.)?(?<numbers>\d+(?::\d+){0,3})(?:\.(?<rest>\d{1,7}))?$/u;
const MOST_DAYS = 10_675_199;

function readInterval(text: string): Schedule | null {
  const { sign, days, numbers = '', rest } = INTERVAL.exec(text.trim())?.groups ?? {};
  const time = toTime(days === undefined ? null : Number(days), numbers.split(':').map(Number));
  if (time === null || (rest !== undefined && time.second === null)) return null;
  const { day, hour, minute, second } = time;
  if (day > MOST_DAYS || hour > 23 || minute > 59 || (second ?? 0) > 59) return null;
  // The host would take these and fire without a pause.
  if (sign === '-' || (day + hour + minute + (second ?? 0) === 0 && !/[1-9]/u.test(rest ?? ''))) return null;
  return { kind: 'interval', warnings: time.surprising ? [`${JSON.stringify(text)} means ${count(day, 'day')}`] : [] };
}

interface Time {
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Null where the form has none, which then has no fraction either. */
  readonly second: number | null;
  readonly surprising: boolean;
}

/** `days`, `[d.]hh:mm`, `[d.]hh:mm:ss` or `d:hh:mm:ss`; three numbers that are no time of a day are days, hours and minutes. */
function toTime(days: number | null, numbers: readonly number[]): Time | null {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const surprising = false;
  if (numbers.length === 2) return { day: days ?? 0, hour: a, minute: b, second: null, surprising };
  if (numbers.length === 3 && (days !== null || a <= 23))
    return { day: days ?? 0, hour: a, minute: b, second: c, surprising };
  if (days !== null) return null;
  if (numbers.length === 4) return { day: a, hour: b, minute: c, second: d, surprising };
  return { day: a, hour: b, minute: c, second: null, surprising: true };
}
