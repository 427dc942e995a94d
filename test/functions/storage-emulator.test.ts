import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { stopEmulator } from '../../scripts/storage-emulator.ts';

async function start(script: string) {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('up')`]);
  await once(child.stdout, 'data');
  return child;
}

test('a storage emulator that closes but does not end is ended', async () => {
  const stubborn = await start("process.on('SIGTERM', () => {})");

  await stopEmulator(stubborn, 200);

  assert.equal(stubborn.signalCode, 'SIGKILL');
});

test('a storage emulator that ends by itself has the time to write what it holds', async () => {
  const orderly = await start("process.on('SIGTERM', () => setTimeout(() => process.exit(3), 300))");

  await stopEmulator(orderly, 60_000);
  await stopEmulator(orderly);

  assert.equal(orderly.exitCode, 3);
});
