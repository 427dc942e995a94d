/** How much is logged, from most to least. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The level of a name in any case; the names of the original are understood too. Undefined if it is none. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const name = text.toLowerCase();
  return ORIGINAL_LEVELS.get(name) ?? LOG_LEVELS.find((level) => level === name);
}

const ORIGINAL_LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['warning', 'warn'],
  ['critical', 'error'],
]);

export type LogFields = Readonly<Record<string, unknown>>;

/** Where messages go. Fields are counts, ids and names; never document contents. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields added to every message. */
  child(fields: LogFields): Log;
}

/** A log that drops everything. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
