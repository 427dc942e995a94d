import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { InputError } from '../errors.ts';
import type { Line, Lines } from '../run/line.ts';
import type { RunView } from '../run/report.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, wholeNumber, type Cli, type JsonOption } from './options.ts';
import { print, printJson, type Terminal } from './terminal.ts';

interface StatusOptions extends LineAndStoreOptions, JsonOption {
  readonly limit: number;
  readonly watch?: true;
  readonly failures?: true;
  readonly pending?: true;
  readonly format?: 'csv';
}

export function addStatus({ program, acting }: Cli): void {
  const command = program
    .command('status')
    .summary('show runs, one run with its instances, or documents that failed or wait')
    .description(
      'Lists the latest runs, or shows one run: progress, rate, instances, failures by reason. ' +
        'With --failures or --pending it lists documents of one product line as CSV.',
    )
    .argument('[run]', 'run id, or the beginning of one')
    .option('--limit <n>', 'most runs to list', wholeNumber(1, 1000), 20)
    .option('--watch', 'show a run anew until it has ended, or the list until Ctrl-C')
    .addOption(
      new Option('--failures', 'list failed documents, of a run or all').conflicts(['pending', 'json', 'watch']),
    )
    .addOption(new Option('--pending', 'list documents that no run has done yet').conflicts(['json', 'watch']))
    .addOption(new Option('--format <format>', 'of such a list').choices(['csv']))
    .option('--json', 'print it as JSON')
    .action(acting(status));
  addLineOptions(addStoreOptions(command), { optional: true });
  addExamples(command, [
    ['status --store sqlite:my.db', 'the latest runs'],
    ['status --store sqlite:my.db 4f1c2a --watch', 'one run, until it has ended'],
    ['status --store sqlite:my.db 4f1c2a --json', 'one run, for a program'],
    ['status --product-line personal-loan --failures --format csv > failed.csv', 'failed documents, for a spreadsheet'],
  ]);
}

/** Lists the latest runs, shows one, or lists documents. */
async function status(terminal: Terminal, run: string | undefined, options: StatusOptions): Promise<ExitStatus> {
  const { resolveRun, withLine, withLines } = await import('./lines.ts');
  if (options.failures || options.pending) {
    if (options.pending && run !== undefined) refuseRun(run);
    return withLine(terminal, options, {}, async (line, { lines }) => {
      const runId = run === undefined ? undefined : await resolveRun(lines, run);
      return listDocuments(terminal, line, options.failures ? 'failures' : 'pending', runId);
    });
  }
  return withLines(terminal, options, {}, async ({ lines }) => {
    const runId = run === undefined ? undefined : await resolveRun(lines, run);
    if (options.watch) return watch(terminal, lines, runId, options);
    if (runId === undefined) await showRuns(terminal, lines, options);
    else await showRun(terminal, lines, runId, options);
    return EXIT.done;
  });
}

function refuseRun(run: string): never {
  const advice = 'Leave the run out: what waits, waits for whichever run comes next.';
  throw new InputError('Pending documents belong to no run:', [
    { place: 'run', message: `${run} is given together with --pending`, advice },
  ]);
}

async function showRuns(terminal: Terminal, lines: Lines, { limit, json }: StatusOptions): Promise<void> {
  const { listRuns } = await import('../run/control.ts');
  const { renderRuns } = await import('./render.ts');
  const runs = await listRuns(lines, { limit, offset: 0 });
  if (json) return printJson(terminal, runs);
  const names = lines.all().map(({ productLine }) => productLine);
  return print(terminal, runs.length === 0 ? `No run of ${names.join(' or ')} yet.` : renderRuns(runs, terminal));
}

async function showRun(terminal: Terminal, lines: Lines, runId: string, { json }: StatusOptions): Promise<void> {
  const { describeRun } = await import('../run/control.ts');
  const { renderRun } = await import('./render.ts');
  const view = await describeRun(lines, runId);
  if (view === null) return;
  await (json ? printJson(terminal, view) : print(terminal, terminal.spell(renderRun(view, terminal))));
}

/** Streams documents of a line as CSV. */
async function listDocuments(
  terminal: Terminal,
  { store }: Line,
  what: 'failures' | 'pending',
  runId: string | undefined,
): Promise<ExitStatus> {
  const { printFailures, printPending } = await import('./csv.ts');
  await (what === 'failures' ? printFailures(terminal, store, runId) : printPending(terminal, store));
  return EXIT.done;
}

const WATCH_EVERY_MS = 2000;

/** Shows a run, or the latest ones, anew until the run has ended; on a terminal in the same place, else where something has changed. */
async function watch(
  terminal: Terminal,
  lines: Lines,
  runId: string | undefined,
  options: StatusOptions,
): Promise<ExitStatus> {
  const { describeRun, listRuns } = await import('../run/control.ts');
  const { openWatch } = await import('./watch.ts');
  const screen = openWatch(terminal, options);
  for (;;) {
    const view = runId === undefined ? null : await describeRun(lines, runId);
    if (view === null) screen.runs(await listRuns(lines, { limit: options.limit, offset: 0 }));
    else screen.run(view);
    if (view !== null && view.ended !== null) {
      screen.close();
      if (!options.json) await showRun(terminal, lines, view.run_id, options);
      return statusOf(view);
    }
    await sleep(WATCH_EVERY_MS);
  }
}

function statusOf({ status: ended, totals }: RunView): ExitStatus {
  if (ended !== 'completed') return EXIT.failed;
  return totals.failed > 0 ? EXIT.incomplete : EXIT.done;
}
