import { RunnerError, type Fault } from '../errors.ts';
import type { Line, Lines } from '../run/line.ts';
import { settingWarnings } from '../settings.ts';
import { readVersion } from '../version.ts';
import { StoreError } from '../store/port.ts';
import { NotReadyError } from './problem.ts';
import type { Backend } from './backend.ts';
import type { ApiContext } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { healthView, livenessView } from './views.ts';
import { watchLine } from './watchdog.ts';

export const getLivenessEndpoint = endpoint({
  ...NO_INPUT,
  answer: { status: 200, description: 'The app is running; nothing else was looked at', schema: livenessView },
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
});

interface Finding extends Fault {
  /** A warning does not fail a check; without a word it is an error. */
  readonly severity?: 'error' | 'warning';
}

interface Check {
  readonly check: string;
  readonly passed: boolean;
  readonly faults: readonly Required<Finding>[];
}

export const getHealthEndpoint = endpoint({
  ...NO_INPUT,
  answer: { status: 200, description: 'Everything that a run needs is there', schema: healthView },
  problems: [503],
  handle: async (_input, context) => {
    const { backend } = context;
    const checks: Check[] = [];
    const opened: Lines[] = [];
    checks.push(await attempt('The settings are valid', async () => checkSettings(backend)));
    checks.push(await attempt('The contracts are valid', async () => (await backend.contracts()).faults));
    if (await hasContracts(backend)) checks.push(...(await checkDatabase(context, opened)));
    const passed = checks.every((check) => check.passed);
    const database = opened[0]?.database.dialect ?? null;
    const notes =
      database === 'sqlite' ? ['The store is SQLite, which serves one machine only: do not scale out.'] : [];
    const body = { status: passed ? 'ok' : 'failing', version: readVersion(), database, checks, notes };
    return { status: passed ? 200 : 503, body };
  },
});

function checkSettings(backend: Backend): readonly Finding[] {
  return settingWarnings(backend.settings()).map((fault) => ({ ...fault, severity: 'warning' }));
}

/** A contract that cannot be loaded keeps no other from being checked. */
async function hasContracts(backend: Backend): Promise<boolean> {
  try {
    return (await backend.contracts()).contracts.length > 0;
  } catch {
    return false;
  }
}

async function checkDatabase(context: ApiContext, opened: Lines[]): Promise<Check[]> {
  const { backend } = context;
  const reachable = await attempt('The database answers', async () => {
    opened.push(await inTime(reach(backend)));
    return [];
  });
  const lines = opened.flatMap((all) => all.all());
  const perLine = lines.map(async (line) => {
    const tables = await attempt(`The tables of ${line.productLine} are there and fit`, async () =>
      line.store.check(line.tables),
    );
    return tables.passed ? [tables, await checkRuns(line, context)] : [tables];
  });
  return [reachable, ...(await Promise.all(perLine)).flat()];
}

/** A run that is started again by this look is told of, but fails no check. */
async function checkRuns(line: Line, context: ApiContext): Promise<Check> {
  return attempt(`Somebody is at work on the live runs of ${line.productLine}`, async () =>
    (await watchLine(line, context)).flatMap(({ run, found }) =>
      found === 'at work' ? [] : [{ place: `run ${run.runId}`, ...SIGHTINGS[found] }],
    ),
  );
}

const SIGHTINGS = {
  revived: { message: 'had no orchestration any more and was started again', advice: '', severity: 'warning' },
  waiting: {
    message: 'has waited for minutes, and no host has taken it',
    advice:
      'If a newer version of the app has started it, that one has to run; else see whether the task hub is at work.',
    severity: 'error',
  },
  suspended: {
    message: 'was suspended through the Durable extension, as a whole or in part',
    advice: 'Let it go on with POST /api/runs/{run_id}/resume, or cancel it.',
    severity: 'error',
  },
} as const;

async function reach(backend: Backend): Promise<Lines> {
  const lines = await backend.lines();
  await lines.database.ping();
  return lines;
}

/** The store tries again for a minute and more; whoever asks for health wants to know sooner. */
const LONGEST_SECONDS = 10;

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const error = new StoreError(`There is no answer after ${LONGEST_SECONDS} seconds.`, { transient: true });
  const timer = setTimeout(reject, LONGEST_SECONDS * 1000, error);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(check: string, find: () => Promise<readonly Finding[]>): Promise<Check> {
  const faults: readonly Required<Finding>[] = (await find().catch(toFindings)).map((fault) => ({
    ...fault,
    severity: fault.severity ?? 'error',
  }));
  return { check, passed: faults.every(({ severity }) => severity === 'warning'), faults };
}

/** What is not expected is left to the log: its message might tell a caller more than it should. */
function toFindings(error: unknown): readonly Finding[] {
  if (error instanceof NotReadyError) return error.faults;
  if (error instanceof RunnerError) return [{ place: 'task hub', message: error.message, advice: error.advice }];
  if (error instanceof StoreError) {
    const advice = error.permission ? 'Grant it to the login, or give XMLFAN_STORE one that has it.' : '';
    return [{ place: 'database', message: error.message, advice }];
  }
  throw error;
}
