import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Clients that ask for one address again and again until they are stopped. */
export interface Clients {
  /** The slowest in milliseconds: of the first answers, whose connections had to be made, and of all others. */
  stop(): Promise<{ readonly answers: number; readonly slowestFirst: number; readonly slowest: number }>;
}

/** Each on a connection of its own, as pages are, and each in its turn within the interval. */
export function openClients(url: string, { clients, everyMs }: { clients: number; everyMs: number }): Clients {
  const stopped = new AbortController();
  const told = { answers: 0, slowestFirst: 0, slowest: 0 };
  const client = async (index: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await pause((index * everyMs) / clients, stopped.signal);
    for (let asked = 0; !stopped.signal.aborted; asked += 1) {
      const begun = performance.now();
      await ask(agent, url);
      const took = performance.now() - begun;
      told.answers += 1;
      const slowest = asked === 0 ? 'slowestFirst' : 'slowest';
      told[slowest] = Math.max(told[slowest], took);
      await pause(Math.max(0, everyMs - took), stopped.signal);
    }
    agent.destroy();
  };
  const all = Promise.all(Array.from({ length: clients }, async (_, index) => client(index)));
  return {
    stop: async () => {
      stopped.abort();
      await all;
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
