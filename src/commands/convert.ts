import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, LogLevel } from '../log.ts';
import { describeRun } from '../run/control.ts';
import type { Line } from '../run/line.ts';
import { runLocally, type LocalOptions } from '../run/local.ts';
import { openPool, type MapPool } from '../run/pool.ts';
import type { RunView } from '../run/report.ts';
import type { Settings } from '../settings.ts';
import type { Work } from './lines.ts';
import type { LogFile } from './log-file.ts';
import { formatAsEvent, formatForFile, formatForScreen, openLineLog } from './log-lines.ts';
import { requireFit } from '../run/prepared.ts';
import { openProgress, type ProgressDisplay } from './progress.ts';
import { optionName, type RunOrder } from './run-request.ts';
import { listenForInterrupt, type Terminal } from './terminal.ts';
import { formatSeconds } from '../words.ts';

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
  /** News as lines of JSON. */
  readonly json?: boolean | undefined;
}

/** `pool`: threads that are there already, and stay; without it an order has its own. */
interface ConvertOptions extends LogOptions {
  readonly pool?: MapPool;
}

/** Carries out an order, showing progress on stderr. Ctrl-C stops it after the current batch. Throws an `InputError` if the database does not fit. */
export async function convert(
  terminal: Terminal,
  line: Line,
  work: Work,
  order: RunOrder,
  options: ConvertOptions = {},
): Promise<Converted> {
  const { lines } = work;
  const news = await openNews(terminal, work, order, options);
  const tellWait = work.waits.tell;
  work.waits.tell = news.progress.countdown;
  let opened = false;
  let stopWatching: (() => Promise<void>) | undefined;
  const { signal, stopListening } = listenForInterrupt(terminal, news.tell, {
    underWay: () => opened,
    leaves: `Ended at once. What was committed stays; the same command goes on when the claim of this process has run out, within ${formatSeconds(work.settings.leaseSeconds)}.`,
  });
  const pool = options.pool ?? openPool({ lines, workers: order.workers });
  try {
    await requireFit(line);
    const { runId, status } = await runLocally({
      ...localRequest(terminal, work, order, news),
      pool,
      signal,
      checked: true,
      onOpened: (run) => {
        opened = true;
        if (!run.dryRun) stopWatching = watchFailures(line, run.runId, news.progress);
        news.logged.info(`Run ${run.runId} of ${line.productLine}`, { workers: order.workers, ...order.request });
      },
    });
    const view = await describeRun(lines, runId);
    if (view === null) throw new Error(`run ${runId} of ${line.productLine} is not in the database any more`);
    const { documents, success, failed, rows } = view.totals;
    news.logged.info(`Run ${runId}: ${view.status}`, { documents, success, failed, rows, seconds: view.seconds });
    return { view, interrupted: signal.aborted && (status === 'paused' || status === 'running') };
  } finally {
    await stopWatching?.();
    news.progress.close();
    work.waits.tell = tellWait;
    stopListening();
    if (options.pool === undefined) await pool.close();
  }
}

/** What is asked for, and whom to tell what comes of it. */
function localRequest(
  terminal: Terminal,
  { lines, settings }: Work,
  order: RunOrder,
  { progress, log }: News,
): Omit<LocalOptions, 'pool' | 'signal'> {
  const { request, instanceId } = order;
  return {
    lines,
    log,
    maxPageBytes: settings.maxPageBytes,
    runRetentionDays: settings.runRetentionDays,
    request,
    ...(instanceId !== null && { instanceId }),
    nameOf: optionName,
    onWait: (id, seconds) => progress.countdown(describeWait(id, order, seconds)),
    onPlanned: (instances) =>
      progress.plan(instances.filter(({ partition }) => instanceId === null || partition.instanceId === instanceId)),
    onPaused: (runId) =>
      progress.paused(
        terminal.spell(`The run is paused. \`xmlfan resume ${runId}\` lets it go on; Ctrl-C ends this process.`),
      ),
    onProgress: progress.step,
  };
}

/** Where news of a run go: the screen, and the log file if there is one. */
interface News {
  readonly progress: ProgressDisplay;
  readonly log: Log;
  /** The log file alone. */
  readonly logged: Log;
  readonly tell: (text: string) => void;
}

async function openNews(
  terminal: Terminal,
  { settings }: Work,
  order: RunOrder,
  { logLevel, logFile, json = false }: LogOptions,
): Promise<News> {
  const progress = await openProgress(terminal, { json });
  const screen = {
    level: effectiveLevel(terminal, logLevel, order, settings),
    write: json ? (line: string) => void terminal.stderr.write(`${line}\n`) : progress.line,
    format: json ? formatAsEvent : formatForScreen,
  };
  const files =
    logFile === undefined
      ? []
      : [{ level: logLevel ?? settings.logLevel, write: logFile.write, format: formatForFile }];
  const logged = openLineLog(files);
  const tell = (text: string): void => {
    progress.line(text);
    logged.info(text);
  };
  return { progress, log: openLineLog([screen, ...files]), logged, tell };
}

function describeWait(runId: string, { instanceId }: RunOrder, seconds: number): string {
  const held = instanceId === null ? `Run ${runId}` : `Instance ${instanceId} of run ${runId}`;
  return `${held} is held by another process that gives no sign of life. If it is dead, this one goes on in ${formatSeconds(seconds)}.`;
}

/** Asks now and then why documents fail, which looks through the log: it takes a small share of the time. Returns what ends it. */
function watchFailures({ store }: Line, runId: string, { failed, failures }: ProgressDisplay): () => Promise<void> {
  const ended = new AbortController();
  const watch = async (): Promise<void> => {
    for (let known = failed(), pause = LOOK_EVERY_MS; !ended.signal.aborted;) {
      await sleep(pause, undefined, { ref: false, signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted || failed() === known) continue;
      known = failed();
      const started = performance.now();
      // What keeps the database from answering is told where it matters.
      failures(await store.failureReasons(runId).catch(() => []));
      pause = Math.max(LOOK_EVERY_MS, (performance.now() - started) / LOOK_SHARE);
    }
  };
  const watching = watch();
  return async () => {
    ended.abort();
    await watching;
  };
}

const LOOK_EVERY_MS = 3000;
const LOOK_SHARE = 0.05;

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
