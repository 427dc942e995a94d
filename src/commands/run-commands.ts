import type { Command } from 'commander';
import { Option } from 'commander';
import type { ControlOptions } from './control.ts';
import { addExamples, addLineOptions, addStoreOptions, exiting, wholeNumber } from './options.ts';
import type { RunOptions } from './run.ts';
import type { StatusOptions } from './status.ts';

/** Adds the commands that start, watch and steer runs. */
export function addRunCommands(program: Command): void {
  program.commandsGroup('Runs:');
  addRun(program);
  addStatus(program);
  addControl(
    program,
    'pause',
    'pause a run after its current batches',
    'Asks a run to pause; its processes wait after the batch they are at. `resume` lets it go on.',
  );
  addControl(
    program,
    'resume',
    'let a paused run go on',
    'Lets a paused run go on with its old bounds. If none of its processes is left, start `xmlfan run` with the same options.',
  );
  addControl(
    program,
    'cancel',
    'end a run for good',
    'Ends a run; its processes stop after the batch they are at. What was committed stays, the rest is taken by the next run.',
  );
}

function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary('convert what is pending')
    .description(
      'Converts pending documents to rows. Without --instance-id this process works on all instances of the run; ' +
        'with it, only on that partition, and other processes with the same options join in for the others.\n\n' +
        'Ctrl-C stops after the current batch; the same command goes on.',
    );
  addRequestOptions(addLineOptions(addStoreOptions(command)));
  command.action(
    exiting(async (options: RunOptions, self: Command) =>
      (await import('./run.ts')).run(options, self.optsWithGlobals()),
    ),
  );
  addExamples(command, [
    [
      'run --store sqlite:my.db --contract contracts/personal-loan.json',
      'everything that is pending, in four partitions',
    ],
    [
      'run --product-line personal-loan --instance-count 8 --parallelism 4 --limit 10000',
      'the first 10,000 by id, in eight partitions',
    ],
    [
      'run --product-line personal-loan --instance-count 3 --instance-id 0',
      'one of three terminals; the others take 1 and 2',
    ],
    [
      'run --product-line personal-loan --dry-run --report dry.json',
      'count what would succeed and fail, write no rows',
    ],
  ]);
}

/** Numbers stay text here: the schema of a run request judges them all at once, as it does for HTTP. */
function addRequestOptions(command: Command): void {
  command
    .option('--instance-count <n>', 'partitions of the run (default: 4)')
    .option('--instance-id <i>', 'work on this partition only, counted from 0')
    .option('--parallelism <n>', 'instances at work at a time (default: all)')
    .option('--partition-by <how>', 'modulo, hash or range (default: modulo)')
    .option('--workers <n>', 'threads that parse and map (default: WORKERS, else one a core)')
    .option('--batch-size <n>', 'documents fetched at a time (default: 500)')
    .option('--limit <n>', 'most documents of the run, by id; 0 = no limit (default: no limit)')
    .option('--app-id-start <id>', 'lowest document id')
    .option('--app-id-end <id>', 'highest document id')
    .option('--slice-seconds <n>', 'time budget of one slice of work (default: SLICE_SECONDS, else 60)')
    .option(
      '--max-failure-rate <share>',
      'cancel above this share of failures, 0 to 1, from 200 documents on (default: off)',
    )
    .option('--dry-run', 'read and map, write no rows and no log')
    .option('--report <file>', 'write the report of the run here, as JSON')
    .option('--json', 'print the report on stdout instead of tables')
    .addOption(alias('--modulo-shard <n>', 'same as --instance-count'))
    .addOption(alias('--modulo-instance <i>', 'same as --instance-id'))
    .addOption(alias('--disable-metrics', 'accepted: without --report no metrics file is written'))
    .addOption(alias('--enable-instrumentation', 'accepted: see --log-level debug for timings of each batch'));
}

function alias(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('As the original had it:');
}

function addStatus(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('status')
        .summary('show runs, or one run with its instances')
        .description('Lists the latest runs, or shows one run: progress, rate, instances, failures by reason.')
        .argument('[run]', 'run id')
        .option('--limit <n>', 'most runs to list', wholeNumber(1, 1000), 20)
        .option('--json', 'print it as JSON'),
    ),
    { optional: true },
  );
  command.action(
    exiting(async (runId: string | undefined, options: StatusOptions) =>
      (await import('./status.ts')).status(runId, options),
    ),
  );
  addExamples(command, [
    ['status --store sqlite:my.db', 'the latest runs'],
    ['status --store sqlite:my.db 4f1c2a… --json', 'one run, for a program'],
  ]);
}

function addControl(program: Command, verb: 'pause' | 'resume' | 'cancel', summary: string, description: string): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command(verb)
        .summary(summary)
        .description(description)
        .argument('<run>', 'run id, as `status` shows it')
        .option('--json', 'print the run as JSON'),
    ),
    { optional: true },
  );
  command.action(
    exiting(async (runId: string, options: ControlOptions) =>
      (await import('./control.ts')).control(verb, runId, options),
    ),
  );
  addExamples(command, [[`${verb} --store sqlite:my.db 4f1c2a…`, summary]]);
}
