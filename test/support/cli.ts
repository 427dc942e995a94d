import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { runProgram } from '../../src/commands/program.ts';

/** What a program wrote and how it ended. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

export interface Started {
  readonly ended: Promise<Result>;
  /** Presses Ctrl-C. */
  readonly interrupt: () => void;
  /** Resolves to stderr once that holds the text; rejects if the program ends before. */
  readonly stderrHas: (text: string) => Promise<string>;
}

/** A program in a process of its own. */
export interface Spawned extends Started {
  readonly child: ChildProcess;
}

export const ROOT = dirname(fileURLToPath(new URL('../../package.json', import.meta.url)));
export const LOANS = join(ROOT, 'contracts', 'personal-loan.json');
export const CLAIMS = join(ROOT, 'contracts', 'insurance-claim.yaml');
export const GOLDEN = join(ROOT, 'test', 'golden');
export const LEASE = join(GOLDEN, 'contracts', 'lease.json');

/** Runs xmlfan in this process, with an environment, a folder and streams of its own. */
export function xmlfan(args: readonly string[], options: CliOptions = {}): Promise<Result> {
  return startXmlfan(args, options).ended;
}

/** Starts xmlfan in this process and leaves it running. */
export function startXmlfan(args: readonly string[], { cwd = ROOT, env, stdin = '' }: CliOptions = {}): Started {
  const signals = new EventEmitter();
  const output = collectOutput();
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        output.add(name, chunk.toString());
        done();
      },
    });
  const terminal = {
    env: environment(env),
    cwd,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    signals,
    spell: (text: string) => text,
  };
  const ended = runProgram(args, terminal).then((status) => output.end(status));
  return { ended, interrupt: () => void signals.emit('SIGINT'), stderrHas: output.stderrHas };
}

/** Starts xmlfan as a process of its own, as a shell would: for what only a process has. Its modules are bundled. */
export async function spawnXmlfan(args: readonly string[], options: CliOptions = {}): Promise<Spawned> {
  const { bundle } = await import('./bundle.ts');
  return spawnScript(await bundle('src/cli.ts'), args, options);
}

/** Starts xmlfan from the sources as they are, as `npm run xmlfan` does. */
export function spawnSources(args: readonly string[], options: CliOptions = {}): Spawned {
  return spawnScript(join(ROOT, 'src/cli.ts'), args, options);
}

/** Runs what `npm start` runs. */
export function demo(args: readonly string[], options: CliOptions): Promise<Result> {
  return spawnScript(join(ROOT, 'scripts/start.ts'), args, options).ended;
}

/** A folder of its own for each suite, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xmlfan-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function environment(env: CliOptions['env'] = {}): NodeJS.ProcessEnv {
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1', COLUMNS: '80', ...env };
}

function spawnScript(script: string, args: readonly string[], { cwd = ROOT, env }: CliOptions): Spawned {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput();
  child.stdout.setEncoding('utf8').on('data', (text: string) => output.add('stdout', text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.add('stderr', text));
  const ended = new Promise<Result>((resolve) => {
    child.on('close', (status) => resolve(output.end(status)));
  });
  return { child, ended, interrupt: () => void child.kill('SIGINT'), stderrHas: output.stderrHas };
}

function collectOutput() {
  const texts = { stdout: '', stderr: '' };
  const waiting: {
    readonly text: string;
    readonly resolve: (stderr: string) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  return {
    add(stream: 'stdout' | 'stderr', text: string): void {
      texts[stream] += text;
      for (const wait of waiting) if (texts.stderr.includes(wait.text)) wait.resolve(texts.stderr);
    },
    end(status: number | null): Result {
      for (const wait of waiting) wait.reject(new Error(`ended before "${wait.text}": ${texts.stderr}`));
      return { status, ...texts };
    },
    stderrHas: (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve, reject });
        if (texts.stderr.includes(text)) resolve(texts.stderr);
      }),
  };
}
