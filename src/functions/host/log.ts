import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import type { Log, LogFields, LogLevel } from '../../log.ts';

const invocations = new AsyncLocalStorage<InvocationContext>();

/** Runs a handler so that what it logs, however deep, belongs to its invocation. */
export async function withInvocation<T>(context: InvocationContext, handle: () => Promise<T>): Promise<T> {
  return invocations.run(context, handle);
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** A log to the Functions host. Fields follow the message as JSON; outside of invocations nothing is logged. */
export function hostLog(level: LogLevel, bound: LogFields = {}): Log {
  const write =
    (at: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (LEVELS.indexOf(at) < LEVELS.indexOf(level)) return;
      const context = invocations.getStore();
      const all = { ...bound, ...fields };
      const line = Object.keys(all).length === 0 ? message : `${message} ${JSON.stringify(all)}`;
      if (at === 'error') context?.error(line);
      else if (at === 'warn') context?.warn(line);
      else if (at === 'info') context?.info(line);
      else context?.debug(line);
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => hostLog(level, { ...bound, ...fields }),
  };
}
