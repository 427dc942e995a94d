import { composeTimestamp, dayOfWeek } from './calendar.ts';

const DAY = /^([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|([0-9]{2})([0-9]{2})|-?W([0-9]{2})(?:-?([0-9]))?)$/;
/** Hours, minutes and seconds, with colons or without; without them the fraction's point may be missing too. */
const CLOCK = String.raw`([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?|([0-9]{2})([0-9]{2})?)?(?:(?:[.,]|(?<=^[0-9]{6})(?=[0-9]{2}))([0-9]+))?`;
const ZONE = String.raw`Z|[+-](?:[01][0-9]|2[0-3])(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?|[0-9]{2}(?:[0-9]{2})?)?`;
/** A blank before the zone passes, but not behind a short fraction. */
const TIME = new RegExp(`^${CLOCK}(?:(?:(?<![.,][0-9]{0,5}) )?(?:${ZONE}))?$`);

/**
 * A timestamp from ISO 8601 as `datetime.fromisoformat` of Python 3.11 reads it (spec 6.5), or null: basic and extended
 * forms, weeks, any separator before the time, a zone that is dropped.
 */
export function readIso8601(text: string): string | null {
  const end = dayEnd(text);
  const day = readDay(text.slice(0, end));
  if (day === null || text.length <= end) return day && composeTimestamp(day, ['0', '0', '0'], undefined);
  const separator = String.fromCodePoint(text.codePointAt(end) ?? 0);
  const time = TIME.exec(text.slice(end + separator.length));
  if (time === null) return null;
  const [, hour = '', minute, second, minute2, second2, fraction] = time;
  return composeTimestamp(day, [hour, minute ?? minute2 ?? '0', second ?? second2 ?? '0'], fraction);
}

/** Where the day ends. As any character may follow, even a digit, the number of digits tells the forms of weeks apart. */
function dayEnd(text: string): number {
  if (text.startsWith('-', 4)) {
    if (!text.startsWith('W', 5)) return 10;
    return text.startsWith('-', 8) && !isDigit(text.charAt(10)) ? 10 : 8;
  }
  if (!text.startsWith('W', 4)) return 8;
  const digits = /^[0-9]*/.exec(text.slice(7))?.[0].length ?? 0;
  return digits < 2 ? 7 + digits : 8 - (digits % 2);
}

function readDay(text: string): readonly [string, string, string] | null {
  const match = DAY.exec(text);
  if (match === null) return null;
  const [, year = '', month, day, month2, day2, week, weekday = '1'] = match;
  return week === undefined
    ? [year, month ?? month2 ?? '', day ?? day2 ?? '']
    : dayOfWeek(Number(year), Number(week), Number(weekday));
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
