import type { TestContext } from 'node:test';

/** For one test, lets every look at the clock take a while: with a slice of one second each group of documents is a slice of its own. */
export function slowClock({ mock }: TestContext): void {
  const now = performance.now.bind(performance);
  let late = 0;
  mock.method(performance, 'now', () => now() + (late += 600));
}
