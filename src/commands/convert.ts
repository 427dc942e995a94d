import type { LogLevel } from '../log.ts';
import { describeRun } from '../run/control.ts';
import type { Line } from '../run/line.ts';
import { runLocally } from '../run/local.ts';
import { openPool } from '../run/pool.ts';
import type { RunView } from '../run/report.ts';
import type { Settings } from '../settings.ts';
import type { Work } from './lines.ts';
import type { LogFile } from './log-file.ts';
import { formatForFile, formatForScreen, openLineLog } from './log-lines.ts';
import { requireFit } from './prepared.ts';
import { openProgress } from './progress.ts';
import { optionName, type RunOrder } from './run-request.ts';
import { listenForInterrupt, type Terminal } from './terminal.ts';
import { formatSeconds } from './words.ts';

/** What came of an order, once this process has nothing more to do for it. */
export interface Converted {
  readonly view: RunView;
  /** Stopped by Ctrl-C before the end. */
  readonly interrupted: boolean;
}

/** What is logged, and where besides the screen. */
export interface LogOptions {
  readonly logLevel?: LogLevel | undefined;
  readonly logFile?: LogFile | undefined;
}

/** Carries out an order, showing progress on stderr. Ctrl-C stops it after the current batch. Throws an `InputError` if the database does not fit. */
export async function convert(
  terminal: Terminal,
  line: Line,
  { lines, settings }: Work,
  order: RunOrder,
  { logLevel, logFile }: LogOptions = {},
): Promise<Converted> {
  const progress = openProgress(terminal);
  const screen = {
    level: effectiveLevel(terminal, logLevel, order, settings),
    write: progress.line,
    format: formatForScreen,
  };
  const files =
    logFile === undefined
      ? []
      : [{ level: logLevel ?? settings.logLevel, write: logFile.write, format: formatForFile }];
  const fileLog = openLineLog(files);
  const tell = (text: string): void => {
    progress.line(text);
    fileLog.info(text);
  };
  let opened = false;
  const interrupt = listenForInterrupt(terminal, tell, () => opened);
  const pool = openPool({ lines, workers: order.workers });
  // While the database is checked and the run is planned.
  pool.start();
  if (!order.request.dry_run) void line.store.prepareGroups(line.tables).catch(() => {});
  try {
    await requireFit(line);
    const { runId, status } = await runLocally({
      lines,
      pool,
      log: openLineLog([screen, ...files]),
      maxPageBytes: settings.maxPageBytes,
      request: order.request,
      ...(order.instanceId !== null && { instanceId: order.instanceId }),
      nameOf: optionName,
      signal: interrupt.signal,
      onWait: (id) => tell(describeWait(id, order, settings)),
      onOpened: ({ runId: id }) => {
        opened = true;
        fileLog.info(`Run ${id} of ${line.productLine}`, { workers: order.workers, ...order.request });
      },
      onPlanned: (instances) =>
        progress.plan(
          instances.filter(({ partition }) => order.instanceId === null || partition.instanceId === order.instanceId),
        ),
      onPaused: () => progress.paused('The run is paused. `xmlfan resume` lets it go on; Ctrl-C ends this process.'),
      onProgress: progress.step,
    });
    const view = await describeRun(lines, runId);
    if (view === null) throw new Error(`run ${runId} of ${line.productLine} is not in the database any more`);
    const { documents, success, failed, rows } = view.totals;
    fileLog.info(`Run ${runId}: ${view.status}`, { documents, success, failed, rows, seconds: view.seconds });
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
function effectiveLevel(
  { env, stderr }: Terminal,
  logLevel: LogLevel | undefined,
  { instanceId }: RunOrder,
  settings: Settings,
): LogLevel {
  if (logLevel !== undefined) return logLevel;
  const quiet = stderr.isTTY === true && instanceId === null && (env['LOG_LEVEL'] ?? '') === '';
  return quiet ? 'warn' : settings.logLevel;
}
