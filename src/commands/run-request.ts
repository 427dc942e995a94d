import type { IdType } from '../document-id.ts';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import type { RunRequest } from '../run/request.ts';
import { checkInstanceId, parseRunRequest } from '../run/request.ts';
import type { Settings } from '../settings.ts';

/** Options of `run` that make its request; numbers are still text. */
export interface RequestOptions {
  readonly instanceCount?: string;
  readonly instanceId?: string;
  readonly moduloShard?: string;
  readonly moduloInstance?: string;
  readonly parallelism?: string;
  readonly partitionBy?: string;
  readonly workers?: string;
  readonly batchSize?: string;
  readonly limit?: string;
  readonly appIdStart?: string;
  readonly appIdEnd?: string;
  readonly sliceSeconds?: string;
  readonly maxFailureRate?: string;
  readonly maxFailures?: string;
  readonly dryRun?: true;
}

/** What the options ask for: the run, and the part of it that this process takes. */
export interface RunOrder {
  readonly request: RunRequest;
  /** Null = all instances. */
  readonly instanceId: number | null;
  readonly workers: number;
}

/** Checks the options of `run` with the schema of run requests. Throws an `InputError` that names options, not keys. */
export function readOrder(
  { productLine, idType }: Pick<Line, 'productLine' | 'idType'>,
  options: RequestOptions,
  settings: Settings,
): RunOrder {
  const count = pick(options.instanceCount, options.moduloShard, '--instance-count', '--modulo-shard');
  const id = pick(options.instanceId, options.moduloInstance, '--instance-id', '--modulo-instance');
  const raw = {
    product_line: productLine,
    instance_count: toNumber(count.value),
    parallelism: toNumber(options.parallelism),
    partition_by: options.partitionBy,
    batch_size: toNumber(options.batchSize),
    limit: toNumber(options.limit),
    app_id_start: options.appIdStart,
    app_id_end: options.appIdEnd,
    max_failure_rate: toNumber(options.maxFailureRate),
    max_failures: toNumber(options.maxFailures),
    dry_run: options.dryRun,
    slice_seconds: toNumber(options.sliceSeconds) ?? settings.sliceSeconds,
  };
  const request = tryRequest(withoutUndefined(raw), idType);
  const faults = [
    ...('faults' in request ? request.faults : []),
    ...count.faults,
    ...id.faults,
    ...idFaults(id.value, count.value),
    ...workersFaults(options.workers),
  ];
  if ('faults' in request || faults.length > 0) throw new InputError('The options of this run do not fit:', faults);
  const instanceId = id.value === undefined ? null : Number(id.value);
  if (instanceId !== null) checkInstanceId(instanceId, request.instance_count, optionName);
  return { request, instanceId, workers: options.workers === undefined ? settings.workers : Number(options.workers) };
}

function tryRequest(raw: unknown, idType: IdType): RunRequest | { readonly faults: readonly Fault[] } {
  try {
    return parseRunRequest(raw, optionName, idType);
  } catch (error) {
    if (error instanceof InputError) return { faults: error.faults };
    throw error;
  }
}

/** What a key of a request is called on a command line: `instance_count` is `--instance-count`. */
export function optionName(key: string): string {
  return `--${key.replaceAll('_', '-')}`;
}

/** The value of an option or of its alias; both are fine if they agree. */
function pick(
  value: string | undefined,
  alias: string | undefined,
  name: string,
  aliasName: string,
): { value: string | undefined; faults: Fault[] } {
  const clash = value !== undefined && alias !== undefined && value !== alias;
  const faults = clash
    ? [
        {
          place: aliasName,
          message: `${alias} contradicts ${name} ${value}`,
          advice: `${aliasName} is the same as ${name}: give one of them.`,
        },
      ]
    : [];
  return { value: value ?? alias, faults };
}

/** An instance means nothing without their number. Number() would take an empty text, as of a variable that is not set, for 0. */
function idFaults(id: string | undefined, count: string | undefined): readonly Fault[] {
  if (id === undefined) return [];
  if (count === undefined)
    return [
      {
        place: '--instance-count',
        message: 'is missing, although --instance-id is given',
        advice: 'Say how many instances share the work, the same number in every terminal, e.g. --instance-count 3.',
      },
    ];
  if (/^-?\d+$/.test(id)) return [];
  return [{ place: '--instance-id', message: `must be a whole number, not ${JSON.stringify(id)}`, advice: '' }];
}

function workersFaults(workers: string | undefined): readonly Fault[] {
  if (workers === undefined || (/^\d{1,3}$/.test(workers) && Number(workers) <= 256)) return [];
  return [
    { place: '--workers', message: `must be a whole number from 0 to 256, not ${JSON.stringify(workers)}`, advice: '' },
  ];
}

/** Text that is no number stays text, for the schema to refuse. */
function toNumber(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
