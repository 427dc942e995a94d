import { z } from 'zod';
import { ANY_INTEGER, describeIds, emptyRange, isWhole, LAST_ID, readDocumentId, type IdType } from '../document-id.ts';
import { InputError } from '../errors.ts';
import { requestFaults } from '../request-faults.ts';
import type { Fault } from '../errors.ts';
import type { Bounds } from '../store/ids.ts';

const WHOLE = 'must be a whole number above zero';

/** A document id in a request to any product line; each line says what its ids are. */
const documentId = z
  .union([z.int(), z.string().min(1).max(4000)], { error: 'must be a document id' })
  .transform((id) => String(id));

/** One of a line with whole numbers: above zero, as a number or as digits; canonical digits afterwards. */
const wholeId = z
  .union([z.int(WHOLE), z.string(WHOLE).regex(/^\d{1,19}$/, WHOLE)], { error: WHOLE })
  .transform((id) => BigInt(id).toString())
  .refine((id) => BigInt(id) > 0n, { error: WHOLE })
  .refine((id) => BigInt(id) <= LAST_ID, { error: `must be at most ${LAST_ID}` });

/** The one description of a run request: what the CLI, the HTTP API and the timer all validate with. */
export const runRequestSchema = z.strictObject({
  product_line: z.string().min(1).describe('Name of the contract to run'),
  instance_count: z.int().min(1).max(1024).default(4).describe('Partitions the documents are split into'),
  parallelism: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe('Partitions worked on at the same time; null = all'),
  partition_by: z
    .enum(['modulo', 'hash', 'range'])
    .default('modulo')
    .describe('How documents are split; modulo of ids that are no whole numbers is that of their hash'),
  batch_size: z.int().min(1).max(10_000).default(500).describe('Most documents fetched at a time'),
  limit: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .transform((limit) => (limit === 0 ? null : limit))
    .describe('Most documents of the whole run; null or 0 = all that are pending'),
  app_id_start: documentId.nullable().default(null).describe('First document id, inclusive; needs app_id_end'),
  app_id_end: documentId.nullable().default(null).describe('Last document id, inclusive; needs app_id_start'),
  max_failure_rate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('Share of failed documents (0 to 1) above which the run ends failed, from 200 documents on'),
  max_failures: z.int().min(0).nullable().default(null).describe('Failed documents above which the run ends failed'),
  dry_run: z.boolean().default(false).describe('Read, map and count, but write no rows and no log'),
  slice_seconds: z.int().min(1).max(300).default(60).describe('Time after which a slice of work ends by itself'),
});

/** A checked run request with every default filled in; its keys are the ones of JSON and of the stored run. */
export type RunRequest = z.output<typeof runRequestSchema>;

/** The schema of requests to a line whose ids are of a type. */
function schemaFor(type: IdType) {
  const id = isWhole(type) ? wholeId : otherId(type);
  const { app_id_start: start, app_id_end: end } = runRequestSchema.shape;
  return runRequestSchema.extend({
    app_id_start: id
      .nullable()
      .default(null)
      .describe(start.description ?? ''),
    app_id_end: id
      .nullable()
      .default(null)
      .describe(end.description ?? ''),
  });
}

function otherId(type: IdType) {
  const expected = `must be one of the ids, which are ${describeIds(type)}`;
  return z
    .string(expected)
    .refine((text) => readDocumentId(text, type) !== null, { error: expected })
    .transform((text) => readDocumentId(text, type) ?? text);
}

/**
 * Checks a run request to a line with ids of a type, and fills in defaults. Throws one `InputError` with all faults;
 * `nameOf` says what a key is called where the request came from, e.g. `--instance-count`.
 */
export function parseRunRequest(
  raw: unknown,
  nameOf: (key: string) => string = (key) => key,
  idType: IdType = ANY_INTEGER,
): RunRequest {
  const parsed = schemaFor(idType).safeParse(raw, { reportInput: true });
  const faults = parsed.success
    ? rangeFaults(parsed.data, nameOf, idType)
    : [...requestFaults(parsed.error, runRequestSchema, nameOf), ...halfRange(raw, nameOf)];
  if (!parsed.success || faults.length > 0) throw new InputError('Invalid run request', faults);
  return parsed.data;
}

/** Checks the number of one partition (`--instance-id`); counts from 0. */
export function checkInstanceId(
  instanceId: number,
  instanceCount: number,
  nameOf: (key: string) => string = (key) => key,
): void {
  if (Number.isInteger(instanceId) && instanceId >= 0 && instanceId < instanceCount) return;
  throw new InputError('Invalid instance-id', [
    {
      place: nameOf('instance_id'),
      message: `${instanceId} is not one of 0 to ${instanceCount - 1}`,
      advice: `Instances count from 0: with ${instanceCount} of them the last is ${instanceCount - 1}.`,
    },
  ]);
}

/** The range options of a request (inclusive). */
export function rangeOf(request: RunRequest): Bounds {
  return { start: request.app_id_start, end: request.app_id_end };
}

/** The request as stored with the run: keys in schema order, so that equal requests are equal text. */
export function canonicalRequest(request: RunRequest): string {
  return JSON.stringify(Object.fromEntries(KEYS.map((key) => [key, request[key]])));
}

/** Reads a stored request back. */
export function storedRequest(json: string): RunRequest {
  return runRequestSchema.parse(JSON.parse(json));
}

const KEYS = runRequestSchema.keyof().options;

/** What is wrong with a range of which one end is given, whatever else is wrong. */
function halfRange(request: unknown, nameOf: (key: string) => string): Fault[] {
  const range = z
    .looseObject({ app_id_start: z.unknown().optional(), app_id_end: z.unknown().optional() })
    .safeParse(request);
  const given = (['app_id_start', 'app_id_end'] as const).filter((key) => (range.data?.[key] ?? null) !== null);
  const [one] = given;
  if (one === undefined || given.length === 2) return [];
  return [
    {
      place: nameOf(one === 'app_id_start' ? 'app_id_end' : 'app_id_start'),
      message: `missing, although ${nameOf(one)} is given`,
      advice: 'Give both ends of the range or neither.',
    },
  ];
}

function rangeFaults(request: RunRequest, nameOf: (key: string) => string, idType: IdType): readonly Fault[] {
  const { app_id_start: start, app_id_end: end } = request;
  if (start === null || end === null) return halfRange(request, nameOf);
  return emptyRange({ start, end }, [nameOf('app_id_start'), nameOf('app_id_end')], idType);
}
