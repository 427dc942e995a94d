import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { Instance, Run, Store } from '../store/port.ts';
import { startRun } from './control.ts';
import type { Line, Lines } from './line.ts';
import { isLeft, isLive } from '../store/rules.ts';
import { storedRequest } from './request.ts';
import type { RunRequest } from './request.ts';

/** What a process on this machine wants to work on. */
export interface LocalRequest {
  readonly request: RunRequest;
  /** Only this partition; by default all. */
  readonly instanceId?: number | undefined;
  /** What a key of the request is called where it came from, e.g. `--limit`. */
  readonly nameOf?: ((key: string) => string) | undefined;
  /** Told once a second while a lease is in the way: its process may be at work or dead, and then the lease expires after so many seconds. */
  readonly onWait?: ((runId: string, secondsLeft: number) => void) | undefined;
  /** Milliseconds of a clock that only goes on; by default the process's own. */
  readonly clock?: () => number;
}

/** Opens a run, or joins the live one if it is the same: another process may have opened it, or this one before it was stopped. */
export async function openOrJoin(lines: Lines, local: LocalRequest): Promise<Run> {
  const { request } = local;
  const line = lines.find(request.product_line);
  const dry = request.dry_run ? await findDryRun(line, request) : null;
  if (dry !== null) return join(line, dry, local);
  const opened = await startRun(lines, request, { trigger: 'cli', start: async () => undefined });
  return opened.result === 'opened' ? opened.run : join(line, opened.run, local);
}

/** Dry runs take nobody's place, so the database does not find them by work set. */
async function findDryRun(line: Line, request: RunRequest): Promise<Run | null> {
  const runs = await line.store.listRuns({ limit: 100, offset: 0 });
  return (
    runs.find(
      (run) => run.dryRun && !run.stale && isLive(run) && differences(line, run, request, (key) => key).length === 0,
    ) ?? null
  );
}

async function join(line: Line, run: Run, local: LocalRequest): Promise<Run> {
  const { request, instanceId, nameOf = (key) => key, onWait = () => undefined } = local;
  const clock = local.clock ?? (() => performance.now());
  const faults = differences(line, run, request, nameOf);
  if (faults.length > 0)
    throw new InputError(`Run ${run.runId} (${run.status}) has other options than this command`, [
      ...faults,
      wayOut(run),
    ]);
  if (run.status === 'cancelling') throw refused(run, 'is being cancelled', 'Wait until it has ended.');
  const waiting = (secondsLeft: number): void => onWait(run.runId, secondsLeft);
  const patience = { clock, onWait: waiting };
  if (instanceId === undefined) await refuseIfAlive(line.store, run, patience);
  else await refuseIfDrained(line.store, run, instanceId, patience);
  // it may have been paused or resumed meanwhile
  const now = (await line.store.findRun(run.runId)) ?? run;
  return now.status === 'paused' ? ((await line.store.requestStatus(run.runId, 'running')) ?? now) : now;
}

const COMPARED = [
  'product_line',
  'instance_count',
  'partition_by',
  'limit',
  'app_id_start',
  'app_id_end',
  'dry_run',
] as const;

function differences(
  { contract, productLine }: Line,
  run: Run,
  request: RunRequest,
  nameOf: (key: string) => string,
): Fault[] {
  const stored = storedRequest(run.request);
  const faults: Fault[] = COMPARED.filter((key) => stored[key] !== request[key]).map((key) => ({
    place: nameOf(key),
    message: `${request[key] ?? 'none'} here, ${stored[key] ?? 'none'} in the run`,
    advice: '',
  }));
  if (run.contractHash === contract.hash || run.productLine !== productLine) return faults;
  return [
    ...faults,
    { place: `contract of ${productLine}`, message: 'has changed since the run was opened', advice: '' },
  ];
}

function wayOut({ runId }: Run): Fault {
  return {
    place: `run ${runId}`,
    message: 'must end before a run with other options can start',
    advice: `Let it go on with \`resume ${runId}\`, or end it with \`cancel ${runId}\`.`,
  };
}

function refused({ runId }: Run, message: string, advice: string): InputError {
  return new InputError('Another process is at work', [{ place: `run ${runId}`, message, advice }]);
}

const LOOK_MS = 250;
/** Processes at work show it sooner. */
const TOLD_AFTER_MS = 2500;
const TOLD_EVERY_MS = 1000;
/** Longer than a living process needs from one sign of life to the next, between two slices. */
const QUIET_MS = 2000;

/** A run whose process was killed looks alive until its leases expire: waits for a sign of life, or for the last lease to expire. */
async function refuseIfAlive(store: Store, run: Run, patience: Patience): Promise<void> {
  if (run.status === 'paused') return;
  const look = async (): Promise<Look> => {
    const now = await store.findRun(run.runId);
    const instances = await store.listInstances(run.runId);
    return { sign: `${now?.aliveUntil} ${now?.status}`, heldSeconds: heldSeconds(instances) };
  };
  const alive = await showsLife(look, QUIET_MS, patience);
  if (alive)
    throw refused(
      run,
      'is being worked on by another process',
      `Wait until it has ended, or stop that process: then this command, or \`xmlfan resume ${run.runId}\`, lets it go on; \`xmlfan status ${run.runId} --watch\` shows how far it is. ` +
        'Processes that are to share a run take an --instance-id each, with the same --instance-count.',
    );
}

async function refuseIfDrained(store: Store, run: Run, instanceId: number, patience: Patience): Promise<void> {
  const find = async (): Promise<Instance | undefined> =>
    (await store.listInstances(run.runId)).find(({ partition }) => partition.instanceId === instanceId);
  const instance = await find();
  if (instance === undefined || !isLeft(instance)) return;
  const look = async (): Promise<Look> => {
    const now = await find();
    return { sign: now?.heartbeat ?? '', heldSeconds: now?.leaseSeconds ?? null };
  };
  const alive = await showsLife(look, 0, patience);
  if (alive)
    throw refused(
      run,
      `instance ${instanceId} is being drained by another process`,
      'Give this process another --instance-id.',
    );
}

interface Look {
  readonly sign: string;
  /** Seconds until nobody holds a lease any more, if nobody renews one; null if nobody does. */
  readonly heldSeconds: number | null;
}

/** How it is waited, and who is told. */
interface Patience {
  readonly clock: () => number;
  readonly onWait: (secondsLeft: number) => void;
}

/** True as soon as the sign changes; false once nothing is held and it was quiet for long enough. `onWait` is told once a second if that takes long. */
async function showsLife(look: () => Promise<Look>, quietMs: number, { clock, onWait }: Patience): Promise<boolean> {
  const started = clock();
  const first = await look();
  let toldAt = started + TOLD_AFTER_MS - TOLD_EVERY_MS;
  for (let now = first; now.heldSeconds !== null || clock() - started < quietMs; now = await look()) {
    if (now.sign !== first.sign) return true;
    if (now.heldSeconds !== null && clock() >= toldAt + TOLD_EVERY_MS) {
      toldAt = clock();
      onWait(Math.ceil(now.heldSeconds));
    }
    await sleep(LOOK_MS);
  }
  return false;
}

function heldSeconds(instances: readonly Instance[]): number | null {
  const seconds = instances.flatMap(({ leaseSeconds }) => leaseSeconds ?? []);
  return seconds.length === 0 ? null : Math.max(...seconds);
}
