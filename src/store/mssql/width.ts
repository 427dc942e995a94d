import pLimit from 'p-limit';

/** How many statements in a row must have waited longer than they then ran before another connection is worth its price. */
const LATE_IN_A_ROW = 8;

/** A statement that still waits after this time must be behind some that are held up, by a lock or a long scan. */
const LONGEST_WAIT_MS = 5000;

/**
 * Lets through as many statements at a time as the server needs to stay busy: `start` at first, one more as soon as too many wait
 * too long, `most` in the end. Opening a connection and having it compile every statement anew can cost a server seconds; a pool
 * alone would open all it may at the first burst.
 */
export function growingWidth(
  start: number,
  most: number,
): <Result>(statement: () => Promise<Result>) => Promise<Result> {
  const turns = pLimit(Math.min(start, most));
  let late = 0;
  const grow = (): void => {
    late = 0;
    if (turns.concurrency < most) turns.concurrency += 1;
  };
  return (statement) => {
    const asked = performance.now();
    const longest = setTimeout(grow, LONGEST_WAIT_MS).unref();
    return turns(async () => {
      clearTimeout(longest);
      const began = performance.now();
      try {
        return await statement();
      } finally {
        late = began - asked > performance.now() - began ? late + 1 : 0;
        if (late >= LATE_IN_A_ROW) grow();
      }
    });
  };
}
