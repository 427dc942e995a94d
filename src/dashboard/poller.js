// When to ask again: pure apart from the clock that it is given, so that time can be made to pass in a test.

const FASTEST_MS = 2000;
const SLOWEST_MS = 30_000;

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(work: () => void, ms: number) => unknown} after
 * @property {(timer: unknown) => void} forget
 */

/**
 * `none`: nothing is asked for. `refused`: the answer is that there is none, and will be none. `asleep`: the machine slept, and the figures are from before. `next`: when the next question is asked, or null.
 * @typedef {{ state: 'none' | 'loading' | 'live' | 'idle' | 'ended' | 'lost' | 'refused' | 'asleep', answered: number | null, next: number | null, error: unknown, sleptMs: number }} Pulse
 */

/**
 * @template T
 * @typedef {object} PollerOptions
 * @property {() => Promise<T>} load
 * @property {(answer: T) => string} sign what an answer is known by
 * @property {(answer: T) => boolean} isLive whether a later answer may differ
 * @property {(answer: T) => void} onAnswer
 * @property {(pulse: Pulse) => void} onPulse
 * @property {(error: unknown) => { retry: boolean, seconds?: number | null }} judge
 * @property {Clock} clock
 */

/**
 * @template T
 * @typedef {PollerOptions<T> & { interval: number, failures: number, last: string, hidden: boolean, stopped: boolean, asking: boolean, again: boolean, due: number, timer: unknown, pulse: Pulse }} Poller
 */

/**
 * Asks again and again, one question at a time: every two seconds while the answers change, up to every 30 while they do not, not at all
 * while nobody looks or once everything has ended. Errors are waited for 1, 2, 4 … 30 seconds, or as long as the server asks.
 * @template T
 * @param {PollerOptions<T>} options
 */
export function createPoller(options) {
  /** @type {Poller<T>} */
  const poller = {
    ...options,
    interval: FASTEST_MS,
    failures: 0,
    last: '',
    hidden: false,
    stopped: false,
    asking: false,
    again: false,
    due: 0,
    timer: null,
    pulse: { state: 'loading', answered: null, next: null, error: null, sleptMs: 0 },
  };
  return {
    look: () => look(poller),
    /** Asks at once and quickly from then on: something was done. */
    hurry: () => {
      poller.interval = FASTEST_MS;
      poller.last = '';
      return look(poller);
    },
    /** @param {boolean} hidden whether nobody sees the answers */
    hide: (hidden) => hide(poller, hidden),
    stop: () => {
      poller.stopped = true;
      poller.clock.forget(poller.timer);
    },
  };
}

/**
 * @template T
 * @param {Poller<T>} poller
 */
async function look(poller) {
  if (poller.stopped) return;
  if (poller.asking) {
    poller.again = true;
    return;
  }
  poller.asking = true;
  poller.clock.forget(poller.timer);
  try {
    answered(poller, await poller.load());
  } catch (error) {
    failed(poller, error);
  }
  poller.asking = false;
  if (!poller.again) return;
  poller.again = false;
  await look(poller);
}

/**
 * @template T
 * @param {Poller<T>} poller
 * @param {T} answer
 */
function answered(poller, answer) {
  if (poller.stopped) return;
  const { sign, isLive, onAnswer, clock } = poller;
  const known = sign(answer);
  poller.interval = known === poller.last ? Math.min(SLOWEST_MS, poller.interval * 1.5) : FASTEST_MS;
  poller.last = known;
  poller.failures = 0;
  onAnswer(answer);
  const live = isLive(answer);
  const state = !live ? 'ended' : poller.interval > FASTEST_MS * 2 ? 'idle' : 'live';
  tell(poller, { state, answered: clock.now(), next: live ? wait(poller, poller.interval) : null, error: null });
}

/**
 * @template T
 * @param {Poller<T>} poller
 * @param {unknown} error
 */
function failed(poller, error) {
  if (poller.stopped) return;
  const { retry, seconds } = poller.judge(error);
  const ms = Math.min(SLOWEST_MS, seconds ? seconds * 1000 : 1000 * 2 ** poller.failures);
  poller.failures += 1;
  tell(poller, { state: retry ? 'lost' : 'refused', next: retry ? wait(poller, ms) : null, error });
}

/**
 * @template T
 * @param {Poller<T>} poller
 * @param {Partial<Pulse>} change
 */
function tell(poller, change) {
  poller.pulse = { ...poller.pulse, ...change };
  poller.onPulse(poller.pulse);
}

/**
 * @template T
 * @param {Poller<T>} poller
 * @param {number} ms
 * @returns {number} when it is over
 */
function wait(poller, ms) {
  const { clock } = poller;
  clock.forget(poller.timer);
  poller.due = clock.now() + ms;
  poller.timer = poller.hidden ? null : clock.after(() => wake(poller), ms);
  return poller.due;
}

/**
 * A timer that fires far too late tells that the machine slept.
 * @template T
 * @param {Poller<T>} poller
 */
function wake(poller) {
  const late = poller.clock.now() - poller.due;
  if (late > 2 * poller.interval && poller.pulse.answered !== null) tell(poller, { state: 'asleep', sleptMs: late });
  void look(poller);
}

/**
 * @template T
 * @param {Poller<T>} poller
 * @param {boolean} hidden
 */
function hide(poller, hidden) {
  if (poller.hidden === hidden) return;
  poller.hidden = hidden;
  if (hidden) poller.clock.forget(poller.timer);
  else if (poller.pulse.next !== null) void look(poller);
}
