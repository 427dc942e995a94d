import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clients that ask for one address again and again until they are stopped. */
export interface Clients {
  stop(): Promise<{ readonly answers: number; readonly slowest: number }>;
}

/** Each on a connection of its own, as pages are, and each in its turn within the interval. */
export function openClients(url: string, { clients, everyMs }: { clients: number; everyMs: number }): Clients {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const stopped = new AbortController();
  const told = { answers: 0, slowest: 0 };
  const client = async (index: number): Promise<void> => {
    await pause((index * everyMs) / clients, stopped.signal);
    while (!stopped.signal.aborted) {
      const begun = performance.now();
      await ask(agent, url);
      const took = performance.now() - begun;
      told.answers += 1;
      told.slowest = Math.max(told.slowest, took);
      await pause(Math.max(0, everyMs - took), stopped.signal);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, async (_, index) => client(index)));
  return {
    stop: async () => {
      stopped.abort();
      await all;
      agent.destroy();
      return told;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

async function ask(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
}
