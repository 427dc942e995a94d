import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PORTS = [10_000, 10_001, 10_002];

/** Starts Azurite with its data in a folder, and waits until it listens. Null if one listens already, started by this or by other means. */
export async function startEmulator(location: string): Promise<ChildProcess | null> {
  if (await listensEverywhere()) return null;
  const bin = fileURLToPath(import.meta.resolve('azurite/package.json')).replace(
    /package\.json$/u,
    'dist/src/azurite.js',
  );
  const emulator = spawn(process.execPath, [bin, '--silent', '--location', location, '--skipApiVersionCheck'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    // Ctrl-C is for the host, which still needs its storage to end well.
    detached: true,
  });
  for (let attempt = 0; attempt < 150 && emulator.exitCode === null; attempt++) {
    if (await listensEverywhere()) return emulator;
    await sleep(200);
  }
  emulator.kill();
  throw new Error(`The storage emulator does not listen on the ports ${PORTS.join(', ')}: is one of them taken?`);
}

/** Lets it write what it holds, which takes a moment; Azurite then lives on for up to a minute, for nothing. */
export async function stopEmulator(emulator: ChildProcess, patienceMs = 3000): Promise<void> {
  if (emulator.exitCode !== null || emulator.signalCode !== null) return;
  const gone = once(emulator, 'exit');
  emulator.kill();
  const impatient = setTimeout(() => emulator.kill('SIGKILL'), patienceMs);
  await gone;
  clearTimeout(impatient);
}

async function listensEverywhere(): Promise<boolean> {
  return (await Promise.all(PORTS.map(listens))).every(Boolean);
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
