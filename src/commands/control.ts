import type { Run } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { note, print, printJson, type Terminal } from './terminal.ts';

const VERBS = {
  pause: {
    summary: 'pause a run after its current batches',
    description: 'Asks a run to pause; its processes wait after the batch they are at. `resume` lets it go on.',
  },
  resume: {
    summary: 'let a paused run go on',
    description:
      'Lets a paused run go on with its old bounds. If none of its processes is left, start `xmlfan run` with the same options.',
  },
  cancel: {
    summary: 'end a run for good',
    description:
      'Ends a run; its processes stop after the batch they are at. What was committed stays, the rest is taken by the next run.',
  },
} as const;

type Verb = keyof typeof VERBS;

/** Adds `pause`, `resume` and `cancel`. */
export function addControls(cli: Cli): void {
  addControl(cli, 'pause');
  addControl(cli, 'resume');
  addControl(cli, 'cancel');
}

function addControl({ program, acting }: Cli, verb: Verb): void {
  const { summary, description } = VERBS[verb];
  const command = program
    .command(verb)
    .summary(summary)
    .description(description)
    .argument('<run>', 'run id, as `status` shows it, or the beginning of one')
    .option('--json', 'print the run as JSON')
    .action(
      acting((terminal, run: string, options: LineAndStoreOptions & JsonOption) =>
        control(terminal, verb, run, options),
      ),
    );
  addLineOptions(addStoreOptions(command), { optional: true });
  addExamples(command, [[`${verb} --store sqlite:my.db 4f1c2a`, summary]]);
}

/** Pauses, resumes or cancels a run, and says what it then is. Exit status 2 if its state does not allow it. */
async function control(
  terminal: Terminal,
  verb: Verb,
  run: string,
  options: LineAndStoreOptions & JsonOption,
): Promise<ExitStatus> {
  const { resolveRun, withLines } = await import('./lines.ts');
  const { cancelRun, describeRun, pauseRun, resumeRun } = await import('../run/control.ts');
  return withLines(terminal, options, {}, async ({ lines }) => {
    const runId = await resolveRun(lines, run);
    const result = await { pause: pauseRun, resume: resumeRun, cancel: cancelRun }[verb](lines, runId);
    if (result.result !== 'done') {
      note(
        terminal,
        `Run ${runId} cannot be asked to ${verb}${'run' in result ? `: it is ${result.run.status}` : ''}.`,
      );
      return EXIT.notBegun;
    }
    if (options.json) await printJson(terminal, await describeRun(lines, runId));
    else await print(terminal, terminal.spell(describeChange(result.run)));
    return EXIT.done;
  });
}

function describeChange({ runId, status, productLine }: Run): string {
  const meaning: Partial<Record<Run['status'], string>> = {
    paused: `paused; its processes wait after the batch they are at. \`xmlfan resume ${runId}\` lets it go on.`,
    running: `running; if none of its processes is left, start \`xmlfan run --product-line ${productLine}\` with the same options.`,
    cancelling: 'being cancelled; its processes stop after the batch they are at.',
    cancelled: 'cancelled. What is left is taken by the next run.',
  };
  return `Run ${runId} is ${meaning[status] ?? status}`;
}
