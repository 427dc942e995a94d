import { z } from 'zod';

// Shapes of answers. They describe the API and the tests hold every answer against them; see run/report.ts for what the figures mean.

export const count = z.int().min(0);
export const time = z.string().describe('ISO time in UTC, by the clock of the database');
/** Digits, a GUID in lower case, or text, as the line's ids are. */
export const appId = z.string();

const totals = z.strictObject({
  documents: count,
  success: count,
  failed: count,
  already_present: count,
  done_by_another: count,
  rows: count,
  duplicate_rows: count,
  batches: count,
});

const instance = z.strictObject({
  instance_id: count,
  instance_count: count,
  partition: z.string(),
  session_id: z.string(),
  status: z.enum(['planned', 'running', 'completed', 'failed']),
  planned: count,
  percent: z.number(),
  totals,
  started: time.nullable(),
  ended: time.nullable(),
  seconds: z.number().describe('Without what the run was paused for'),
  documents_per_minute: z.number(),
  eta_seconds: z.number().nullable(),
  heartbeat_age_seconds: z.number().nullable(),
  silent: z.boolean().describe('At work in a running run, but without a sign of life for a minute'),
  leased: z.boolean(),
  error: z.string().nullable(),
});

export const qualityIssue = z.strictObject({
  kind: z.string(),
  table: z.string().nullable(),
  column: z.string().nullable(),
  documents: count,
  app_ids: z.array(appId),
});

const failureGroup = z.strictObject({
  reason: z
    .string()
    .describe('As the log has it; of reasons that differ in values only, what they have in common, with … for those'),
  sentence: z.string().describe('The same for people'),
  documents: count,
  first_at: time.nullable(),
});

export const trigger = z.enum(['http', 'timer', 'cli']);
export const runStatus = z.enum(['running', 'paused', 'cancelling', 'completed', 'failed', 'cancelled', 'skipped']);

export const runView = z.strictObject({
  run_id: z.string(),
  product_line: z.string(),
  trigger,
  status: runStatus,
  stale: z.boolean().describe('Live, but without a sign of life for too long: the next start takes its place'),
  silent: z.boolean().describe('Running, but none of its instances has given a sign of life for a minute'),
  pausing: z.boolean().describe('Paused, but groups in flight have not ended yet'),
  dry_run: z.boolean(),
  request: z.looseObject({}).describe('The request with every default filled in'),
  contract_hash: z.string(),
  started: time,
  ended: time.nullable(),
  seconds: z.number(),
  worked_seconds: z.number().describe('Of those, how long it was neither paused nor left alone'),
  error: z.string().nullable(),
  planned: count.nullable().describe('Pending documents when the run was planned; null before'),
  percent: z.number().nullable(),
  documents_per_minute: z.number().describe('Over all that it has worked so far'),
  documents_per_minute_now: z
    .number()
    .nullable()
    .describe('Over the last minute that it has worked; null unless it is at work'),
  eta_seconds: z
    .number()
    .nullable()
    .describe(
      'By that speed, or longer if an instance takes longer; null unless it is at work and has been for long enough to tell',
    ),
  heartbeat_age_seconds: z
    .number()
    .nullable()
    .describe('Since the latest sign of life of any instance, or since it was resumed'),
  success_rate: z.number().nullable().describe('Percent of documents'),
  totals,
  instances: z.array(instance),
  failures: z.array(failureGroup),
  quality_issues: z.array(qualityIssue),
  never_matched: z
    .array(z.strictObject({ table: z.string().nullable(), column: z.string().nullable(), path: z.string() }))
    .describe(
      'What the contract has looked for and found in no document, once 100 were converted: paths and names in expressions; without a column, what gives a table its rows',
    ),
  samples: z
    .array(z.tuple([z.number(), count, count]))
    .describe('How far it was: seconds since the start, documents, failed ones; at most 120'),
  pauses: z
    .array(z.tuple([z.number(), z.number(), z.enum(['paused', 'silent'])]))
    .describe(
      'Between which seconds since the start it was paused, or nobody was at work on it, the last some 150 times; what goes on ends now',
    ),
});

const runSummary = runView.omit({ failures: true, quality_issues: true, samples: true, pauses: true });

export const runList = z.strictObject({
  runs: z.array(runSummary),
  not_ready: z
    .array(z.strictObject({ product_line: z.string(), detail: z.string() }))
    .describe('Product lines whose tables cannot be read: their runs are missing here'),
});

export const startedRun = z.strictObject({
  run_id: z.string(),
  product_line: z.string(),
  status: runStatus,
  dry_run: z.boolean(),
  started: time,
  took_over: z.string().nullable().describe('Id of the dead run whose place it took'),
});

export const controlledRun = z.strictObject({ run_id: z.string(), status: runStatus });

export const logRow = z.strictObject({
  status: z.string(),
  failure_reason: z.string().nullable().describe('As the log has it'),
  sentence: z.string().nullable().describe('The same for people'),
  processing_time: z.string(),
  session_id: z.string().nullable(),
});

export const failureList = z.strictObject({
  failures: z.array(logRow.extend({ app_id: appId })),
  next_after_app_id: appId.nullable().describe('after_app_id of the next page; null on the last'),
});

export const failureReasons = z.strictObject({
  reasons: z.array(failureGroup).describe('Most documents first, at most 50'),
});

export const pendingList = z.strictObject({
  app_ids: z.array(appId),
  next_after_app_id: appId.nullable().describe('after_app_id of the next page; null on the last'),
});

const someIds = z.strictObject({ documents: count, app_ids: z.array(appId) });

export const redone = z.strictObject({
  product_line: z.string(),
  dry_run: z.boolean(),
  documents: count.describe('Documents that the next run makes anew'),
  rows: z.array(z.strictObject({ table: z.string(), rows: count })).describe('Rows deleted, table by table'),
  stays: z
    .array(z.strictObject({ table: z.string(), meaning: z.string() }))
    .describe('What stays, and what that means for the next run'),
  without_source: someIds.describe('Left alone: their source is gone, so that no run could make them anew'),
  referred_to: someIds.describe('Left alone: rows that no contract names refer to theirs'),
  unknown_origin: count.describe('With changed: documents of which nobody noted what they were made of'),
  unfit: z
    .array(z.strictObject({ app_id: appId, state: z.enum(['pending', 'converted', 'failed', 'unknown']) }))
    .describe('Asked for by their ids, and nothing to redo, with what they are; at most 20'),
});

export const redriven = z.strictObject({ product_line: z.string(), redriven: count });

const fault = z.strictObject({ place: z.string(), message: z.string(), advice: z.string() });

const contractSummary = z.strictObject({
  product_line: z.string(),
  product_name: z.string(),
  hash: z.string(),
  target_schema: z.string(),
  source_table: z.string(),
  source_column: z.string(),
  log_table: z.string(),
  root_element: z.string(),
  mappings: count,
});

export const contractList = z.strictObject({
  contracts: z.array(
    contractSummary.extend({
      tables: z.array(z.string()),
      documents: z
        .strictObject({
          pending: count,
          first_pending_app_id: appId
            .nullable()
            .describe('The lowest id that waits, which need not have waited longest: documents carry no time'),
          failed: count,
          last_run: runSummary.nullable(),
        })
        .optional()
        .describe('Unless counts=false: what waits, and the newest run'),
      not_ready: z.string().optional().describe('Why it could not be counted'),
    }),
  ),
  faults: z.array(fault).describe('What is wrong with contracts that could not be loaded'),
});

const finding = fault.extend({ severity: z.enum(['error', 'warning']) });

export const contractView = contractSummary.extend({
  application_table: z.string().nullable().describe('Table that the source is joined with'),
  application_id: z.strictObject({ path: z.string(), attribute: z.string(), optional: z.boolean() }),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.strictObject({
        kind: z.string().describe('How its rows come about'),
        path: z.string().nullable().describe('The elements that each make a row'),
        required: z
          .record(z.string(), z.union([z.literal(true), z.array(z.string())]))
          .describe('Attributes they need; true = any value'),
        rules: z.array(z.string()).describe('What else decides on them, as the contract says it'),
      }),
      keys: z
        .array(z.strictObject({ column: z.string(), of: z.enum(['document', 'contact', 'parent', 'position', 'row']) }))
        .describe('What identifies a row: `position` counts the rows of a parent row, `row` is read from it'),
      unique_key: z.array(z.string()).nullable(),
      on_duplicate: z.enum(['fail', 'skip', 'update']),
      columns: z.array(
        z.strictObject({
          name: z.string(),
          type: z.strictObject({
            kind: z.string(),
            length: count.nullable().optional(),
            precision: count.optional(),
            scale: count.optional(),
          }),
          nullable: z.boolean(),
        }),
      ),
      mappings: z.array(
        z.strictObject({
          index: count.describe('Its place in the contract: mappings[index]'),
          column: z.string().describe('Empty where the kind of row decides'),
          path: z.string(),
          whole_paths: z.array(z.string()).describe('The same from the root of the document, one by one'),
          attribute: z.string(),
          steps: z.array(z.string()),
          nullable: z.boolean(),
          default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
          expression: z.string().nullable(),
          enumeration: z.array(z.strictObject({ from: z.string(), to: z.union([z.string(), z.number()]) })).nullable(),
        }),
      ),
    }),
  ),
  database: z.array(finding).optional().describe('With check=true: in what the database does not fit it'),
});

export const livenessView = z.strictObject({ status: z.literal('ok') });

export const healthView = z.strictObject({
  status: z.enum(['ok', 'failing']),
  version: z.string().describe('Of this app'),
  database: z.enum(['sqlite', 'mssql']).nullable().describe('Null if none is open'),
  checks: z.array(
    z.strictObject({
      check: z.string(),
      passed: z.boolean(),
      faults: z.array(finding),
    }),
  ),
  notes: z.array(z.string()),
});

export const problemView = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(fault).optional(),
});
