import pLimit from 'p-limit';

/** How many statements in a row must have waited longer than they then ran before another connection is tried. */
const LATE_IN_A_ROW = 8;

/** Statements after which a further connection is judged; the first ones on it may be compiled anew. */
const TRIAL = 24;
const JUDGED = 12;

/** What a further connection must bring in throughput; less means that the server has no more to give. */
const WORTH_IT = 1.2;
const NOT_AGAIN_MS = 300_000;

/** Where somebody waits and no statement has ended for so long, those that run must be held up, by a lock or a long scan; the first of all opens a connection. */
const HELD_UP_MS = 5000;
const FIRST_HELD_UP_MS = 30_000;

/**
 * Lets through as many statements at a time as the server needs to stay busy: `start` at first, one more as soon as too many wait too long,
 * `most` in the end. One that did not bring more throughput is given up again. Opening a connection and having it compile every statement
 * anew can cost a server seconds; a pool alone would open all it may at the first burst, also where the server is what is busy.
 */
export function growingWidth(
  start: number,
  most: number,
): <Result>(statement: () => Promise<Result>) => Promise<Result> {
  const turns = pLimit(Math.min(start, most));
  /** Of the last statements, in milliseconds. */
  const durations: number[] = [];
  let ran = 0;
  let lastEnd = performance.now();
  let late = 0;
  let trial: { readonly before: number; readonly judgedAt: number } | null = null;
  let notBefore = -Infinity;

  const grow = (): void => {
    late = 0;
    if (turns.concurrency >= most) return;
    turns.concurrency += 1;
    const before = durations.slice(-LATE_IN_A_ROW);
    if (before.length === LATE_IN_A_ROW) trial = { before: mean(before), judgedAt: ran + TRIAL };
  };
  const judge = ({ before }: { readonly before: number }): void => {
    trial = null;
    const width = turns.concurrency;
    const gain = ((before / mean(durations)) * width) / (width - 1);
    if (gain >= WORTH_IT) return;
    turns.concurrency -= 1;
    notBefore = performance.now() + NOT_AGAIN_MS;
  };
  const ended = (asked: number, began: number): void => {
    const now = performance.now();
    ran += 1;
    lastEnd = now;
    durations.push(now - began);
    if (durations.length > JUDGED) durations.shift();
    late = began - asked > now - began ? late + 1 : 0;
    if (trial !== null) {
      if (ran >= trial.judgedAt) judge(trial);
    } else if (late >= LATE_IN_A_ROW && now >= notBefore) grow();
  };
  const growIfHeldUp = (): void => {
    if (performance.now() - lastEnd >= (ran === 0 ? FIRST_HELD_UP_MS : HELD_UP_MS)) grow();
  };
  return (statement) => {
    const asked = performance.now();
    if (turns.activeCount === 0) lastEnd = asked;
    const waiting = setInterval(growIfHeldUp, HELD_UP_MS).unref();
    return turns(async () => {
      clearInterval(waiting);
      const began = performance.now();
      try {
        return await statement();
      } finally {
        ended(asked, began);
      }
    });
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
