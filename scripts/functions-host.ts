import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startEmulator, stopEmulator } from './storage-emulator.ts';

// `npm run functions`: builds, starts the storage emulator if none listens, and runs the Functions host on this machine.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SETTINGS = `${ROOT}/local.settings.json`;

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
  const emulator = await startEmulator(`${ROOT}/.azurite`);
  if (emulator !== null) tell('Started the storage emulator (Azurite), with its data in .azurite/.');
  try {
    return await run('func', ['start', ...process.argv.slice(2)], taskHubName());
  } finally {
    if (emulator !== null) await stopEmulator(emulator);
  }
}

function makeSettings(): void {
  const example: LocalSettings = JSON.parse(readFileSync(`${ROOT}/local.settings.example.json`, 'utf8'));
  const values = { ...example.Values, TASKHUB_NAME: ownTaskHub() };
  try {
    writeFileSync(SETTINGS, `${JSON.stringify({ ...example, Values: values }, null, 2)}\n`, { flag: 'wx' });
    tell(
      'Made local.settings.json from the example, for the database of `npm start`; the README explains each setting.',
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

interface LocalSettings {
  readonly Values?: Readonly<Record<string, string>>;
}

/** Apps that share a storage account or emulator take each other's work unless each has a task hub of its own. */
function ownTaskHub(): string {
  return `xmlfan${createHash('sha256').update(ROOT).digest('hex').slice(0, 8)}`;
}

function taskHubName(): string {
  const { Values: values = {} }: LocalSettings = JSON.parse(readFileSync(SETTINGS, 'utf8'));
  return process.env['TASKHUB_NAME'] || values['TASKHUB_NAME'] || ownTaskHub();
}

/** Ctrl-C reaches the host by itself; this process waits until it has ended. */
async function run(command: string, options: readonly string[], taskHub: string): Promise<number> {
  process.on('SIGINT', keepWaiting);
  const child = spawn(command, options, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TASKHUB_NAME: taskHub },
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
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
