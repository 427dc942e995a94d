import { hourOfDay } from '../dates.ts';
import { composeMoment, readOffset, type ParseMoment } from './moment.ts';

/** A pattern of dates and times that can be read, or what is wrong with it. */
export type CompiledPattern =
  | { readonly ok: true; readonly parse: ParseMoment; readonly hasDay: boolean; readonly hasTime: boolean }
  | { readonly ok: false; readonly message: string };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What a run of one letter reads, by Unicode's letters (UTS 35); `group` names what was read. */
const FIELDS: readonly (readonly [letters: RegExp, group: string, pattern: string])[] = [
  [/^y{4}$/, 'year', '[0-9]{4}'],
  [/^y{2}$/, 'shortYear', '[0-9]{2}'],
  [/^M$/, 'month', '[0-9]{1,2}'],
  [/^MM$/, 'month', '[0-9]{2}'],
  [/^MMM$/, 'monthName', `(?:${MONTHS.join('|')})`],
  [/^d$/, 'day', '[0-9]{1,2}'],
  [/^dd$/, 'day', '[0-9]{2}'],
  [/^H$/, 'hour', '[0-9]{1,2}'],
  [/^HH$/, 'hour', '[0-9]{2}'],
  [/^h$/, 'halfHour', '[0-9]{1,2}'],
  [/^hh$/, 'halfHour', '[0-9]{2}'],
  [/^m$/, 'minute', '[0-9]{1,2}'],
  [/^mm$/, 'minute', '[0-9]{2}'],
  [/^s$/, 'second', '[0-9]{1,2}'],
  [/^ss$/, 'second', '[0-9]{2}'],
  [/^S{1,9}$/, 'fraction', '[0-9]{#}'],
  [/^a$/, 'half', '(?:am|pm)'],
  [/^(?:X{1,3}|x{1,3}|Z{1,5})$/, 'zone', 'Z|[+-][0-9]{2}(?::?[0-9]{2})?'],
];

/**
 * Compiles `dd/MM/yyyy HH:mm` and the like; letters in quotes stand for themselves, `hl7` is the date of that standard with what
 * follows, `rfc822` that of mails and feeds. A part that the pattern lacks is 1 or 0; without any part of a day there is only a time.
 */
export function compilePattern(pattern: string): CompiledPattern {
  const named = NAMED[pattern];
  if (named !== undefined) return { ok: true, parse: named, hasDay: true, hasTime: true };
  const seen = new Set<string>();
  let source = '';
  for (const [part, letters, quoted] of pattern.matchAll(/([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z]/gs)) {
    if (letters === undefined) {
      source += escapeText(part === "''" ? "'" : (quoted?.replaceAll("''", "'") ?? part));
      continue;
    }
    const field = FIELDS.find(([candidate]) => candidate.test(part));
    if (field === undefined) return { ok: false, message: `${part} is no part of a date or time that can be read` };
    const [, group, digits] = field;
    if (seen.has(group)) return { ok: false, message: `${part} reads the ${group} a second time` };
    seen.add(group);
    source += `(?<${group}>${digits.replace('#', String(part.length))})`;
  }
  if (seen.size === 0) return { ok: false, message: 'reads no part of a date or time' };
  const expression = new RegExp(`^${source}$`, 'iu');
  const hasDay = ['year', 'shortYear', 'month', 'monthName', 'day'].some((group) => seen.has(group));
  const hasTime = ['hour', 'halfHour', 'minute', 'second', 'fraction'].some((group) => seen.has(group));
  return {
    ok: true,
    hasDay,
    hasTime,
    parse: (text) => {
      const groups = expression.exec(text)?.groups;
      return groups === undefined ? null : composeGroups(groups, hasDay, hasTime);
    },
  };
}

function composeGroups(groups: Readonly<Record<string, string | undefined>>, hasDay: boolean, hasTime: boolean) {
  const { year, shortYear, month, monthName, day, hour, halfHour, minute, second, fraction, half, zone } = groups;
  const hours = halfHour === undefined ? Number(hour ?? 0) : hourOfDay(Number(halfHour), half ?? 'am');
  if (hours === null) return null;
  const months = monthName === undefined ? Number(month ?? 1) : MONTHS.indexOf(monthName.toLowerCase()) + 1;
  return composeMoment({
    date: hasDay ? [fullYear(year, shortYear), months, Number(day ?? 1)] : null,
    time: hasTime ? [hours, Number(minute ?? 0), Number(second ?? 0)] : null,
    fraction: fraction ?? '',
    offset: zone === undefined ? null : readOffset(zone.toUpperCase()),
  });
}

/** Years of two digits are those from 1950 to 2049, as SQL Server reads them. */
function fullYear(year: string | undefined, shortYear: string | undefined): number {
  if (shortYear === undefined) return Number(year ?? 1);
  return Number(shortYear) + (Number(shortYear) < 50 ? 2000 : 1900);
}

const HL7 = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:\.([0-9]+))?)?)?([+-][0-9]{4})?$/;

const parseHl7: ParseMoment = (text) => {
  const [all, year, month, day, hour, minute, second = '0', fraction = '', zone] = HL7.exec(text) ?? [];
  if (all === undefined) return null;
  return composeMoment({
    date: [Number(year), Number(month), Number(day)],
    time: hour === undefined ? null : [Number(hour), Number(minute), Number(second)],
    fraction,
    offset: zone === undefined ? null : readOffset(zone),
  });
};

const RFC822 = new RegExp(
  `^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?([0-9]{1,2}) +(${MONTHS.join('|')})[a-z]* +([0-9]{4}|[0-9]{2}) +` +
    '([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?: *([+-][0-9]{4}|[a-z]{1,3}))?$',
  'i',
);

/** Hours east of UTC (RFC 822, 5.1). */
const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

/** `Mon, 06 Sep 2021 16:45:00 +0000`, the day of the week being left out or not. */
const parseRfc822: ParseMoment = (text) => {
  const [all, day, month = '', year = '', hour, minute, second = '0', zone] = RFC822.exec(text) ?? [];
  if (all === undefined) return null;
  const hours = zone === undefined || /[0-9]/.test(zone) ? undefined : (ZONES[zone.toLowerCase()] ?? Number.NaN);
  return composeMoment({
    date: [fullYear(year, year.length === 2 ? year : undefined), MONTHS.indexOf(month.toLowerCase()) + 1, Number(day)],
    time: [Number(hour), Number(minute), Number(second)],
    fraction: '',
    offset: zone === undefined ? null : hours === undefined ? readOffset(zone) : hours * 60,
  });
};

/** Forms of other standards, by name. */
const NAMED: Readonly<Record<string, ParseMoment>> = { hl7: parseHl7, rfc822: parseRfc822 };

function escapeText(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/g, '\\$&');
}
