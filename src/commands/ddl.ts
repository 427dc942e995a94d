import { Option } from 'commander';
import { EXIT, type ExitStatus } from './exit.ts';
import { addExamples, type Cli } from './options.ts';
import { pathIn, print, type Terminal } from './terminal.ts';

interface DdlOptions {
  readonly dialect: 'sqlite' | 'mssql';
  readonly grantTo?: string;
}

export function addDdl({ program, acting }: Cli): void {
  const command = program
    .command('ddl')
    .summary('print the tables that a contract needs')
    .description(
      'Prints CREATE TABLE statements of the destination tables that a contract needs, to be reviewed and run by you.',
    )
    .argument('<contract>', 'contract file, JSON or YAML')
    .addOption(new Option('--dialect <dialect>', 'database to write for').choices(['sqlite', 'mssql']).default('mssql'))
    .option('--grant-to <user>', 'print the rights that a run needs instead, for this user of a SQL Server database')
    .action(acting(ddl));
  addExamples(command, [
    ['ddl contracts/personal-loan.json --dialect mssql > tables.sql', 'statements for SQL Server, into a file'],
    ['ddl contracts/personal-loan.json --grant-to id-xmlfan', 'the rights of the identity that runs work as'],
  ]);
}

/** Prints the destination tables that a contract needs. */
async function ddl(terminal: Terminal, file: string, { dialect, grantTo }: DdlOptions): Promise<ExitStatus> {
  const { loadContract } = await import('../contract-files.ts');
  const { toDestinationTables, toWorkSet } = await import('../run/contract-tables.ts');
  const { ddl: printDdl } = await import('../store/ddl.ts');
  const { DIALECTS } = await import('../store/dialects.ts');
  const contract = loadContract(pathIn(terminal, file));
  const tables = toDestinationTables(contract);
  if (grantTo !== undefined) {
    const { roleScript } = await import('../store/mssql/role.ts');
    await print(terminal, roleScript(toWorkSet(contract), tables, grantTo));
    return EXIT.done;
  }
  await print(terminal, printDdl(toWorkSet(contract).schema, tables, DIALECTS[dialect]).trimEnd());
  return EXIT.done;
}
