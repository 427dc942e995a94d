import pLimit from 'p-limit';

/** Statements that are looked back on, and in how much of their time somebody must have waited before another connection is tried. */
const LOOK_BACK = 16;
const WAITED = 0.5;

/** Statements after which a further connection is judged, by the last ones: the first ones on it may be compiled anew. */
const TRIAL = 24;
const JUDGED = 12;

/** What a further connection must bring in throughput; less means that the server has no more to give. */
const WORTH_IT = 1.2;
const NOT_AGAIN_MS = 300_000;

/**
 * A server that takes long over a small statement that is new to its connection compiles all of them for each connection, which took a hundred
 * times as long in all. None is tried before that would be a tenth of the time. The first statement of all has the login in it.
 */
const COSTLY = 1000;

/** Where somebody waits and no statement has ended for so long, those that run must be held up, by a lock or a long scan; one that is new may be compiled that long. */
const HELD_UP_MS = 5000;
const NEW_HELD_UP_MS = 30_000;

/** Texts whose times are known at most: those of lists differ by what is asked for. */
const MOST_TEXTS = 500;

/** Lets a statement through when it is its turn; those of one `text` take about as long. */
type Turns = <Result>(text: string, statement: () => Promise<Result>) => Promise<Result>;

/**
 * Lets through as many statements at a time as the server needs to stay busy: `start` at first, one more as soon as somebody waits most of
 * the time, `most` in the end. One that did not bring more throughput is given up again. Opening a connection and having it compile every
 * statement anew can cost a server seconds; a pool alone would open all it may at the first burst, also where the server is what is busy.
 */
export function growingWidth(start: number, most: number): Turns {
  const turns = pLimit(Math.min(start, most));
  const growth = watchGrowth(turns, most);
  let fresh = 0;
  const growIfHeldUp = (): void => growth.heldUp(fresh > 0 ? NEW_HELD_UP_MS : HELD_UP_MS);
  return (text, statement) => {
    const isWaiting = turns.activeCount >= turns.concurrency;
    if (turns.activeCount === 0) growth.begins();
    if (isWaiting) growth.waits(1);
    const waiting = setInterval(growIfHeldUp, HELD_UP_MS).unref();
    return turns(async () => {
      clearInterval(waiting);
      if (isWaiting) growth.waits(-1);
      const isNew = growth.isNew(text);
      if (isNew) fresh += 1;
      const began = performance.now();
      try {
        return await statement();
      } finally {
        if (isNew) fresh -= 1;
        growth.ended(text, performance.now() - began);
      }
    });
  };
}

/** Decides from what becomes of statements how many run at a time. */
function watchGrowth(turns: { concurrency: number }, most: number) {
  const usual = usualTimes();
  const queue = waitedTime();
  let ran = 0;
  let lastEnd = 0;
  let from = { ran, at: 0 };
  let trial: { readonly end: number; readonly ratios: number[] } | null = null;
  let notBefore = 0;
  let [secondMs, secondEnd] = [0, 0];

  const lookAnew = (now: number): void => {
    from = { ran, at: now };
    queue.reset(now);
  };
  const grow = (now: number): void => {
    lookAnew(now);
    if (turns.concurrency >= most) return;
    turns.concurrency += 1;
    if (ran >= LOOK_BACK) trial = { end: ran + TRIAL, ratios: [] };
  };
  const judge = (ratios: readonly number[], now: number): void => {
    trial = null;
    lookAnew(now);
    const width = turns.concurrency;
    // How much longer statements take beside one more.
    const slower = mean(ratios.slice(-JUDGED));
    if (width / (width - 1) / slower >= WORTH_IT) return;
    turns.concurrency -= 1;
    notBefore = now + NOT_AGAIN_MS;
  };
  return {
    isNew: usual.isNew,
    waits: (more: 1 | -1): void => queue.add(more, performance.now()),
    begins: (): void => void (lastEnd = performance.now()),
    heldUp: (patienceMs: number): void => {
      const now = performance.now();
      if (now - lastEnd >= patienceMs) grow(now);
    },
    ended: (text: string, ms: number): void => {
      const now = performance.now();
      ran += 1;
      lastEnd = now;
      if (usual.isSecond(text)) [secondMs, secondEnd] = [ms, now];
      const ratio = usual.note(text, ms, trial === null);
      if (trial !== null) {
        if (ratio !== null) trial.ratios.push(ratio);
        if (ran >= trial.end) judge(trial.ratios, now);
      } else if (ran - from.ran >= LOOK_BACK) {
        const costly = secondEnd + COSTLY * (secondMs - usual.fastest());
        if (now >= Math.max(notBefore, costly) && queue.total(now) >= WAITED * (now - from.at)) grow(now);
        else lookAnew(now);
      }
    },
  };
}

/** What statements usually take, by their texts; what is compiled first says nothing of it. */
function usualTimes() {
  const times = new Map<string, number | null>();
  let fastest = Infinity;
  return {
    isNew: (text: string): boolean => !times.has(text),
    /** What the way to the server and back takes at most. */
    fastest: (): number => fastest,
    /** Whether it is the second text of all that ended. */
    isSecond: (text: string): boolean => times.size === 1 && !times.has(text),
    /** Notes a time, unless what is usual must not change, and says how it was to the usual one; null if that is not known. */
    note: (text: string, ms: number, learns: boolean): number | null => {
      const known = times.get(text);
      fastest = Math.min(fastest, ms);
      if (known === undefined) times.set(text, null);
      else if (known === null) times.set(text, ms);
      else if (learns) times.set(text, known + (ms - known) / 8);
      const [first] = times.keys();
      if (times.size > MOST_TEXTS && first !== undefined) times.delete(first);
      return known === undefined || known === null ? null : ms / Math.max(known, 0.1);
    },
  };
}

/** How long at least one statement waited. */
function waitedTime() {
  let [waiting, since, total] = [0, 0, 0];
  const settle = (now: number): void => {
    if (waiting > 0) total += now - since;
    since = now;
  };
  return {
    add: (more: 1 | -1, now: number): void => {
      settle(now);
      waiting += more;
    },
    total: (now: number): number => {
      settle(now);
      return total;
    },
    reset: (now: number): void => {
      settle(now);
      total = 0;
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
