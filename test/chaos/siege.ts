import { setTimeout as sleep } from 'node:timers/promises';
import { sumTotals } from '../../src/store/totals.ts';
import type { SourceDocument } from '../../src/store/port.ts';
import { storedRequest } from '../../src/run/request.ts';
import { openRandom } from '../../src/generate/random.ts';
import type { Random } from '../../src/generate/random.ts';
import { makeDatabase } from './database.ts';
import type { ChaosDatabase } from './database.ts';
import { NAMED_POINTS } from './points.ts';
import { carryOut } from './process.ts';
import type { Ended, Plan } from './process.ts';

export interface Siege {
  /** Where databases of SQLite are made. */
  readonly folder: string;
  /** Address of a server, or null for SQLite. */
  readonly server: string | null;
  readonly documents: readonly SourceDocument[];
  readonly seed: number;
  /** Processes are killed until so many were, and what is left is done in peace. */
  readonly kills: number;
  /** What a run without any kill made of the documents. */
  readonly clean: Readonly<Record<string, string>>;
}

/** What was done, and what must not have happened. */
export interface Outcome {
  readonly kills: number;
  /** Of those, while a lease was held: documents were in flight. */
  readonly inFlight: number;
  /** By point, or `random`. */
  readonly byPoint: Readonly<Record<string, number>>;
  readonly processes: number;
  readonly runs: number;
  readonly faults: readonly string[];
}

/** What one process makes of the documents if it is let alone. */
export async function peace({
  folder,
  server,
  documents,
}: Omit<Siege, 'seed' | 'kills' | 'clean'>): Promise<Siege['clean']> {
  const database = await makeDatabase(folder, server, documents);
  const { status, output } = await carryOut(database, { ...CALM, instanceCount: 1 });
  if (status !== EXIT_INCOMPLETE) throw new Error(`the clean run ended with ${status}: ${output}`);
  const hashes = await database.hashes();
  await database.remove();
  return hashes;
}

/** Some documents fail on purpose. */
const EXIT_INCOMPLETE = 3;
const EXITS: ReadonlySet<number | null> = new Set([0, 1, 2, EXIT_INCOMPLETE, 130]);

const CALM: Plan = {
  way: 'run',
  instanceCount: 4,
  instanceId: null,
  batchSize: 50,
  workers: 0,
  kill: null,
  clock: 0,
};

/** Most kills of one database; then another one is begun. */
const KILLS_EACH = 25;

/** Besieges databases, `lanes` at a time, until so many processes were killed or something is wrong. */
export async function besiegeAll(
  siege: Siege,
  lanes: number,
  tell: (outcome: Outcome & { readonly seed: number }) => void = () => undefined,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let { seed } = siege;
  const left = (): number => siege.kills - outcomes.reduce((sum, { kills }) => sum + kills, 0);
  const lane = async (): Promise<void> => {
    while (left() > 0 && outcomes.every(({ faults }) => faults.length === 0)) {
      const own = { ...siege, seed, kills: Math.min(KILLS_EACH, left()) };
      seed += 1;
      const outcome = await besiege(own);
      outcomes.push(outcome);
      tell({ seed: own.seed, ...outcome });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}

/** Works on one database with processes that are killed, round after round, then in peace, and looks at what came of it. */
async function besiege(siege: Siege): Promise<Outcome> {
  const random = openRandom(siege.seed, 0);
  const database = await makeDatabase(siege.folder, siege.server, siege.documents);
  const counted = { kills: 0, inFlight: 0, processes: 0, byPoint: {} as Record<string, number> };
  const faults: string[] = [];
  const count = async (ended: Ended): Promise<void> => {
    counted.processes += 1;
    if (!EXITS.has(ended.status) && ended.killed === null)
      faults.push(
        `${JSON.stringify(ended.plan)} ended with ${ended.status}: ${ended.output.slice(0, 300)} … ${ended.output.slice(-300)}`,
      );
    const { killed } = ended;
    if (killed === null) return;
    counted.kills += 1;
    counted.byPoint[killed] = (counted.byPoint[killed] ?? 0) + 1;
    if (await database.isLeased()) counted.inFlight += 1;
  };
  try {
    while (counted.kills < siege.kills && (await isLeft(database, siege))) {
      const plans = planRound(random, await instancesOfLiveRun(database));
      await Promise.all(plans.map(async (plan) => count(await carryOut(database, plan))));
    }
    await finish(database, siege, faults);
    faults.push(...(await whatIsWrong(database, siege)));
    const runs = await database.line.store.listRuns({ limit: 1000, offset: 0 });
    return { ...counted, runs: runs.length, faults };
  } finally {
    await database.remove();
  }
}

async function isLeft(database: ChaosDatabase, { documents }: Siege): Promise<boolean> {
  return (await database.logged()).size < documents.length;
}

/** One that a server left paused goes on only as it was asked for. */
async function instancesOfLiveRun({ line }: ChaosDatabase): Promise<number | null> {
  const live = await line.store.liveRun();
  return live === null ? null : storedRequest(live.request).instance_count;
}

/**
 * Processes, most of which are to be killed: up to four that share a run by hand, and seldom a second beside one that has a run for itself.
 * Most go on with the run that there is, since one that asks for another number of instances is refused and does nothing.
 */
function planRound(random: Random, live: number | null): readonly Plan[] {
  const instanceCount = live !== null && random.chance(0.9) ? live : random.pick([1, 2, 3, 4]);
  const batchSize = random.pick([1, 2, 4]);
  const hand = random.chance(0.4);
  const processes = hand ? random.int(1, Math.max(2, instanceCount)) : random.pick([1, 1, 1, 2]);
  return Array.from({ length: processes }, (_, index) => ({
    way: hand ? 'hand' : random.pick(['run', 'run', 'serve']),
    instanceCount: random.chance(0.95) ? instanceCount : random.pick([1, 2, 3, 4]),
    instanceId: hand ? index % instanceCount : null,
    batchSize,
    workers: random.pick([0, 0, 1, 2]),
    kill: processes === 1 || random.chance(0.9) ? planKill(random) : null,
    clock: random.pick([0, 0, 0, 7200]),
  }));
}

/** Calls of the port between which a process may die with something half done. */
const CALLS = [
  'openRun',
  'savePlan',
  'claimInstance',
  'readPage',
  'writeGroup',
  'endInstance',
  'releaseInstance',
  'listInstances',
  'finishRun',
] as const;

function planKill(random: Random): Plan['kill'] {
  const other = `${random.pick(['before', 'after'])} ${random.pick(CALLS)}`;
  const point = random.chance(0.15) ? other : random.pick(NAMED_POINTS);
  const latest = random.chance(0.2) ? 8 : 2;
  const afterMs = random.chance(0.2) ? random.int(0, 120) : 3000;
  return { afterMs, point, time: random.int(1, point.endsWith('Instance') ? 1 : latest) };
}

/** Whoever is in the way is dead: its leases expire, and its run goes stale. */
async function finish(database: ChaosDatabase, siege: Siege, faults: string[]): Promise<void> {
  let last = '';
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const instanceCount = await instancesOfLiveRun(database);
    if (instanceCount === null && !(await isLeft(database, siege))) return;
    ({ output: last } = await carryOut(database, { ...CALM, instanceCount: instanceCount ?? CALM.instanceCount }));
    await sleep(500);
  }
  faults.push(`it never came to an end: ${last.slice(-600)}`);
}

async function whatIsWrong(database: ChaosDatabase, { documents, clean }: Siege): Promise<string[]> {
  const { line } = database;
  const log = await database.logged();
  const found = await database.hashes();
  const runs = await line.store.listRuns({ limit: 1000, offset: 0 });
  const instances = (await Promise.all(runs.map(({ runId }) => line.store.listInstances(runId)))).flat();
  const totals = sumTotals(instances.map((instance) => instance.totals));
  const ofStatus = (status: string): number => [...log.values()].filter((row) => row.status === status).length;
  return [
    ...documents
      .filter(({ appId }) => log.get(appId)?.rows !== 1)
      .map(({ appId }) => `document ${appId} has ${log.get(appId)?.rows ?? 0} log rows`),
    ...Object.keys(clean)
      .filter((table) => found[table] !== clean[table])
      .map((table) => `${table}: ${found[table]} instead of ${clean[table]}`),
    ...(await line.store.verify())
      .filter(({ passed }) => !passed)
      .map(({ check, offenders }) => `${check} ${JSON.stringify(offenders)}`),
    ...(totals.success + totals.alreadyPresent === ofStatus('success')
      ? []
      : [`totals of success: ${JSON.stringify(totals)}, the log has ${ofStatus('success')}`]),
    ...(totals.failed === ofStatus('failed')
      ? []
      : [`totals of failed: ${totals.failed}, the log has ${ofStatus('failed')}`]),
    ...runs.filter(({ ended }) => ended === null).map(({ runId, status }) => `run ${runId} is still ${status}`),
  ];
}
