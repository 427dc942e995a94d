import { Worker } from 'node:worker_threads';

/** Notices inputs that take too long, while they are tried and afterwards. */
export interface Guard {
  /** Does something with the input of that number, and says how much CPU it took. */
  time<Result>(index: number, work: () => Result): { readonly result: Result; readonly ms: number };
  close(): void;
}

/** No input is so large that it may take so long: whatever does never ends. */
const HANGS_MS = 60_000;

/** A thread beside this one, which ends the process with a word about the input if one takes `hangsMs` and more. */
export function openGuard(about: string, hangsMs = HANGS_MS): Guard {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const watch = `
    const { workerData: { begun, about, hangsMs, pid } } = require('node:worker_threads');
    let [index, since] = [-1, 0];
    setInterval(() => {
      const now = performance.now();
      if (begun[0] !== index) [index, since] = [begun[0], now];
      if (now - since < hangsMs) return;
      require('node:fs').writeSync(2, \`input \${index} \${about}: hangs\\n\`);
      process.kill(pid, 'SIGKILL');
    }, 1000);`;
  const worker = new Worker(watch, { eval: true, workerData: { begun, about, hangsMs, pid: process.pid } });
  worker.unref();
  return {
    time: (index, work) => {
      Atomics.store(begun, 0, index);
      const before = process.cpuUsage();
      const result = work();
      const { user, system } = process.cpuUsage(before);
      return { result, ms: Math.round((user + system) / 1000) };
    },
    close: () => void worker.terminate(),
  };
}

/** Compiling, collecting garbage and a cold start are in the first; a character takes a fraction of a microsecond where nothing is wrong. */
const [MOST_MS, MOST_MS_A_CHARACTER] = [1500, 0.05];

/** What is wrong with an input of that length that took so much CPU; null = nothing. */
export function tooSlow(ms: number, characters: number): string | null {
  const most = MOST_MS + MOST_MS_A_CHARACTER * characters;
  return ms <= most ? null : `took ${ms} ms of CPU for ${characters} characters, more than ${Math.round(most)} ms`;
}
