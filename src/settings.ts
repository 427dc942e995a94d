import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Fault } from './errors.ts';
import { InputError } from './errors.ts';
import type { LogLevel } from './log.ts';
import { LOG_LEVELS, parseLogLevel } from './log.ts';
import { readSchedule } from './ncrontab.ts';

/** What the environment says, checked and with defaults filled in. Only `parseSettings` makes one. */
export interface Settings {
  /** `sqlite:PATH`, `mssql://…` or an ADO connection string; null where the command line names the store. */
  readonly store: string | null;
  /** Folder of the contracts that are product lines; by default the one that comes with xmlfan. */
  readonly contractsDir: string;
  readonly leaseSeconds: number;
  readonly aliveSeconds: number;
  readonly sliceSeconds: number;
  /** Threads that parse and map; 0: the one that writes does. */
  readonly workers: number;
  readonly logLevel: LogLevel;
  /** NCRONTAB or interval of the timer that starts runs, or null. */
  readonly runSchedule: string | null;
  /** NCRONTAB or interval of the timer that starts runs again whose orchestrations are gone, or null. */
  readonly watchSchedule: string | null;
  /** Days that finished orchestration history is kept. */
  readonly retentionDays: number;
  /** Days that runs which have ended are kept in the database. */
  readonly runRetentionDays: number;
  /** Connection string of Application Insights; without it nothing is sent. */
  readonly applicationInsights: string | null;
  /** What `serve` asks callers for, or null. */
  readonly apiKey: string | null;
  /** Whether the API shows what is in documents; rows and XML hold personal data. */
  readonly documentContents: boolean;
  /** Bytes of documents that a page may hold, besides its number of documents. */
  readonly maxPageBytes: number;
}

const MiB = 1024 * 1024;

/**
 * Reads the settings from environment variables; an empty variable counts as absent. Throws one `InputError` with every fault.
 * Only the names of variables and values that are no secrets appear in it.
 */
export function parseSettings(env: NodeJS.ProcessEnv): Settings {
  const result = settings.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!result.success)
    throw new InputError(
      'Some settings are wrong:',
      result.error.issues.map((issue) => toFault(issue, env)),
    );
  const raw = result.data;
  const leaseSeconds = raw.LEASE_SECONDS;
  const aliveSeconds = raw.ALIVE_SECONDS ?? defaultAliveSeconds(leaseSeconds, env);
  const faults = [...aliveFaults(aliveSeconds, leaseSeconds), ...intervalFaults(raw, env)];
  if (faults.length > 0) throw new InputError('Some settings are wrong:', faults);
  return {
    store: raw.XMLFAN_STORE ?? null,
    contractsDir: raw.CONTRACTS_DIR ?? fileURLToPath(new URL('../contracts', import.meta.url)),
    leaseSeconds,
    aliveSeconds,
    sliceSeconds: raw.SLICE_SECONDS,
    workers: raw.WORKERS ?? availableParallelism(),
    logLevel: raw.LOG_LEVEL,
    runSchedule: raw.RUN_SCHEDULE ?? null,
    watchSchedule: raw.WATCH_SCHEDULE === 'off' ? null : raw.WATCH_SCHEDULE,
    retentionDays: raw.RETENTION_DAYS,
    runRetentionDays: raw.RUN_RETENTION_DAYS,
    applicationInsights: raw.APPLICATIONINSIGHTS_CONNECTION_STRING ?? null,
    apiKey: raw.XMLFAN_API_KEY ?? null,
    documentContents: raw.DOCUMENT_CONTENTS === 'on',
    maxPageBytes: raw.MAX_PAGE_BYTES,
  };
}

const SCHEDULE =
  'expected five or six NCRONTAB fields parted by blanks, e.g. 0 */15 * * * *, or an interval such as 00:15:00';

const settings = z.object({
  XMLFAN_STORE: z.string().optional(),
  CONTRACTS_DIR: z.string().optional(),
  LEASE_SECONDS: wholeNumber(1, 3600).default(120),
  ALIVE_SECONDS: wholeNumber(1, 86_400).optional(),
  SLICE_SECONDS: wholeNumber(1, 600).default(60),
  WORKERS: wholeNumber(0, 256).optional(),
  LOG_LEVEL: z
    .string()
    .transform((level) => parseLogLevel(level))
    .pipe(z.enum(LOG_LEVELS, { error: `expected one of ${LOG_LEVELS.join(', ')}` }))
    .default('info'),
  RUN_SCHEDULE: z
    .string()
    .refine((text) => readSchedule(text) !== null, { error: SCHEDULE })
    .optional(),
  WATCH_SCHEDULE: z
    .string()
    .refine((text) => text === 'off' || readSchedule(text) !== null, { error: `${SCHEDULE}, or off` })
    .default('0 * * * * *'),
  RETENTION_DAYS: wholeNumber(1, 3650).default(30),
  RUN_RETENTION_DAYS: wholeNumber(1, 36_500).default(365),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
  XMLFAN_API_KEY: z.string().min(16, { error: 'expected at least 16 characters' }).optional(),
  DOCUMENT_CONTENTS: z.enum(['on', 'off'], { error: 'expected on or off' }).default('off'),
  MAX_PAGE_BYTES: wholeNumber(MiB, 1024 * MiB).default(4 * MiB),
});

/** The environment variables that are settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(settings.shape);

function wholeNumber(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

/** On Functions a lost activity is delivered again after minutes; one's own machine notices at once (architecture, point 4). */
function defaultAliveSeconds(leaseSeconds: number, env: NodeJS.ProcessEnv): number {
  return env['FUNCTIONS_WORKER_RUNTIME'] === undefined ? 2 * leaseSeconds : Math.max(900, 2 * leaseSeconds);
}

const SECRETS: ReadonlySet<string> = new Set([
  'XMLFAN_API_KEY',
  'XMLFAN_STORE',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
]);

function toFault(issue: z.core.$ZodIssue, env: NodeJS.ProcessEnv): Fault {
  const place = String(issue.path[0]);
  const found = SECRETS.has(place) ? '' : `, found ${JSON.stringify(env[place])}`;
  return { place, message: `${issue.message}${found}`, advice: '' };
}

function aliveFaults(aliveSeconds: number, leaseSeconds: number): Fault[] {
  if (aliveSeconds >= leaseSeconds) return [];
  const message = `${aliveSeconds} is below LEASE_SECONDS (${leaseSeconds})`;
  const advice = 'Raise it above the time after which a lost activity is delivered again, or leave it out.';
  return [{ place: 'ALIVE_SECONDS', message, advice }];
}

/** Plans that stop an idle app wake it by NCRONTAB only. */
const SLEEPING_PLANS: ReadonlySet<string | undefined> = new Set(['Dynamic', 'FlexConsumption']);

const SCHEDULES = ['RUN_SCHEDULE', 'WATCH_SCHEDULE'] as const;

function intervalFaults(
  schedules: { readonly [Name in (typeof SCHEDULES)[number]]?: string | undefined },
  env: NodeJS.ProcessEnv,
): Fault[] {
  if (!SLEEPING_PLANS.has(env['WEBSITE_SKU'])) return [];
  return SCHEDULES.filter((name) => readSchedule(schedules[name] ?? '')?.kind === 'interval').map((place) => ({
    place,
    message: `the interval ${schedules[place]} does not fire on a Consumption plan`,
    advice: 'Write it as NCRONTAB, e.g. 0 */15 * * * *.',
  }));
}

/** What is valid, but works otherwise than it looks. */
export function settingWarnings({ runSchedule, watchSchedule }: Settings): Fault[] {
  return [...scheduleWarnings('RUN_SCHEDULE', runSchedule), ...scheduleWarnings('WATCH_SCHEDULE', watchSchedule)];
}

function scheduleWarnings(place: (typeof SCHEDULES)[number], schedule: string | null): Fault[] {
  const warnings = readSchedule(schedule ?? '')?.warnings ?? [];
  return warnings.map((message) => ({ place, message, advice: 'Write what is meant.' }));
}
