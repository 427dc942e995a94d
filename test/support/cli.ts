import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';

/** What a process wrote and how it ended. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Resolves once stderr holds the text; rejects if the process ends before. */
  readonly stderrHas: (text: string) => Promise<void>;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const LOANS = join(ROOT, 'contracts', 'personal-loan.json');
export const CLAIMS = join(ROOT, 'contracts', 'insurance-claim.yaml');
export const GOLDEN = join(ROOT, 'test', 'golden');
export const LEASE = join(GOLDEN, 'contracts', 'lease.json');

/** Runs xmlfan as a process of its own, as a shell would. */
export function xmlfan(args: readonly string[], options: CliOptions = {}): Promise<Result> {
  return start('src/cli.ts', args, options).ended;
}

/** Starts xmlfan and leaves it running. */
export function startXmlfan(args: readonly string[], options: CliOptions = {}): Started {
  return start('src/cli.ts', args, options);
}

/** Runs what `npm start` runs. */
export function demo(args: readonly string[], options: CliOptions): Promise<Result> {
  return start('scripts/demo.ts', args, options).ended;
}

/** A folder of its own for each suite, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xmlfan-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(script: string, args: readonly string[], { cwd = ROOT, env = {} }: CliOptions): Started {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', COLUMNS: '80', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const waiting: { readonly text: string; readonly resolve: () => void; readonly reject: (error: Error) => void }[] =
    [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    for (const wait of waiting) if (output.stderr.includes(wait.text)) wait.resolve();
  });
  const ended = new Promise<Result>((resolve) => {
    child.on('close', (status) => {
      for (const wait of waiting) wait.reject(new Error(`ended before "${wait.text}": ${output.stderr}`));
      resolve({ status, ...output });
    });
  });
  const stderrHas = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ text, resolve, reject });
      if (output.stderr.includes(text)) resolve();
    });
  return { child, ended, stderrHas };
}
