import type { Log, LogFields, LogLevel } from '../log.ts';

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

/** A log for people: time, level, message and fields on one line, given to `write`. The run is known, and its id is long: it is left out. */
export function openConsoleLog(level: LogLevel, write: (line: string) => void, bound: LogFields = {}): Log {
  const at = (of: Exclude<LogLevel, 'silent'>) => (message: string, fields?: LogFields) => {
    if (RANKS[of] >= RANKS[level]) write(formatLine(of, message, { ...bound, ...fields }));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => openConsoleLog(level, write, { ...bound, ...fields }),
  };
}

function formatLine(level: string, message: string, fields: LogFields): string {
  const time = new Date().toTimeString().slice(0, 8);
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    key === 'run_id' ? [] : [`${key}=${formatField(value)}`],
  );
  return [time, level.padEnd(5), message, ...pairs].join(' ');
}

function formatField(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  return typeof value === 'string' && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value);
}
