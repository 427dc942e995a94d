import { hourOfDay } from './dates.ts';
import { trim } from './text.ts';
import type { Note } from './value.ts';
import { noteNothing } from './value.ts';

const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*([ap]m)?(\s?(?:Z|[+-]\d{2}:?\d{2}))?$/i;

/**
 * A time of day as `HH:MM:SS`, with up to seven digits of fraction where there are any: 24 hours or AM and PM, seconds or none; a zone
 * is left out, which is noted, and a leap second is the one before, as of timestamps (spec 6.5). Null for anything else.
 */
export function readTime(text: string, note: Note = noteNothing): string | null {
  const [, hours = '', minutes = '', seconds = '00', fraction = '', half, zone] = TIME.exec(trim(text)) ?? [];
  if (hours === '' || Number(minutes) > 59 || Number(seconds) > 60) return null;
  const hour = half === undefined ? Number(hours) : hourOfDay(Number(hours), half);
  if (hour === null || hour > 23) return null;
  if (zone !== undefined) note('zone_dropped');
  const digits = fraction.slice(0, 7).replace(/0+$/, '');
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds === '60' ? '59' : seconds}${digits === '' ? '' : `.${digits}`}`;
}

/** A GUID in lower case without braces; null for anything else. */
export function readGuid(text: string): string | null {
  const trimmed = trim(text).toLowerCase();
  const bare = trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed.slice(1, -1) : trimmed;
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(bare) ? bare : null;
}
