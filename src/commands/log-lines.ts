import type { Log, LogFields, LogLevel } from '../log.ts';

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

type Level = Exclude<LogLevel, 'silent'>;

/** Where the lines of a log go, and what they look like. */
export interface LogOutput {
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly format: (level: Level, message: string, now: Date) => string;
}

/** A log of lines: message and fields, given to each of `outputs` that wants the level. The run is known, and its id is long: it is left out. */
export function openLineLog(outputs: readonly LogOutput[], bound: LogFields = {}): Log {
  const at = (level: Level) => (message: string, fields?: LogFields) => {
    const text = [message, ...formatFields({ ...bound, ...fields })].join(' ');
    for (const output of outputs)
      if (RANKS[level] >= RANKS[output.level]) output.write(output.format(level, text, new Date()));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => openLineLog(outputs, { ...bound, ...fields }),
  };
}

/** A line of news on a screen. */
export function formatForScreen(level: Level, message: string, now: Date): string {
  return `${now.toTimeString().slice(0, 8)} ${level.padEnd(5)} ${message}`;
}

/** A line for a program, beside the events of progress. */
export function formatAsEvent(level: Level, message: string, now: Date): string {
  return JSON.stringify({ event: 'log', time: now.toISOString(), level, message });
}

const NAMES: Readonly<Record<Level, string>> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' };

/** A line of a log file, as the original wrote it: `2026-11-28 09:54:42,123 - INFO - message` (spec 13.5). */
export function formatForFile(level: Level, message: string, now: Date): string {
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  return `${localDate(now, '-')} ${now.toTimeString().slice(0, 8)},${milliseconds} - ${NAMES[level]} - ${message}`;
}

/** `2026-11-28`, by the clock of this machine. */
export function localDate(now: Date, separator: string): string {
  const [month, day] = [now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  return [now.getFullYear(), month, day].join(separator);
}

function formatFields(fields: LogFields): string[] {
  return Object.entries(fields).flatMap(([key, value]) => (key === 'run_id' ? [] : [`${key}=${formatField(value)}`]));
}

function formatField(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  return typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value);
}
