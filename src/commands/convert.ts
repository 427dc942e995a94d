import type { LogLevel } from '../log.ts';
import { describeRun } from '../run/control.ts';
import type { Line } from '../run/line.ts';
import { runLocally } from '../run/local.ts';
import { openPool } from '../run/pool.ts';
import type { RunView } from '../run/report.ts';
import type { Settings } from '../settings.ts';
import { openConsoleLog } from './console-log.ts';
import type { Work } from './lines.ts';
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

/** Carries out an order, showing progress on stderr. Ctrl-C stops it after the current batch. Throws an `InputError` if the database does not fit. */
export async function convert(
  terminal: Terminal,
  line: Line,
  { lines, settings }: Work,
  order: RunOrder,
  logLevel?: LogLevel,
): Promise<Converted> {
  const progress = openProgress(terminal);
  let opened = false;
  const interrupt = listenForInterrupt(terminal, progress.line, () => opened);
  const pool = openPool({ lines, workers: order.workers });
  // While the database is checked and the run is planned.
  pool.start();
  if (!order.request.dry_run) void line.store.prepareGroups(line.tables).catch(() => {});
  try {
    await requireFit(line);
    const { runId, status } = await runLocally({
      lines,
      pool,
      log: openConsoleLog(effectiveLevel(terminal, logLevel, order, settings), progress.line),
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
