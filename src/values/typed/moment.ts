import type { ReadTyped } from './number.ts';
import { offsetMinutes } from './zone.ts';

/** A date, a time of day or both, as written: local to its zone. */
export interface Moment {
  /** Days since 1970-01-01, or null where there is only a time. */
  readonly day: number | null;
  /** Seconds since midnight, 0 to 86,400; null where there is only a date. */
  readonly second: number | null;
  /** Digits of the fraction of a second, without trailing zeros. */
  readonly fraction: string;
  /** Minutes east of UTC, or null where none is written. */
  readonly offset: number | null;
}

/** Takes a text apart; null = not of this form. */
export type ParseMoment = (text: string) => Moment | null;

/** What becomes of zones (docs/contract.md, `zone`). */
export interface ZoneRule {
  readonly given: 'utc' | 'drop';
  /** IANA name of the zone of times without one, or null. */
  readonly name: string | null;
}

export type MomentKind = 'date' | 'time' | 'datetime' | 'smalldatetime' | 'datetime2' | 'datetimeoffset';

const SCHEMA =
  /^(?:([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ](?=[0-9])|(?=Z|[+-]|$)))?(?:([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/** The forms of XML Schema's dates and times, with a blank for `T` and seconds that may be left out. */
export const parseSchemaMoment: ParseMoment = (text) => {
  const [all, year, month = '', day = '', hour, minute = '', second = '0', fraction = '', zone] =
    SCHEMA.exec(text) ?? [];
  if (all === undefined || (year === undefined && hour === undefined)) return null;
  return composeMoment({
    date: year === undefined ? null : [Number(year), Number(month), Number(day)],
    time: hour === undefined ? null : [Number(hour), Number(minute), Number(second)],
    fraction,
    offset: zone === undefined ? null : readOffset(zone),
  });
};

/** Minutes of `Z`, `+02:00` or `-0530`; NaN beyond 14 hours. */
export function readOffset(zone: string): number {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  const offset = hours * 60 + (zone.length > 3 ? minutes : 0);
  if (offset > 840 || (zone.length > 3 && minutes > 59)) return Number.NaN;
  return zone.startsWith('-') ? -offset : offset;
}

/** A moment of the calendar, or null. `24:00:00` is the end of its day; there are no leap seconds. */
export function composeMoment(parts: {
  readonly date: readonly [year: number, month: number, day: number] | null;
  readonly time: readonly [hour: number, minute: number, second: number] | null;
  readonly fraction: string;
  readonly offset: number | null;
}): Moment | null {
  const [hour, minute, second] = parts.time ?? [0, 0, 0];
  const fraction = parts.fraction.replace(/0+$/, '');
  const seconds = hour * 3600 + minute * 60 + second;
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && (seconds > DAY || fraction !== ''))) return null;
  const day = parts.date === null ? null : dayNumber(...parts.date);
  if (Number.isNaN(day) || Number.isNaN(parts.offset)) return null;
  return { day, second: parts.time === null ? null : seconds, fraction, offset: parts.offset };
}

const DAY = 86_400;

/** Days since 1970-01-01 by the Gregorian calendar; NaN if there is no such day in the years 1 to 9999. */
function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && year >= 1 && year <= 9999 ? date.getTime() / (DAY * 1000) : Number.NaN;
}

/** Reads dates and times to the exact text of a type; `scale` is the number of fraction digits, which are cut, not rounded. */
export function momentReader(
  kind: MomentKind,
  scale: number,
  zone: ZoneRule,
  forms: readonly ParseMoment[],
): ReadTyped {
  const print = PRINTERS[kind];
  return (text) => {
    for (const parse of forms) {
      const moment = parse(text);
      if (moment !== null) return print(moment, scale, zone);
    }
    return null;
  };
}

type Print = (moment: Moment, scale: number, zone: ZoneRule) => string | null;

const PRINTERS: Record<MomentKind, Print> = {
  date: (moment, _scale, zone) => inZone(moment, zone, (local) => printDay(local.day)),
  time: (moment, scale, zone) =>
    moment.second === null
      ? null
      : inZone({ ...moment, day: moment.day ?? 0 }, zone, ({ second }) => printClock(second, moment.fraction, scale)),
  datetime: (moment, _scale, zone) => printLocal(moment, 3, zone, -79_257),
  smalldatetime: (moment, _scale, zone) => printSmall(moment, zone),
  datetime2: (moment, scale, zone) => printLocal(moment, scale, zone, -Infinity),
  datetimeoffset: printWithOffset,
};

interface Local {
  readonly day: number;
  readonly second: number;
}

/** The local time that a column without zone stores, by the rule; null if there is none. */
function inZone(moment: Moment, { given, name }: ZoneRule, print: (local: Local) => string | null): string | null {
  const { day, second } = moment;
  if (day === null) return null;
  // A bare date stays that date: there is no time to move.
  if (second === null) return print({ day, second: 0 });
  const offset = moment.offset ?? (name === null ? null : offsetMinutes(name, day, second));
  if (offset !== null && Number.isNaN(offset)) return null;
  const moved = moment.offset === null ? name !== null : given === 'utc' || name !== null;
  return print(carry({ day, second: second - (moved ? (offset ?? 0) * 60 : 0) }));
}

function carry({ day, second }: Local): Local {
  const days = Math.floor(second / DAY);
  return { day: day + days, second: second - days * DAY };
}

function printLocal(moment: Moment, scale: number, zone: ZoneRule, firstDay: number): string | null {
  return inZone(moment, zone, ({ day, second }) => {
    const date = day < firstDay ? null : printDay(day);
    return date === null ? null : `${date.slice(0, 10)}T${printClock(second, moment.fraction, scale)}`;
  });
}

/** From 1900 to 2079-06-06, whole minutes. */
function printSmall(moment: Moment, zone: ZoneRule): string | null {
  return inZone(moment, zone, ({ day, second }) => {
    const date = day < -25_567 || day > 39_968 ? null : printDay(day);
    return date === null ? null : `${date.slice(0, 10)}T${printClock(second - (second % 60), '', 0)}`;
  });
}

function printWithOffset(
  { day, second, fraction, offset: own }: Moment,
  scale: number,
  { name }: ZoneRule,
): string | null {
  if (day === null) return null;
  const local = carry({ day, second: second ?? 0 });
  const offset = own ?? (name === null ? Number.NaN : offsetMinutes(name, local.day, local.second));
  const date = printDay(local.day);
  // The server keeps UTC too, which must lie in its years.
  if (
    Number.isNaN(offset) ||
    date === null ||
    printDay(carry({ ...local, second: local.second - offset * 60 }).day) === null
  )
    return null;
  return `${date.slice(0, 10)}T${printClock(local.second, fraction, scale)}${printOffset(offset)}`;
}

function printOffset(offset: number): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** As timestamps are printed: a day is midnight. Null outside the years 1 to 9999. */
function printDay(day: number): string | null {
  if (day < -719_162 || day > 2_932_896) return null;
  return `${new Date(day * DAY * 1000).toISOString().slice(0, 10)}T00:00:00`;
}

function printClock(second: number, fraction: string, scale: number): string {
  const kept = fraction.slice(0, scale).replace(/0+$/, '');
  const clock = `${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  return kept === '' ? clock : `${clock}.${kept}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
