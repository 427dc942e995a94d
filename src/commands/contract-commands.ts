import type { Command } from 'commander';
import { Option } from 'commander';
import type { DdlOptions } from './ddl.ts';
import type { GenerateOptions } from './generate.ts';
import type { MapOptions } from './map.ts';
import type { JsonOption } from './options.ts';
import { addExamples, addLineOptions, addStoreOptions, exiting, wholeNumber } from './options.ts';

/** Adds the commands that need a contract and no database. */
export function addContractCommands(program: Command): void {
  program.commandsGroup('Contracts and documents:');
  addValidate(program);
  addDdl(program);
  addMap(program);
  addGenerate(program);
}

function addValidate(program: Command): void {
  const command = program
    .command('validate')
    .summary('check a contract, every fault at once')
    .description('Checks a contract and reports every fault with its place and what to do about it.')
    .argument('<contract>', 'contract file, JSON or YAML')
    .option('--json', 'print the result as JSON')
    .action(
      exiting(async (file: string, options: JsonOption) => (await import('./validate.ts')).validate(file, options)),
    );
  addExamples(command, [
    ['validate contracts/personal-loan.json', 'faults of one contract; exit status 2 if there are any'],
  ]);
}

function addDdl(program: Command): void {
  const command = program
    .command('ddl')
    .summary('print the tables that a contract needs')
    .description(
      'Prints CREATE TABLE statements of the destination tables that a contract needs, to be reviewed and run by you.',
    )
    .argument('<contract>', 'contract file, JSON or YAML')
    .addOption(new Option('--dialect <dialect>', 'database to write for').choices(['sqlite', 'mssql']).default('mssql'))
    .action(exiting(async (file: string, options: DdlOptions) => (await import('./ddl.ts')).ddl(file, options)));
  addExamples(command, [
    ['ddl contracts/personal-loan.json --dialect mssql > tables.sql', 'statements for SQL Server, into a file'],
  ]);
}

function addMap(program: Command): void {
  const command = program
    .command('map')
    .summary('show what a contract makes of XML files; no database needed')
    .description(
      'Maps XML files and prints one line of JSON a document: {file, app_id, outcome, stage?, reason?, tables, quality_issues}. ' +
        'A rejected document is a result, not a failure of the command.',
    )
    .argument('<xml...>', 'XML files, or folders with *.xml files')
    .requiredOption('--contract <file>', 'contract file, JSON or YAML')
    .action(exiting(async (paths: string[], options: MapOptions) => (await import('./map.ts')).map(paths, options)));
  addExamples(command, [
    ['map --contract contracts/personal-loan.json one.xml two.xml', 'the rows of two documents'],
    [
      'map --contract contracts/personal-loan.json documents/ | jq -r \'select(.outcome == "rejected") | .file + ": " + .reason\'',
      'rejected documents of a folder',
    ],
  ]);
}

function addGenerate(program: Command): void {
  const command = addStoreOptions(
    program
      .command('generate')
      .summary('make synthetic documents for a contract')
      .description(
        'Makes synthetic documents for any contract, from small ones to 300 KB with mostly unmapped content, some of them broken on purpose. ' +
          'The same seed makes the same documents. They go into a folder or straight into the source table.',
      )
      .requiredOption('--count <n>', 'number of documents', wholeNumber(1, 10_000_000))
      .option('--seed <n>', 'any whole number', wholeNumber(0, 4_294_967_295), 1)
      .option('--start-id <n>', 'id of the first document', wholeNumber(1, 2_000_000_000), 1)
      .option('--out <folder>', 'write one XML file a document here'),
  );
  addLineOptions(command).action(
    exiting(async (options: GenerateOptions) => (await import('./generate.ts')).generate(options)),
  );
  addExamples(command, [
    ['generate --count 100 --seed 7 --contract contracts/personal-loan.json --out documents', 'a hundred files'],
    [
      'generate --count 5000 --contract contracts/personal-loan.json --store sqlite:my.db',
      'five thousand rows of the source table',
    ],
  ]);
}
