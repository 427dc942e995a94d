import { composeTimestamp } from './calendar.ts';
import { readIso8601 } from './iso-8601.ts';
import { trim } from './text.ts';

/** `Y-M-D h:m:s[.f]` at the start of a text; what follows is dropped, but for AM or PM at the end (V06). */
const DASHES_START =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.([0-9]+))?(?:\s*([AP])M$)?/i;
const DASHES_DAY = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$/;
const SLASHES =
  /^([0-9]{1,2})\/([0-9]{1,2})\/([0-9]{4})(?:\s+([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\s+([AP])M)?)?$/i;

/**
 * Reads any date format of spec 6.5 to a timestamp `2024-01-31T00:00:00[.f]`, or null. Zones are dropped, the clock
 * time is kept. Timestamps compare as text.
 */
export function readTimestamp(text: string): string | null {
  const trimmed = trim(text);
  const first = trimmed.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39)) return null;
  return readDashes(trimmed) ?? readSlashes(trimmed) ?? readIso8601(trimmed);
}

/** Year first. */
function readDashes(text: string): string | null {
  const match = DASHES_START.exec(text);
  if (match === null) {
    const [whole, year = '', month = '', day = ''] = DASHES_DAY.exec(text) ?? [];
    return whole === undefined ? null : composeTimestamp([year, month, day], ['0', '0', '0'], undefined);
  }
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction, half] = match;
  if (fraction !== undefined && fraction.length > 6) return null;
  const clamped = Number(second) > 59 ? '59' : second;
  return composeTimestamp([year, month, day], [clockHour(hour, half) ?? hour, minute, clamped], fraction);
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
  const value = Number(hour);
  if (value < 1 || value > 12) return null;
  return String((value % 12) + (half.toUpperCase() === 'P' ? 12 : 0));
}
