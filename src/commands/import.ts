import { Option } from 'commander';
import { isWhole } from '../document-id.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { ImportOptions, Tally } from './load-files.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli } from './options.ts';
import { note, print, type Terminal } from './terminal.ts';
import { agree, count, formatNumber } from '../words.ts';

export function addImport({ program, acting }: Cli): void {
  const command = program
    .command('import')
    .summary('load XML files into the source table')
    .description(
      'Loads XML files into the source table, and their ids into the joined application table if the contract has one. ' +
        'Ids are read at the place that the contract names; a document whose id is there already is skipped. ' +
        'Files that cannot be loaded are reported, all others are loaded, and the exit status is 3.',
    )
    .argument(
      '<path...>',
      'XML files (gzipped ones too), folders with such files at any depth, or - for standard input',
    )
    .addOption(
      new Option(
        '--ids <how>',
        '`sequence` gives ids to documents that carry none: the numbers that follow, GUIDs, or the names of files where ids are texts (in format 1 for contracts with `application_id.optional: true`)',
      )
        .choices(['contract', 'sequence'])
        .default('contract'),
    )
    .option('--replace', 'overwrite documents that are there already')
    .action(acting(importFiles));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['import --store sqlite:my.db --contract contracts/personal-loan.json documents/', 'a folder'],
    [
      'import --store sqlite:my.db --contract contracts/personal-loan.json --replace 17.xml',
      'a corrected document; see redo',
    ],
  ]);
}

/** Loads XML files into the source table. Files without a readable id are reported, all others loaded. */
async function importFiles(terminal: Terminal, paths: readonly string[], options: ImportOptions): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  const { loadFiles } = await import('./load-files.ts');
  const { requireSource } = await import('../run/prepared.ts');
  return withLine(terminal, options, {}, async (line) => {
    refuseUselessNumbers(line, options);
    await requireSource(line);
    const tally = await loadFiles(terminal, line, paths, options);
    await tell(terminal, line, tally);
    return tally.leftOut > 0 ? EXIT.incomplete : EXIT.done;
  });
}

/** A document that was given a number is converted only if the contract does not ask it for its id. */
function refuseUselessNumbers({ contract, productLine }: Line, { ids }: ImportOptions): void {
  if (ids !== 'sequence' || contract.format === 2 || contract.applicationId.optional) return;
  const { applicationId } = contract;
  throw new InputError('Numbered documents could not be converted:', [
    {
      place: '--ids sequence',
      message: `the contract of ${productLine} rejects documents without an id at ${applicationId.path}/@${applicationId.attribute}`,
      advice:
        'Leave the option out, or set `application_id.optional: true` in the contract: the number given then counts as the id.',
    },
  ]);
}

async function tell(
  terminal: Terminal,
  line: Line,
  { added, replaced, skipped, numbered, leftOut, done }: Tally,
): Promise<void> {
  const { sourceName } = await import('../run/line.ts');
  const parts = [
    `${count(added, 'document')} added to ${sourceName(line)}`,
    ...(replaced > 0 ? [`${formatNumber(replaced)} replaced`] : []),
    ...(skipped > 0
      ? [`${formatNumber(skipped)} skipped, since their ids are there already (--replace overwrites them)`]
      : []),
  ];
  await print(terminal, `${parts.join(', ')}.`);
  if (numbered > 0)
    await print(
      terminal,
      `${count(numbered, 'document')} without an id ${agree(numbered, 'was', 'were')} ${given(line, numbered)}.`,
    );
  if (leftOut > 0) note(terminal, `${count(leftOut, 'file')} left out.`);
  if (done.length > 0) note(terminal, describeStale(line, replaced, done));
}

function given({ idType }: Line, numbered: number): string {
  if (isWhole(idType)) return 'numbered';
  if (idType.kind === 'uniqueidentifier') return agree(numbered, 'given a GUID', 'given GUIDs');
  return agree(numbered, 'given the name of its file', 'given the names of their files');
}

/** Replacing a document changes none of the rows that were made of it. */
function describeStale({ productLine }: Line, replaced: number, done: readonly string[]): string {
  const those = agree(done.length, 'was done already: its rows keep', 'were done already: their rows keep');
  const ids = done.length > MOST_NAMED ? '--changed' : `--app-id ${done.join(' ')}`;
  return (
    `Of ${formatNumber(replaced)} replaced, ${formatNumber(done.length)} ${those} the old values, or the failure.\n` +
    `  \`xmlfan redo --product-line ${productLine} ${ids}\` lets the next run make them anew.`
  );
}

const MOST_NAMED = 20;
