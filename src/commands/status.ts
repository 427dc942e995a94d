import type { Lines } from '../run/line.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, wholeNumber, type Cli, type JsonOption } from './options.ts';
import { print, printJson, type Terminal } from './terminal.ts';

interface StatusOptions extends LineAndStoreOptions, JsonOption {
  readonly limit: number;
}

export function addStatus({ program, acting }: Cli): void {
  const command = program
    .command('status')
    .summary('show runs, or one run with its instances')
    .description('Lists the latest runs, or shows one run: progress, rate, instances, failures by reason.')
    .argument('[run]', 'run id')
    .option('--limit <n>', 'most runs to list', wholeNumber(1, 1000), 20)
    .option('--json', 'print it as JSON')
    .action(acting(status));
  addLineOptions(addStoreOptions(command), { optional: true });
  addExamples(command, [
    ['status --store sqlite:my.db', 'the latest runs'],
    ['status --store sqlite:my.db 4f1c2a… --json', 'one run, for a program'],
  ]);
}

/** Lists the latest runs, or shows one. */
async function status(terminal: Terminal, runId: string | undefined, options: StatusOptions): Promise<ExitStatus> {
  const { withLines } = await import('./lines.ts');
  return withLines(terminal, options, {}, async ({ lines }) => {
    if (runId === undefined) await showRuns(terminal, lines, options);
    else await showRun(terminal, lines, runId, options);
    return EXIT.done;
  });
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
  const { resolveRun } = await import('./lines.ts');
  const { describeRun } = await import('../run/control.ts');
  const { renderRun } = await import('./render.ts');
  const view = await describeRun(lines, await resolveRun(lines, runId));
  if (view === null) return;
  await (json ? printJson(terminal, view) : print(terminal, renderRun(view, terminal)));
}
