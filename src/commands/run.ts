import { open, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import type { RunView } from '../run/report.ts';
import { describeError, EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions, Work } from './lines.ts';
import type { LogFile } from './log-file.ts';
import { formatAsEvent } from './log-lines.ts';
import {
  addExamples,
  addLineOptions,
  addStoreOptions,
  wholeNumber,
  type Cli,
  type GlobalOptions,
  type JsonOption,
} from './options.ts';
import type { RequestOptions, RunOrder } from './run-request.ts';
import { note, pathIn, print, printJson, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

interface RunOptions extends LineAndStoreOptions, RequestOptions, JsonOption, GlobalOptions {
  readonly report?: string;
  readonly logFile?: string | true;
  readonly page?: number | true;
  readonly disableMetrics?: true;
  readonly enableInstrumentation?: true;
}

export function addRun({ program, acting }: Cli): void {
  const command = program
    .command('run')
    .summary('convert what is pending')
    .description(
      'Converts pending documents to rows. Without --instance-id this process works on all instances of the run; ' +
        'with it, only on that partition, and other processes with the same options join in for the others.\n\n' +
        'Ctrl-C stops after the current batch; the same command goes on.',
    )
    .action(acting((terminal, _, self: Command) => run(terminal, self.optsWithGlobals<RunOptions>())));
  addRequestOptions(addLineOptions(addStoreOptions(command)));
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
    .option('--instance-id <i>', 'work on this partition only, counted from 0; needs --instance-count')
    .option('--parallelism <n>', 'instances at work at a time (default: all)')
    .addOption(
      new Option('--partition-by <how>', 'how documents are split (default: modulo)')
        .choices(['modulo', 'hash', 'range'])
        .argParser(String),
    )
    .option(
      '--workers <n>',
      'threads that parse and map, 0 for none beside the one that writes (default: WORKERS, else one a core)',
    )
    .option('--batch-size <n>', 'documents fetched at a time (default: 500)')
    .option('--limit <n>', 'most documents of the run, by id; 0 = no limit (default: no limit)')
    .option('--app-id-start <id>', 'lowest document id')
    .option('--app-id-end <id>', 'highest document id')
    .option('--slice-seconds <n>', 'time budget of one slice of work (default: SLICE_SECONDS, else 60)')
    .option(
      '--max-failure-rate <share>',
      'end the run as failed above this share of failures, 0 to 1, from 200 documents on (default: off)',
    )
    .option('--max-failures <n>', 'end the run as failed above this number of failures (default: off)')
    .option('--dry-run', 'read and map, write no rows and no log')
    .option(
      '--log-file [path]',
      'log into this file too, or into a new one in this folder (default: logs/); at most 64 MiB, the older half in PATH.1',
    )
    .option('--page [port]', 'serve the page for operators while the run lasts (port: 7071)', wholeNumber(0, 65_535))
    .option('--report <file>', 'write the report of the run here, as JSON')
    .option('--json', 'print the report on stdout as JSON, and news on stderr as one line of JSON each')
    .addOption(alias('--modulo-shard <n>', 'same as --instance-count'))
    .addOption(alias('--modulo-instance <i>', 'same as --instance-id'))
    .addOption(alias('--disable-metrics', 'accepted: without --report no metrics file is written'))
    .addOption(alias('--enable-instrumentation', 'accepted: see --log-level debug for timings of each batch'));
}

function alias(flags: string, description: string): Option {
  return new Option(flags, description).helpGroup('As the original had it:');
}

/** Converts what is pending, or one partition of it, and prints what came of it. */
async function run(terminal: Terminal, options: RunOptions): Promise<ExitStatus> {
  const { convert } = await import('./convert.ts');
  const { withLine } = await import('./lines.ts');
  const { readOrder } = await import('./run-request.ts');
  return withLine(terminal, options, { unprepared: true }, async (line, work) => {
    const order = readOrder(line, options, work.settings);
    if (options.report !== undefined) await requireWritable(pathIn(terminal, options.report));
    return withLogFile(terminal, options, order, async (logFile) => {
      const { logLevel, json } = options;
      const carryOut = async () => convert(terminal, line, work, order, { logLevel, logFile, json });
      const { view, interrupted } = await withPageOf(terminal, options, logFile, work, carryOut);
      await tell(terminal, line, work.store, order, view, options);
      if (interrupted)
        say(terminal, options, `Stopped. What was committed stays; the same command goes on with run ${view.run_id}.`);
      return interrupted ? EXIT.interrupted : exitStatus(view, order);
    });
  });
}

/** Serves the page meanwhile, if that is asked for. */
async function withPageOf<T>(
  terminal: Terminal,
  { page, json }: RunOptions,
  logFile: LogFile | undefined,
  work: Work,
  use: () => Promise<T>,
): Promise<T> {
  if (page === undefined) return use();
  const { withPage } = await import('./page.ts');
  return withPage(terminal, { port: page === true ? 7071 : page, logFile, json }, work, use);
}

/** Opens the log file that is asked for; its last line tells what kept the run from ending. */
async function withLogFile<T>(
  terminal: Terminal,
  options: RunOptions,
  { instanceId, request }: RunOrder,
  use: (file?: LogFile) => Promise<T>,
): Promise<T> {
  if (options.logFile === undefined) return use();
  const { openLogFile } = await import('./log-file.ts');
  const { formatForFile } = await import('./log-lines.ts');
  const file = openLogFile(terminal, options.logFile, { instanceId, instanceCount: request.instance_count });
  say(terminal, options, `The log is in ${file.path}.`);
  try {
    return await use(file);
  } catch (error) {
    const { message } = describeError(error, { debug: false });
    file.write(formatForFile('error', message.replaceAll(/\s*\n\s*/g, ' '), new Date()));
    throw error;
  } finally {
    file.close();
  }
}

async function tell(
  terminal: Terminal,
  line: Line,
  address: string,
  order: RunOrder,
  view: RunView,
  options: RunOptions,
): Promise<void> {
  const { report: file, json } = options;
  const { makeReport } = await import('./run-report.ts');
  const { describeNothing, MOST_INSTANCES, MOST_ISSUES, renderRun } = await import('./render.ts');
  const report =
    file !== undefined || json ? await makeReport(view, line, { store: address, workers: order.workers }) : null;
  if (file !== undefined) {
    await writeFile(pathIn(terminal, file), `${JSON.stringify(report, null, 2)}\n`);
    say(terminal, options, `The report is in ${file}.`);
  }
  const mostInstances = terminal.stdout.isTTY === true ? MOST_INSTANCES : Infinity;
  const ending = { mostIssues: MOST_ISSUES, mostInstances };
  if (json) await printJson(terminal, report);
  else await print(terminal, terminal.spell((await describeNothing(line, view)) ?? renderRun(view, terminal, ending)));
  const others = order.instanceId === null || view.ended !== null ? '' : describeOthers(view, order.instanceId);
  if (others !== '') say(terminal, options, others);
}

/** News, for people or for a program. */
function say(terminal: Terminal, { json }: JsonOption, text: string): void {
  note(terminal, json ? formatAsEvent('info', text, new Date()) : text);
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

function describeOthers({ instances }: RunView, own: number): string {
  const left = instances.filter(
    ({ instance_id: id, status }) => id !== own && (status === 'planned' || status === 'running'),
  );
  const ids = left.map(({ instance_id: id, leased }) => `${id}${leased ? ' (at work)' : ''}`);
  return left.length === 0 ? '' : `The run stays open for ${count(left.length, 'other instance')}: ${ids.join(', ')}.`;
}

/** Of a process that took one instance, that of its instance. */
function exitStatus({ status, instances }: RunView, { instanceId }: RunOrder): ExitStatus {
  if (status === 'failed' || status === 'cancelled') return EXIT.failed;
  const own = instances.filter((instance) => instanceId === null || instance.instance_id === instanceId);
  if (own.some((instance) => instance.status === 'failed')) return EXIT.failed;
  return own.some(({ totals }) => totals.failed > 0) ? EXIT.incomplete : EXIT.done;
}
