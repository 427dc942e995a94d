import { setImmediate as nextTurn } from 'node:timers/promises';

/** In one turn of the event loop a server takes one new connection: many at once must not wait for as many groups. */
const TURNS = 10;

/**
 * Lets signals, timers and requests have their turn: with an embedded database, and without threads, a run never waits for more than a
 * microtask.
 */
export async function giveTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}
