import pRetry from 'p-retry';
import { StoreError } from '../port.ts';
import { classOf, isConflict, isUnanswered, storeError } from './errors.ts';
import type { Wait } from '../address.ts';

/** How long errors that pass are waited for: a database that wakes up, a server that restarts or moves. */
const PATIENCE_MS = 90_000;
/** Where nobody has answered yet the address may be wrong, which should be told soon. */
const FIRST_PATIENCE_MS = 5000;

export interface Patience {
  /** Nothing has been heard of the server yet. */
  readonly atFirst?: boolean;
  /** Told before each further attempt, unless it is only others' locks that are waited for. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Gives an error of the driver what it is told apart by. */
  readonly explain?: (error: unknown) => unknown;
}

/**
 * Tries again while errors are transient, with growing, jittered pauses. `attempt` counts from 0. What is thrown in the end is the
 * last error as the driver gives it.
 */
export async function patientlyRaw<T>(
  work: (attempt: number) => Promise<T>,
  { atFirst = false, onWait, explain = (error) => error }: Patience = {},
): Promise<T> {
  const started = performance.now();
  let failed: number | null = null;
  const millisecondsLeft = (error: unknown): number => {
    if (error instanceof StoreError || classOf(error) !== 'transient') return 0;
    // From the first failure on: a statement that was given up has used up more than that already.
    failed ??= performance.now();
    const end = atFirst && isUnanswered(error) ? started + FIRST_PATIENCE_MS : failed + PATIENCE_MS;
    return end - performance.now();
  };
  const attempted = async (attempt: number): Promise<T> => {
    try {
      return await work(attempt - 1);
    } catch (error) {
      throw explain(error);
    }
  };
  return pRetry(attempted, {
    retries: Infinity,
    minTimeout: 100,
    maxTimeout: 5000,
    randomize: true,
    shouldRetry: ({ error }) => {
      const left = millisecondsLeft(error);
      if (left > 0 && !isConflict(error))
        onWait?.({ reason: storeError(error).message, secondsLeft: Math.ceil(left / 1000) });
      return left > 0;
    },
  });
}

/** The same, but throws a `StoreError` in the end. */
export async function patiently<T>(work: () => Promise<T>, patience?: Patience): Promise<T> {
  try {
    return await patientlyRaw(work, patience);
  } catch (error) {
    throw storeError(error);
  }
}
