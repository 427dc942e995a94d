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

/** A log of JSON lines, to standard error unless a path is given. The logging library is loaded only here. */
export async function openLog(level: LogLevel, path?: string): Promise<Log> {
  if (level === 'silent') return silentLog;
  const { pino } = await import('pino');
  return adapt(
    pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: path ?? 2, sync: true, mkdir: true }),
    ),
  );
}

type PinoMethod = (fields: LogFields, message: string) => void;

interface PinoLike {
  readonly debug: PinoMethod;
  readonly info: PinoMethod;
  readonly warn: PinoMethod;
  readonly error: PinoMethod;
  child(fields: LogFields): PinoLike;
}

function adapt(pino: PinoLike): Log {
  return {
    debug: (message, fields = {}) => pino.debug(fields, message),
    info: (message, fields = {}) => pino.info(fields, message),
    warn: (message, fields = {}) => pino.warn(fields, message),
    error: (message, fields = {}) => pino.error(fields, message),
    child: (fields) => adapt(pino.child(fields)),
  };
}
