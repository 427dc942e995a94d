import { open, writeFile } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import type { LogLevel } from '../log.ts';
import { describeRun } from '../run/control.ts';
import type { Line } from '../run/line.ts';
import { runLocally } from '../run/local.ts';
import { openPool } from '../run/pool.ts';
import type { RunView } from '../run/report.ts';
import type { Settings } from '../settings.ts';
import { openConsoleLog } from './console-log.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { listenForInterrupt } from './interrupt.ts';
import { withLine, type LineAndStoreOptions, type Work } from './lines.ts';
import type { GlobalOptions, JsonOption } from './options.ts';
import { note, print, printJson } from './output.ts';
import { requireFit } from './prepared.ts';
import { openProgress } from './progress.ts';
import { makeReport } from './run-json.ts';
import { renderRun } from './run-report.ts';
import { optionName, readOrder, type RequestOptions, type RunOrder } from './run-request.ts';
import { count, formatSeconds } from './words.ts';

export interface RunOptions extends LineAndStoreOptions, RequestOptions, JsonOption {
  readonly report?: string;
  readonly disableMetrics?: true;
  readonly enableInstrumentation?: true;
}

/** Converts what is pending, or one partition of it, and prints what came of it. */
export async function run(options: RunOptions, { logLevel }: GlobalOptions): Promise<ExitStatus> {
  return withLine(options, { unprepared: true }, async (line, work) => {
    const order = readOrder(line.productLine, options, work.settings);
    if (options.report !== undefined) await requireWritable(options.report);
    const { view, interrupted } = await convert(line, work, order, logLevel);
    await tell(line, work.store, order, view, options);
    if (interrupted) note(`Stopped. What was committed stays; the same command goes on with run ${view.run_id}.`);
    return interrupted ? EXIT.interrupted : exitStatus(view, order);
  });
}

/** What came of an order, once this process has nothing more to do for it. */
export interface Converted {
  readonly view: RunView;
  /** Stopped by Ctrl-C before the end. */
  readonly interrupted: boolean;
}

/** Carries out an order, showing progress on stderr. Ctrl-C stops it after the current batch. Throws an `InputError` if the database does not fit. */
export async function convert(
  line: Line,
  { lines, settings }: Work,
  order: RunOrder,
  logLevel?: LogLevel,
): Promise<Converted> {
  const progress = openProgress(process.stderr);
  let opened = false;
  const interrupt = listenForInterrupt(progress.line, () => opened);
  const pool = openPool({ lines, workers: order.workers });
  // While the database is checked and the run is planned.
  pool.start();
  if (!order.request.dry_run) void line.store.prepareGroups(line.tables).catch(() => {});
  try {
    await requireFit(line);
    const { runId, status } = await runLocally({
      lines,
      pool,
      log: openConsoleLog(effectiveLevel(logLevel, order, settings), progress.line),
      maxPageBytes: settings.maxPageBytes,
      request: order.request,
      ...(order.instanceId !== null && { instanceId: order.instanceId }),
      nameOf: optionName,
      signal: interrupt.signal,
      onWait: (id) => progress.line(describeWait(id, order, settings)),
      onOpened: () => (opened = true),
      onPlanned: (instances) =>
        progress.plan(
          instances.filter(({ partition }) => order.instanceId === null || partition.instanceId === order.instanceId),
        ),
      onPaused: () => progress.paused('The run is paused. `xmlfan resume` lets it go on; Ctrl-C ends this process.'),
      onProgress: progress.step,
    });
    const view = await describeRun(lines, runId);
    if (view === null) throw new Error(`run ${runId} of ${line.productLine} is not in the database any more`);
    return { view, interrupted: interrupt.signal.aborted && (status === 'paused' || status === 'running') };
  } finally {
    progress.close();
    interrupt.stopListening();
    await pool.close();
  }
}

function describeWait(runId: string, { instanceId }: RunOrder, { leaseSeconds }: Settings): string {
  const held = instanceId === null ? `Run ${runId}` : `Instance ${instanceId} of run ${runId}`;
  return `${held} is held by another process that gives no sign of life. If it is dead, this one goes on within ${formatSeconds(leaseSeconds)}.`;
}

/** Bars say enough: beside them only warnings are logged, unless somebody asks for more or drains one partition as the original did. */
function effectiveLevel(logLevel: LogLevel | undefined, { instanceId }: RunOrder, settings: Settings): LogLevel {
  if (logLevel !== undefined) return logLevel;
  const quiet = process.stderr.isTTY && instanceId === null && (process.env['LOG_LEVEL'] ?? '') === '';
  return quiet ? 'warn' : settings.logLevel;
}

async function tell(
  line: Line,
  address: string,
  order: RunOrder,
  view: RunView,
  { report: file, json }: RunOptions,
): Promise<void> {
  const report =
    file !== undefined || json ? await makeReport(view, line, { store: address, workers: order.workers }) : null;
  if (file !== undefined) await writeReport(file, report);
  if (json) await printJson(report);
  else await print(view.planned === 0 && view.status === 'completed' ? nothingPending(view) : renderRun(view));
  if (order.instanceId !== null && view.ended === null) note(describeOthers(view, order.instanceId));
}

async function writeReport(file: string, report: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  note(`The report is in ${file}.`);
}

/** Tried before a run rather than after hours. */
async function requireWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice = 'Name a file that can be written.';
    throw new InputError('The report could not be written:', [{ place: '--report', message, advice }]);
  }
}

/** Said in place of empty tables. */
export function nothingPending({ product_line: name }: RunView): string {
  return `Nothing is pending: every document of ${name} has been converted or has failed before.`;
}

function describeOthers({ instances }: RunView, own: number): string {
  const left = instances.filter(
    ({ instance_id: id, status }) => id !== own && (status === 'planned' || status === 'running'),
  );
  const ids = left.map(({ instance_id: id, leased }) => `${id}${leased ? ' (at work)' : ''}`);
  return left.length === 0 ? '' : `The run stays open for ${count(left.length, 'other instance')}: ${ids.join(', ')}.`;
}

function exitStatus({ status, instances }: RunView, { instanceId }: RunOrder): ExitStatus {
  if (status === 'failed' || status === 'cancelled') return EXIT.failed;
  const failed = instances.some(
    (instance) => instance.status === 'failed' && (instanceId === null || instance.instance_id === instanceId),
  );
  return failed ? EXIT.failed : EXIT.done;
}
