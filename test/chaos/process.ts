import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../support/bundle.ts';
import { ROOT } from '../support/cli.ts';
import type { ChaosDatabase } from './database.ts';

/** The store and the mapper with points round them, without a line of the program knowing. */
const WRAPPED = {
  'src/store/open.ts': 'test/chaos/wrapped-store.ts',
  'src/mapping/map-document.ts': 'test/chaos/wrapped-mapping.ts',
  'src/run/map-worker.ts': 'test/chaos/wrapped-worker.ts',
};

/** What a process is to do, and what becomes of it. */
export interface Plan {
  readonly way: 'run' | 'serve' | 'hand';
  readonly instanceCount: number;
  /** Of a process by hand. */
  readonly instanceId: number | null;
  readonly batchSize: number;
  readonly workers: number;
  /** A point and the time at which it kills, and milliseconds at work after which it is killed anyway. */
  readonly kill: { readonly point: string; readonly time: number; readonly afterMs: number } | null;
  /** Seconds by which its clock is wrong and jumps; 0 = right. */
  readonly clock: number;
}

export interface Ended {
  readonly plan: Plan;
  /** Null if it was killed. */
  readonly status: number | null;
  /** Where it was killed by its plan: at a point, or at a random moment. */
  readonly killed: string | null;
  readonly output: string;
}

/** A server that is not killed by then is killed all the same, as is anything that hangs. */
const PATIENCE_MS = 300_000;

/** Starts a process and waits for its end. */
export async function carryOut(database: ChaosDatabase, plan: Plan): Promise<Ended> {
  const { kill } = plan;
  const program = await bundle('test/chaos/program.ts', WRAPPED);
  const child = spawn(process.execPath, [program, ...argumentsOf(plan)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      NO_COLOR: '1',
      XMLFAN_STORE: database.store,
      CONTRACTS_DIR: database.contractsDir,
      LEASE_SECONDS: '1',
      ALIVE_SECONDS: '2',
      LOG_LEVEL: 'debug',
      CHAOS_CLOCK: String(plan.clock),
      ...(kill === null ? {} : { CHAOS_POINT: `${kill.point}:${kill.time}` }),
    },
  });
  const lines: string[] = [];
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  let begun = false;
  let from = kill?.point;
  const killLater = async (afterMs: number): Promise<void> => {
    await sleep(afterMs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    from = 'random';
    child.kill('SIGKILL');
  };
  const read = (line: string): void => {
    lines.push(line);
    if (!begun && line.includes('Processing partition')) {
      begun = true;
      if (kill !== null) void killLater(kill.afterMs);
    }
    const url = /Serving (http\S+)\/api\/health,/u.exec(line)?.[1];
    if (url !== undefined) void serveUntilEnded(url, plan).finally(() => child.kill('SIGINT'));
  };
  createInterface({ input: child.stdout }).on('line', read);
  createInterface({ input: child.stderr }).on('line', read);
  const hung = setTimeout(() => child.kill('SIGQUIT'), PATIENCE_MS);
  const status = await exit;
  clearTimeout(hung);
  const killed = child.signalCode === 'SIGKILL' ? (from ?? null) : null;
  return { plan, status, killed, output: lines.join('\n') };
}

function argumentsOf({ way, instanceCount, instanceId, batchSize, workers }: Plan): readonly string[] {
  if (way === 'serve') return ['serve', '--port', '0', '--log-level', 'debug'];
  const numbers = { 'instance-count': instanceCount, 'instance-id': instanceId, 'batch-size': batchSize, workers };
  const options = Object.entries(numbers).flatMap(([name, value]) => (value === null ? [] : [`--${name}`, `${value}`]));
  return ['run', '--product-line', 'lease', '--log-level', 'debug', ...options];
}

const ASK_AGAIN_MS = 300;

/** Starts a run over HTTP, or lets the one go on that is in the way, until none is live. */
async function serveUntilEnded(url: string, { instanceCount, batchSize }: Plan): Promise<void> {
  const body = JSON.stringify({ product_line: 'lease', instance_count: instanceCount, batch_size: batchSize });
  const headers = { 'content-type': 'application/json' };
  const giveUp = performance.now() + PATIENCE_MS / 10;
  try {
    for (let asked = 0; performance.now() < giveUp; asked += 1) {
      if (asked % 10 === 0) await fetch(`${url}/api/runs`, { method: 'POST', body, headers });
      await sleep(ASK_AGAIN_MS);
      const answer = await fetch(`${url}/api/runs?limit=1`);
      const { runs }: { runs: { ended: string | null }[] } = JSON.parse(await answer.text());
      if (runs[0]?.ended !== null) return;
    }
  } catch {
    // The server was killed.
  }
}
