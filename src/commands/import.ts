import { Option } from 'commander';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import type { Loaded } from './load-files.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli } from './options.ts';
import { note, print, type Terminal } from './terminal.ts';
import { count, formatNumber } from './words.ts';

export interface ImportOptions extends LineAndStoreOptions {
  readonly ids: 'contract' | 'sequence';
  readonly replace?: true;
}

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
      new Option('--ids <how>', '`sequence` numbers documents that carry no id')
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
      'a corrected document; see redrive',
    ],
  ]);
}

/** Loads XML files into the source table. Files without a readable id are reported, all others loaded. */
async function importFiles(terminal: Terminal, paths: readonly string[], options: ImportOptions): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  const { loadFiles } = await import('./load-files.ts');
  const { requireSource } = await import('./prepared.ts');
  return withLine(terminal, options, {}, async (line) => {
    await requireSource(line);
    const loaded = await loadFiles(terminal, line, paths, options);
    await tell(terminal, `${line.workSet.schema}.${line.workSet.sourceTable}`, loaded);
    return loaded.leftOut.length > 0 ? EXIT.incomplete : EXIT.done;
  });
}

async function tell(
  terminal: Terminal,
  source: string,
  { added, replaced, skipped, numbered, leftOut }: Loaded,
): Promise<void> {
  const parts = [
    `${count(added, 'document')} added to ${source}`,
    ...(replaced > 0 ? [`${formatNumber(replaced)} replaced`] : []),
    ...(skipped > 0
      ? [`${formatNumber(skipped)} skipped, since their ids are there already (--replace overwrites them)`]
      : []),
  ];
  await print(terminal, `${parts.join(', ')}.`);
  if (numbered > 0)
    await print(terminal, `${count(numbered, 'document')} without an id ${numbered === 1 ? 'was' : 'were'} numbered.`);
  if (leftOut.length === 0) return;
  note(terminal, `${count(leftOut.length, 'file')} left out:`);
  for (const { path, problem } of leftOut) note(terminal, `  ${path}: ${problem}`);
}
