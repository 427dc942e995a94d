/** Gives out a fixed number of slots; who finds none waits in line. Keeps memory flat however many instances are at work. */
export interface Slots {
  /** Waits for a slot; the function given back returns it, once. */
  take(): Promise<() => void>;
}

/** A set of `count` slots. */
export function openSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let taken = true;
      return () => {
        if (!taken) return;
        taken = false;
        const next = waiting.shift();
        // The slot goes straight to the next in line, so that nobody who comes later can take it first.
        if (next === undefined) free += 1;
        else next();
      };
    },
  };
}
