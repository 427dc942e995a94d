import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'node:test';

/** What each test of a file has for itself. */
export interface ForEach<Opened> {
  /** What the test that is at work has. */
  readonly get: () => Opened;
  /** Puts something else in its place, which is closed instead. */
  readonly replace: (opened: Opened) => void;
}

/** Opens something before each test of a file, and closes it behind each. */
export function openForEach<Opened>(
  open: () => Promise<Opened>,
  close: (opened: Opened) => Promise<void>,
): ForEach<Opened> {
  let opened: Opened | undefined;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    if (last !== undefined) await close(last);
  });
  return {
    get: () => opened ?? assert.fail('no test has begun'),
    replace: (other) => {
      opened = other;
    },
  };
}
