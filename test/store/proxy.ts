import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { listen } from './listen.ts';

/** What becomes of a response: the connection is cut before it, half of it arrives and then the end or nothing, it comes late, or nobody is there for a while. */
export type Trouble = 'cut' | 'half' | 'mute' | 'late' | 'refuse';

export const TROUBLES: readonly Trouble[] = ['cut', 'half', 'mute', 'late', 'refuse'];

const LATE_MS = 300;
const AWAY_MS = 400;

/** A proxy in front of a server, on a port of its own. `trouble` is asked for each response whether something becomes of it. */
export async function openProxy(t: TestContext, target: { host: string; port: number }, trouble: () => Trouble | null) {
  const sockets = new Set<Socket>();
  const met: Trouble[] = [];
  let away = false;
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    const pair = [client, upstream];
    const end = (): void => pair.forEach((socket) => socket.destroy());
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    if (away) return end();
    client.on('data', (chunk) => upstream.write(chunk));
    let muted = false;
    let late = Promise.resolve();
    upstream.on('data', (chunk) => {
      const kind = muted ? null : trouble();
      if (kind !== null) met.push(kind);
      if (muted) return;
      if (kind === 'cut' || kind === 'refuse') end();
      if (kind === 'refuse') leave();
      if (kind === 'half' || kind === 'mute') client.write(chunk.subarray(0, chunk.length / 2));
      if (kind === 'half') client.end();
      if (kind === 'mute') muted = true;
      if (kind === 'late') late = late.then(() => new Promise((resolve) => setTimeout(resolve, LATE_MS)));
      if (kind === null || kind === 'late') late = late.then(() => void client.write(chunk));
    });
    return undefined;
  });
  /** For a while whoever connects is sent away. */
  const leave = (): void => {
    away = true;
    for (const socket of sockets) socket.destroy();
    setTimeout(() => (away = false), AWAY_MS);
  };
  return { port: await listen(t, server, sockets), met };
}
