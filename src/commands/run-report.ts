import type { Line } from '../run/line.ts';
import type { RunView } from '../run/report.ts';
import type { LogRow } from '../store/port.ts';

/** A document that failed, as the log has it. */
interface FailedDocument {
  readonly app_id: string;
  readonly error_stage: Stage;
  readonly error_message: string;
  readonly processing_time: string;
}

/** The report of a run: its view, and the further figures that reports of the original held (spec 13.5). */
export interface RunReport extends RunView {
  /** Address of the database, without secrets. */
  readonly store: string;
  readonly target_schema: string;
  readonly workers: number;
  /** Share of the time in which the instances that may run at once were at work, 0 to 1. */
  readonly parallel_efficiency: number;
  /** Failed documents by stage, under the original's keys; what only infrastructure causes fails no document and stays 0. */
  readonly failure_summary: Readonly<Record<string, number>>;
  /** The first ones by id, at most 1,000. */
  readonly failed_documents: readonly FailedDocument[];
  readonly quality_issue_count: number;
}

/** Puts a report together. It holds ids, counts and reasons, and no document contents. */
export async function makeReport(
  view: RunView,
  line: Line,
  process: { store: string; workers: number },
): Promise<RunReport> {
  const failed: FailedDocument[] = [];
  const summary = new Map(Object.values(SUMMARY_KEYS).map((key) => [key, 0]));
  if (!view.dry_run) {
    for await (const row of failuresOf(line.store, view.run_id)) {
      const document = describe(row, line.contract.format === 2);
      const key = SUMMARY_KEYS[document.error_stage];
      summary.set(key, (summary.get(key) ?? 0) + 1);
      if (failed.length < MOST_LISTED) failed.push(document);
    }
  }
  return {
    ...view,
    ...process,
    target_schema: line.workSet.schema,
    parallel_efficiency: efficiency(view),
    failure_summary: Object.fromEntries(summary),
    failed_documents: failed,
    quality_issue_count: view.quality_issues.reduce((sum, { documents }) => sum + documents, 0),
  };
}

const SUMMARY_KEYS = {
  source: 'source_failures',
  validation: 'validation_failures',
  parsing: 'parsing_failures',
  mapping: 'mapping_failures',
  insertion: 'insertion_failures',
  constraint_violation: 'constraint_violations',
  database: 'database_errors',
  system: 'system_errors',
  unknown: 'unknown_failures',
} as const;

type Stage = keyof typeof SUMMARY_KEYS;

const MOST_LISTED = 1000;
const PAGE = 1000;

async function* failuresOf(store: Line['store'], runId: string): AsyncGenerator<LogRow> {
  let afterAppId: string | undefined;
  for (;;) {
    const rows = await store.listFailures({ runId, limit: PAGE, ...(afterAppId !== undefined && { afterAppId }) });
    yield* rows;
    afterAppId = rows.at(-1)?.appId;
    if (rows.length < PAGE) return;
  }
}

const STAGE_OF_CODE = new Map<string, Stage>([
  ['malformed', 'parsing'],
  ['limits', 'source'],
]);

/** A reason starts with its stage, `validation: …`, or in format 2 with a code, of which most are of mapping: `required: …`. */
function describe({ appId, failureReason, processingTime }: LogRow, isNested: boolean): FailedDocument {
  const reason = failureReason ?? '';
  const stage = reason.slice(0, Math.max(0, reason.indexOf(':')));
  return {
    app_id: appId,
    error_stage: isStage(stage) ? stage : (STAGE_OF_CODE.get(stage) ?? (isNested ? 'mapping' : 'unknown')),
    error_message: reason,
    processing_time: processingTime,
  };
}

function isStage(text: string): text is Stage {
  return Object.hasOwn(SUMMARY_KEYS, text);
}

function efficiency({ seconds, instances, request }: RunView): number {
  const atOnce = Math.min(request.parallelism ?? instances.length, instances.length);
  const worked = instances.reduce((sum, instance) => sum + instance.seconds, 0);
  return seconds === 0 || atOnce === 0 ? 1 : Math.min(1, Math.round((worked / (seconds * atOnce)) * 100) / 100);
}
