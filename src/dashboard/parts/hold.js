import { useRef } from 'preact/hooks';

/**
 * Nothing is moved under a pointer or the focus: keys keep their order while either is there, and what is new waits.
 * @template K
 * @param {readonly K[]} fresh keys as they would stand now
 * @param {string} reason another one, such as another way to sort, lets everything move at once
 */
export function useHold(fresh, reason) {
  const held = useRef(
    /** @type {{ on: boolean, keys: readonly K[], reason: string }} */ ({ on: false, keys: fresh, reason }),
  );
  if (!held.current.on || held.current.reason !== reason || held.current.keys.length === 0)
    held.current = { ...held.current, keys: fresh, reason };
  const set = (/** @type {boolean} */ on) => () => {
    held.current.on = on;
  };
  const { keys } = held.current;
  const there = new Set(fresh);
  return {
    /** Those that were there, in their order. */
    keys: keys.filter((key) => there.has(key)),
    /** How many wait. */
    waiting: fresh.filter((key) => !keys.includes(key)).length,
    release: () => {
      held.current = { ...held.current, keys: fresh };
    },
    /** Of the element whose content is held. */
    handlers: { onPointerEnter: set(true), onPointerLeave: set(false), onFocusIn: set(true), onFocusOut: set(false) },
  };
}
