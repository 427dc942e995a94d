import type { Line } from '../run/line.ts';
import type { RunView } from '../run/report.ts';
import type { LogRow } from '../store/port.ts';

/** A document that failed, as the log has it. */
interface FailedDocument {
  readonly app_id: string;
  readonly error_stage: string;
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
  /** Failed documents by stage. */
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
  const summary = new Map(STAGES.map((stage) => [stage, 0]));
  if (!view.dry_run) {
    for await (const row of failuresOf(line.store, view.run_id)) {
      const document = describe(row);
      summary.set(document.error_stage, (summary.get(document.error_stage) ?? 0) + 1);
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

const STAGES = ['source', 'validation', 'parsing', 'mapping', 'constraint_violation', 'unknown'];
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

/** A reason starts with its stage: `validation: …`. */
function describe({ appId, failureReason, processingTime }: LogRow): FailedDocument {
  const reason = failureReason ?? '';
  const stage = reason.slice(0, Math.max(0, reason.indexOf(':')));
  return {
    app_id: appId,
    error_stage: STAGES.includes(stage) ? stage : 'unknown',
    error_message: reason,
    processing_time: processingTime,
  };
}

function efficiency({ seconds, instances, request }: RunView): number {
  const atOnce = Math.min(request.parallelism ?? instances.length, instances.length);
  const worked = instances.reduce((sum, instance) => sum + instance.seconds, 0);
  return seconds === 0 || atOnce === 0 ? 1 : Math.min(1, Math.round((worked / (seconds * atOnce)) * 100) / 100);
}
