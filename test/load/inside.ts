// Loaded before a server (`node --expose-gc --import …/inside.ts src/cli.ts serve`): tells what it holds when it is asked by its parent.

/** What a process holds. */
export interface Held {
  /** Megabytes of live objects. */
  readonly heap: number;
  /** Timers, sockets and whatever else keeps a loop going, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

process.on('message', () => {
  globalThis.gc?.();
  const resources = Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  const held: Held = {
    heap: process.memoryUsage().heapUsed / 1e6,
    resources: Object.fromEntries(Object.entries(resources).map(([kind, found]) => [kind, found?.length ?? 0])),
  };
  process.send?.(held);
});
process.channel?.unref();
