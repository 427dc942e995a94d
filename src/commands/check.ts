import type { Mismatch } from '../store/port.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { LineAndStoreOptions } from './lines.ts';
import { addExamples, addLineOptions, addStoreOptions, type Cli, type JsonOption } from './options.ts';
import { print, printJson, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

export function addCheck({ program, acting }: Cli): void {
  const command = program
    .command('check')
    .summary('compare a contract with the tables of the database')
    .description(
      'Compares a contract with the database and lists everything that does not fit: missing tables and columns, shorter lengths, ' +
        'columns that nothing fills, a missing unique index. A run makes the same checks before it touches a document.',
    )
    .option('--json', 'print the list as JSON')
    .action(acting(check));
  addLineOptions(addStoreOptions(command));
  addExamples(command, [
    ['check --store sqlite:my.db --contract contracts/personal-loan.json', 'exit status 1 if a run could not start'],
  ]);
}

/** Lists everything in which the database does not fit the contract. */
async function check(terminal: Terminal, options: LineAndStoreOptions & JsonOption): Promise<ExitStatus> {
  const { withLine } = await import('./lines.ts');
  return withLine(terminal, options, { unprepared: true }, async ({ store, tables, productLine }) => {
    const mismatches = await store.check(tables);
    if (options.json) await printJson(terminal, { product_line: productLine, mismatches });
    else await tell(terminal, productLine, mismatches);
    return mismatches.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
  });
}

async function tell(terminal: Terminal, productLine: string, mismatches: readonly Mismatch[]): Promise<void> {
  for (const { place, message, advice, severity } of mismatches) {
    await print(terminal, terminal.spell(`${severity} ${place}: ${message}${advice === '' ? '' : `\n  ${advice}`}`));
  }
  const errors = mismatches.filter(({ severity }) => severity === 'error').length;
  const warnings = count(mismatches.length - errors, 'warning');
  await print(
    terminal,
    errors > 0
      ? `${count(errors, 'error')} and ${warnings}: a run of ${productLine} would not start.`
      : `${productLine} fits the database${mismatches.length > 0 ? `, with ${warnings}` : ''}.`,
  );
}
