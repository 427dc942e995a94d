import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants, copyFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// `npm run functions`: builds, starts the storage emulator if none listens, and runs the Functions host on this machine.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STORAGE_PORTS = [10_000, 10_001, 10_002];

const HOW_TO_GET_FUNC = `The Azure Functions Core Tools are missing: there is no \`func\` on the PATH.
  Get them with one of
    npm install --global azure-functions-core-tools@4 --unsafe-perm true
    brew tap azure/functions && brew install azure-functions-core-tools@4
    winget install Microsoft.Azure.FunctionsCoreTools
  or serve the same HTTP API without them: npm run xmlfan -- serve --store sqlite:.data/demo.db`;

process.exitCode = await main();

async function main(): Promise<number> {
  if (spawnSync('func', ['--version'], { shell: process.platform === 'win32' }).status !== 0)
    return fail(HOW_TO_GET_FUNC);
  const built = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (built.status !== 0) return fail('The build failed; see above.');
  makeSettings();
  const emulator = await startEmulator();
  try {
    return await run('func', ['start', ...process.argv.slice(2)]);
  } finally {
    emulator?.kill();
  }
}

function makeSettings(): void {
  try {
    copyFileSync(`${ROOT}/local.settings.example.json`, `${ROOT}/local.settings.json`, constants.COPYFILE_EXCL);
    tell(
      'Made local.settings.json from the example, for the database of `npm start`; the README explains each setting.',
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** Null if one listens already, started by this or by other means. */
async function startEmulator(): Promise<ChildProcess | null> {
  if (await listensEverywhere()) return null;
  tell('Starting the storage emulator (Azurite), with its data in .azurite/.');
  const bin = fileURLToPath(import.meta.resolve('azurite/package.json')).replace(
    /package\.json$/u,
    'dist/src/azurite.js',
  );
  const emulator = spawn(
    process.execPath,
    [bin, '--silent', '--location', `${ROOT}/.azurite`, '--skipApiVersionCheck'],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  for (let attempt = 0; attempt < 150 && emulator.exitCode === null; attempt++) {
    if (await listensEverywhere()) return emulator;
    await sleep(200);
  }
  emulator.kill();
  throw new Error(
    `The storage emulator does not listen on the ports ${STORAGE_PORTS.join(', ')}: is one of them taken?`,
  );
}

async function listensEverywhere(): Promise<boolean> {
  return (await Promise.all(STORAGE_PORTS.map(listens))).every(Boolean);
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ctrl-C reaches the host by itself; this process waits until it has ended. */
async function run(command: string, options: readonly string[]): Promise<number> {
  process.on('SIGINT', keepWaiting);
  const child = spawn(command, options, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  process.on('SIGTERM', () => child.kill());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 0));
  });
}

function keepWaiting(): void {}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

function tell(message: string): void {
  process.stdout.write(`${message}\n`);
}
