import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, access } from './api.js';
import { createPoller } from './poller.js';
import { createStore, useStore } from './store.js';

/** @typedef {import('./poller.js').Pulse} Pulse */

/** @type {Pulse} */
const NOTHING = { state: 'none', answered: null, next: null, error: null, sleptMs: 0 };

/**
 * The pulse of what the page shows now, for its frame.
 * @type {import('./store.js').Store<Pulse>}
 */
export const pulse = createStore(NOTHING);

/** What the frame may ask of the poller that is at work. */
export const current = createStore(/** @type {{ hurry: () => Promise<void> } | null} */ (null));

/** @type {import('./poller.js').Clock} */
const clock = {
  now: () => Date.now(),
  after: (work, ms) => setTimeout(work, ms),
  forget: (timer) => clearTimeout(Number(timer)),
};

/**
 * Keeps an answer of the API up to date while it is shown.
 * @template T
 * @param {string} name what is asked for: another name begins anew
 * @param {() => Promise<T>} load
 * @param {{ sign: (answer: T) => string, isLive: (answer: T) => boolean }} options
 */
export function usePolled(name, load, options) {
  const [answer, setAnswer] = useState(/** @type {{ name: string, value: T } | null} */ (null));
  const { needed } = useStore(access);
  const latest = useRef({ load, ...options });
  latest.current = { load, ...options };
  const poller = useRef(/** @type {{ hurry: () => Promise<void> } | null} */ (null));
  useEffect(() => {
    if (needed) return undefined;
    pulse.set({ ...NOTHING, state: 'loading' });
    const made = createPoller({
      load: () => latest.current.load(),
      sign: (value) => latest.current.sign(value),
      isLive: (value) => latest.current.isLive(value),
      onAnswer: (value) => setAnswer({ name, value }),
      onPulse: (now) => pulse.set(now),
      judge,
      clock,
    });
    const onVisibility = () => made.hide(document.hidden);
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    poller.current = made;
    current.set(made);
    void made.look();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      made.stop();
      pulse.set(NOTHING);
    };
  }, [name, needed]);
  return {
    /** Null before the first answer. */
    value: answer?.name === name ? answer.value : null,
    hurry: async () => poller.current?.hurry(),
  };
}

/**
 * Something may be there after a while only if it was the server or the way to it that failed.
 * @param {unknown} error
 */
function judge(error) {
  if (!(error instanceof ApiError)) return { retry: true };
  return { retry: error.status === 0 || error.status >= 500, seconds: error.retryAfter };
}

/**
 * An answer that is asked for once, and again on request.
 * @template T
 * @param {string | null} name null = nothing is wanted
 * @param {() => Promise<T>} load
 */
export function useAnswer(name, load) {
  const [state, setState] = useState(
    /** @type {{ name: string | null, value: T | null, error: unknown }} */ ({ name: null, value: null, error: null }),
  );
  const [round, setRound] = useState(0);
  const { needed } = useStore(access);
  useEffect(() => {
    if (name === null || needed) return undefined;
    let wanted = true;
    load().then(
      (value) => wanted && setState({ name, value, error: null }),
      (error) => wanted && setState({ name, value: null, error }),
    );
    return () => {
      wanted = false;
    };
  }, [name, round, needed]);
  const fresh = state.name === name;
  return {
    value: fresh ? state.value : null,
    error: fresh ? state.error : null,
    again: () => setRound((times) => times + 1),
  };
}
