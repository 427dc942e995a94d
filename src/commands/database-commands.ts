import type { Command } from 'commander';
import { Option } from 'commander';
import type { CheckOptions } from './check.ts';
import type { ImportOptions } from './import.ts';
import type { InitOptions } from './init.ts';
import { addExamples, addLineOptions, addStoreOptions, exiting } from './options.ts';
import type { RedriveOptions } from './redrive.ts';
import type { VerifyOptions } from './verify.ts';

/** Adds the commands that prepare, fill and examine a database. */
export function addDatabaseCommands(program: Command): void {
  program.commandsGroup('Database:');
  addInit(program);
  addCheck(program);
  addImport(program);
  addVerify(program);
  addRedrive(program);
}

function addInit(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('init')
        .summary("create xmlfan's own tables where they are missing")
        .description(
          'Creates the tables that xmlfan owns (log, runs, instances) where they are missing, and touches nothing else. ' +
            'Duplicate rows of an existing log are listed and stop it.',
        )
        .option('--destination', "create the source table and the contract's tables too, where missing"),
    ),
  );
  command.action(exiting(async (options: InitOptions) => (await import('./init.ts')).init(options)));
  addExamples(command, [
    [
      'init --store sqlite:my.db --contract contracts/personal-loan.json --destination',
      'a new database, ready for import and run',
    ],
    ['init --product-line personal-loan', 'own tables only, in the database of XMLFAN_STORE'],
  ]);
}

function addCheck(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('check')
        .summary('compare a contract with the tables of the database')
        .description(
          'Compares a contract with the database and lists everything that does not fit: missing tables and columns, shorter lengths, ' +
            'columns that nothing fills, a missing unique index. A run makes the same checks before it touches a document.',
        )
        .option('--json', 'print the list as JSON'),
    ),
  );
  command.action(exiting(async (options: CheckOptions) => (await import('./check.ts')).check(options)));
  addExamples(command, [
    ['check --store sqlite:my.db --contract contracts/personal-loan.json', 'exit status 1 if a run could not start'],
  ]);
}

function addImport(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('import')
        .summary('load XML files into the source table')
        .description(
          'Loads XML files into the source table, and their ids into the joined application table if the contract has one. ' +
            'Ids are read at the place that the contract names; a document whose id is there already is skipped.',
        )
        .argument('<path...>', 'XML files, or folders with *.xml files at any depth')
        .addOption(
          new Option('--ids <how>', '`sequence` numbers documents that carry no id')
            .choices(['contract', 'sequence'])
            .default('contract'),
        )
        .option('--replace', 'overwrite documents that are there already'),
    ),
  );
  command.action(
    exiting(async (paths: string[], options: ImportOptions) =>
      (await import('./import.ts')).importFiles(paths, options),
    ),
  );
  addExamples(command, [
    ['import --store sqlite:my.db --contract contracts/personal-loan.json documents/', 'a folder'],
    [
      'import --store sqlite:my.db --contract contracts/personal-loan.json --replace 17.xml',
      'a corrected document; see redrive',
    ],
  ]);
}

function addVerify(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('verify')
        .summary('check that every document was done exactly once')
        .description(
          'Checks that every session kept to its partition, that no document is logged twice and that every pending document is accounted for. ' +
            'Rows that break a rule are shown.',
        )
        .option('--json', 'print the checks as JSON'),
    ),
    { optional: true },
  );
  command.action(exiting(async (options: VerifyOptions) => (await import('./verify.ts')).verify(options)));
  addExamples(command, [
    ['verify --store sqlite:my.db --contract contracts/personal-loan.json', 'exit status 1 if a check fails'],
  ]);
}

function addRedrive(program: Command): void {
  const command = addLineOptions(
    addStoreOptions(
      program
        .command('redrive')
        .summary('make failed documents pending again')
        .description(
          'Moves log rows of failed documents to the history, so that the next run takes these documents again.',
        )
        .option('--reason <text>', 'only failures whose reason starts so')
        .option('--app-id <id...>', 'only these documents')
        .option('--json', 'print the number as JSON'),
    ),
  );
  command.action(exiting(async (options: RedriveOptions) => (await import('./redrive.ts')).redrive(options)));
  addExamples(command, [
    [
      'redrive --store sqlite:my.db --contract contracts/personal-loan.json --reason constraint_violation',
      'failures of one kind',
    ],
    ['redrive --product-line personal-loan --app-id 17 18', 'two documents'],
  ]);
}
