// A process of its own that works on a run, for tests that kill it: `node process.ts PATH REQUEST [INSTANCE_ID]`.
// Prints a line per committed group, and at the end the run's status. With STOP_AFTER it stops itself behind so many groups, between two
// transactions: however busy the machine is, it is then at work until a signal comes.
import { loadContract } from '../../src/contract-files.ts';
import { InputError } from '../../src/errors.ts';
import { silentLog } from '../../src/log.ts';
import { openLines } from '../../src/run/line.ts';
import { runLocally } from '../../src/run/local.ts';
import { openPool } from '../../src/run/pool.ts';
import { parseRunRequest } from '../../src/run/request.ts';
import { openDatabase } from '../../src/store/open.ts';
import { CONTRACT, LEASES } from './workload.ts';

const [path = '', request = '{}', instanceId] = process.argv.slice(2);
// A machine may be too busy to start a process within the short time after which a run counts as dead elsewhere.
const database = await openDatabase(`sqlite:${path}`, { ...LEASES, aliveSeconds: 120 });
const lines = openLines({ database, contracts: [loadContract(CONTRACT)] });
const pool = openPool({ lines, workers: 0, now: () => new Date('2026-01-01T00:00:00Z') });
let groups = 0;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  const run = await runLocally({
    lines,
    pool,
    log: silentLog,
    maxPageBytes: 8_000_000,
    runRetentionDays: 365,
    request: parseRunRequest(JSON.parse(request)),
    instanceId: instanceId === undefined ? undefined : Number(instanceId),
    signal: stop.signal,
    onProgress: ({ instanceId: id, totals }) => {
      process.stdout.write(`group ${id} ${totals.documents}\n`);
      groups += 1;
      if (groups === Number(process.env['STOP_AFTER'])) process.kill(process.pid, 'SIGSTOP');
    },
  });
  process.stdout.write(`end ${run.status} ${run.runId}\n`);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stdout.write(`refused ${error.message.replaceAll('\n', ' ')}\n`);
  process.exitCode = 2;
} finally {
  await pool.close();
  await database.close();
}
