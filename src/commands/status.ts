import type { RunView } from '../run/report.ts';
import { describeRun, listRuns } from '../run/control.ts';
import type { Lines } from '../run/line.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLines, type LineAndStoreOptions } from './lines.ts';
import type { JsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { resolveRun } from './resolve-run.ts';
import { renderRun, renderStatus } from './run-report.ts';
import { fitTable, terminalWidth, type TableColumn } from './table.ts';
import { formatNumber, formatSeconds } from './words.ts';

export interface StatusOptions extends LineAndStoreOptions, JsonOption {
  readonly limit: number;
}

/** Lists the latest runs, or shows one. */
export async function status(runId: string | undefined, options: StatusOptions): Promise<ExitStatus> {
  return withLines(options, {}, async ({ lines }) => {
    if (runId === undefined) await showRuns(lines, options);
    else await showRun(lines, runId, options);
    return EXIT.done;
  });
}

async function showRuns(lines: Lines, { limit, json }: StatusOptions): Promise<void> {
  const runs = await listRuns(lines, { limit, offset: 0 });
  if (json) return printJson(runs);
  const names = lines.all().map(({ productLine }) => productLine);
  return print(runs.length === 0 ? `No run of ${names.join(' or ')} yet.` : renderRuns(runs));
}

async function showRun(lines: Lines, runId: string, { json }: StatusOptions): Promise<void> {
  const view = await describeRun(lines, await resolveRun(lines, runId));
  if (view === null) return;
  await (json ? printJson(view) : print(renderRun(view)));
}

/** Commands take the beginning of an id too, which is shown where the whole one does not fit. */
function renderRuns(runs: readonly RunView[], width = terminalWidth()): string {
  return fitTable(
    [
      { title: 'run' },
      { title: 'product line' },
      { title: 'started' },
      { title: 'status' },
      { ...right('%'), dispensable: true },
      right('documents'),
      right('failed'),
      { ...right('time'), dispensable: true },
      { ...right('documents/minute'), dispensable: true },
    ],
    runs.map((run) => [
      width < WIDE ? run.run_id.slice(0, 8) : run.run_id,
      run.product_line,
      run.started.slice(0, 19).replace('T', ' '),
      `${renderStatus(run)}${run.dry_run ? ' (dry run)' : ''}`,
      run.percent === null ? '' : formatNumber(run.percent),
      formatNumber(run.totals.documents),
      formatNumber(run.totals.failed),
      formatSeconds(run.seconds),
      formatNumber(Math.round(run.documents_per_minute)),
    ]),
    width,
  );
}

const WIDE = 120;

function right(title: string): TableColumn {
  return { title, align: 'right' };
}
