import { createLogUpdate } from 'log-update';
import type { RunSummary, RunView } from '../run/report.ts';
import { renderProgress, summarise, type Progress } from './live-view.ts';
import { foldReasons } from './reasons.ts';
import { describeSilence, renderRuns } from './render.ts';
import { movesCursor, type Terminal } from './terminal.ts';

/** Shows the state of runs anew each time it is told. */
export interface Watch {
  readonly run: (view: RunView) => void;
  readonly runs: (views: readonly RunSummary[]) => void;
  readonly close: () => void;
}

/** On a terminal in the same place, elsewhere as lines, and only where something has changed. */
export function openWatch(terminal: Terminal, { json = false }: { readonly json?: boolean | undefined }): Watch {
  const { stdout, env } = terminal;
  if (json) {
    const show = showChanges(terminal);
    return {
      run: (view) => show(JSON.stringify(view)),
      runs: (views) => show(JSON.stringify(views)),
      close: () => undefined,
    };
  }
  if (!movesCursor(stdout, env)) {
    const show = showChanges(terminal);
    return {
      run: (view) => show(`${view.status}: ${summarise(progressOf(view))}`),
      runs: (views) => show(renderRuns(views, terminal)),
      close: () => undefined,
    };
  }
  const screen = createLogUpdate(stdout);
  return {
    run: (view) => screen(renderFrame(view, { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 })),
    runs: (views) => screen(renderRuns(views, terminal)),
    close() {
      screen.clear();
      screen.done();
    },
  };
}

function showChanges({ stdout }: Terminal): (text: string) => void {
  let shown = '';
  return (text) => {
    if (text !== shown) stdout.write(`${text}\n`);
    shown = text;
  };
}

function renderFrame(view: RunView, { columns, rows }: { readonly columns: number; readonly rows: number }): string {
  const headOf = (id: string): string => `Run ${id} of ${view.product_line}: ${view.status}`;
  // Commands take the beginning of an id too.
  const head = headOf(view.run_id).length < columns ? headOf(view.run_id) : headOf(view.run_id.slice(0, 8));
  return [head.slice(0, columns - 1), ...renderProgress(progressOf(view), { columns, rows: rows - 1 })].join('\n');
}

/** Rate and time left as the run's report has them: paused time counts in neither. */
function progressOf(view: RunView): Progress {
  return {
    bars: view.instances.map(({ instance_id: instanceId, planned, totals: { documents, failed } }) => ({
      instanceId,
      planned,
      documents,
      failed,
    })),
    perMinute: view.documents_per_minute_now,
    secondsLeft: view.eta_seconds,
    halted: view.pausing ? 'pausing' : view.status === 'paused' ? 'paused' : describeSilence(view),
    failures: foldReasons(view.failures),
  };
}
