import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../support/cli.ts';
import type { Held } from './inside.ts';

const INSIDE = fileURLToPath(new URL('inside.ts', import.meta.url));

/** `xmlfan serve` in a process of its own. */
export interface LoadedServer {
  readonly url: string;
  /** Seconds of CPU it has used so far, in all its threads. */
  cpu(): number;
  /** Megabytes in memory, and open descriptors. */
  outside(): { readonly rss: number; readonly descriptors: number };
  inside(): Promise<Held>;
  close(): Promise<void>;
}

/** Serves the contracts of the project on a store. */
export async function serveLoaded(store: string): Promise<LoadedServer> {
  const args = ['--expose-gc', '--import', INSIDE, 'src/cli.ts', 'serve', '--port', '0', '--store', store];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NO_COLOR: '1', LOG_LEVEL: 'warn', CONTRACTS_DIR: 'contracts' },
  });
  const { stderr, pid = 0 } = child;
  if (stderr === null) throw new Error('the server has no output');
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const lines: string[] = [];
  createInterface({ input: stderr }).on('line', (line) => {
    lines.push(line);
    const found = /Serving (http\S+)\/api\/health,/u.exec(line)?.[1];
    if (found !== undefined) resolve(found);
  });
  const exit = once(child, 'exit').then(() => reject(new Error(lines.join('\n'))));
  return {
    url: await url,
    cpu: () => {
      const [user = 0, system = 0] = procFile(pid, 'stat')
        .replace(/^.*\) /su, '')
        .split(' ')
        .slice(11, 13)
        .map(Number);
      return (user + system) / TICKS_A_SECOND;
    },
    outside: () => ({
      rss: Number(/VmRSS:\s+(\d+)/u.exec(procFile(pid, 'status'))?.[1]) / 1000,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    }),
    inside: async () => {
      const answer: Promise<[Held]> = new Promise((done) => child.once('message', (held: Held) => done([held])));
      child.send('tell');
      const [held] = await answer;
      return held;
    },
    close: async () => {
      child.kill('SIGINT');
      await exit;
    },
  };
}

/** Linux counts CPU in hundredths of a second. */
const TICKS_A_SECOND = 100;

function procFile(pid: number, name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, 'utf8');
}
