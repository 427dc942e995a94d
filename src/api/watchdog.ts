import { lineOf, startRun } from '../run/control.ts';
import type { Line, Lines } from '../run/line.ts';
import { isLive } from '../store/rules.ts';
import { parseRunRequest } from '../run/request.ts';
import { explainError, NotPreparedError } from '../run/prepared.ts';
import { StoreError, type Run } from '../store/port.ts';
import type { ApiContext, Runner } from './endpoint.ts';

/**
 * Starts a run again whose orchestration is gone (terminated, failed by the host, storage lost) and on whose instances nobody is at work;
 * without it the run would block its work set until it counts as dead. Says whether it did.
 * Runs of the command line are left to it, and so are those of an app with another contract.
 */
export async function reviveRun(lines: Lines, run: Run, runner: Runner, now = Date.now()): Promise<boolean> {
  const line = lineOf(lines, run);
  if (line === null || run.trigger === 'cli' || run.contractHash !== line.contract.hash) return false;
  if (!isLive(run) || run.status === 'paused' || isJustOpened(run, now)) return false;
  if ((await line.store.listInstances(run.runId)).some(({ leased }) => leased)) return false;
  if ((await runner.state(run)) !== 'gone') return false;
  await runner.resume(run);
  return true;
}

/** Whoever opened it may be about to start it. */
function isJustOpened({ planned, started, stale }: Run, now: number): boolean {
  return planned === null && !stale && now - Date.parse(started) < 30_000;
}

/** What a look at the live runs of a line found. */
export interface Sighting {
  readonly run: Run;
  readonly found: 'at work' | 'revived' | 'waiting' | 'suspended';
}

/** Enough to hold the live run and the dry runs beside it. */
const NEWEST_RUNS = 20;

/** Looks after the live runs of a line. */
export async function watchLine(line: Line, { backend, runner, log }: ApiContext): Promise<Sighting[]> {
  const lines = await backend.lines();
  const runs = await line.store.listRuns({ limit: NEWEST_RUNS, offset: 0 });
  const sightings: Sighting[] = [];
  for (const run of runs.filter((each) => isLive(each) && each.productLine === line.productLine)) {
    const revived = await reviveRun(lines, run, runner);
    if (revived) log.warn('Run had no orchestration any more and was started again', { run_id: run.runId });
    sightings.push({ run, found: revived ? 'revived' : await look(line, run, runner) });
  }
  return sightings;
}

async function look(line: Line, run: Run, runner: Runner): Promise<Sighting['found']> {
  if (run.trigger === 'cli') return 'at work';
  const state = await runner.state(run);
  if (state === 'waiting' || state === 'suspended') return state;
  return (await isUnheeded(line, run)) ? 'waiting' : 'at work';
}

/** More than a host that is killed costs: its messages are seen again after a minute, and then its leases have to expire. */
const LONGEST_SILENCE_SECONDS = 180;

/**
 * Whether nobody takes up what a run's orchestration asks for, though that is there and has begun, as where an older version of the app
 * replaced the one that began it. A run that is being planned gives no sign of life meanwhile.
 */
async function isUnheeded({ store }: Line, { runId, status, planned, silent }: Run): Promise<boolean> {
  if (status === 'paused') return false;
  const instances = await store.listInstances(runId);
  const ages = instances.flatMap(({ heartbeatAge }) => heartbeatAge ?? []);
  if (planned === null || ages.length === 0) return silent;
  const isSilent = silent || Math.min(...ages) > LONGEST_SILENCE_SECONDS;
  return isSilent && !instances.some(({ leased }) => leased);
}

/** Looks after the live runs of every line. One failure does not keep the others back. */
export async function watchRuns(context: ApiContext): Promise<void> {
  await forEachLine(context, async (line) => watchLine(line, context), 'Not every live run could be looked after');
}

/** Starts a run with default options for each product line; what is live stays and is recorded as skipped. */
export async function startRunOfEachLine(context: ApiContext): Promise<void> {
  const { backend, runner, log } = context;
  const lines = await backend.lines();
  const { faults } = await backend.contracts();
  if (faults.length > 0) log.warn('Some contracts cannot be loaded', { faults: faults.map(({ place }) => place) });
  const startLine = async (line: Line): Promise<void> => {
    const { productLine } = line;
    const request = parseRunRequest({ product_line: productLine, slice_seconds: backend.settings().sliceSeconds });
    const result = await startRun(lines, request, { trigger: 'timer', start: async (run) => runner.start(run) });
    const revived = result.result === 'live' && (await reviveRun(lines, result.run, runner));
    log.info(MESSAGES[revived ? 'revived' : result.result === 'opened' ? 'opened' : 'live'], {
      product_line: productLine,
      run_id: result.run.runId,
    });
  };
  await forEachLine(context, startLine, 'Not every scheduled run could be started');
}

const MESSAGES = {
  opened: 'Run started by schedule',
  live: 'Run skipped: another is live',
  revived: 'Run skipped: another is live, which had no orchestration any more and was started again',
};

async function forEachLine(
  { backend, log }: ApiContext,
  work: (line: Line) => Promise<unknown>,
  message: string,
): Promise<void> {
  const errors: unknown[] = [];
  for (const line of (await backend.lines()).all()) {
    try {
      await work(line);
    } catch (error) {
      const reason = error instanceof StoreError ? await explainError(line, error) : error;
      // Every minute the same: it is told, and what it keeps from being done is nothing that could be.
      if (reason instanceof NotPreparedError) log.warn(reason.message, { product_line: line.productLine });
      else errors.push(reason);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, message);
}
