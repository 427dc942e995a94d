import type { AnyContract } from '../contract/contract.ts';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { addExamples, type Cli, type JsonOption } from './options.ts';
import { pathIn, print, printJson, type Terminal } from './terminal.ts';
import { count } from '../words.ts';

export function addValidate({ program, acting }: Cli): void {
  const command = program
    .command('validate')
    .summary('check a contract, every fault at once')
    .description('Checks a contract and reports every fault with its place and what to do about it.')
    .argument('<contract>', 'contract file, JSON or YAML')
    .option('--json', 'print the result as JSON')
    .action(acting(validate));
  addExamples(command, [
    ['validate contracts/personal-loan.json', 'faults of one contract; exit status 2 if there are any'],
  ]);
}

/** Checks a contract file. Faults are thrown as one `InputError`, or printed as JSON. */
async function validate(terminal: Terminal, file: string, { json }: JsonOption): Promise<ExitStatus> {
  const { loadContractWithWarnings } = await import('../contract-files.ts');
  const load = () => loadContractWithWarnings(pathIn(terminal, file));
  if (json) return printResult(terminal, file, orFaults(load));
  const { contract, warnings } = load();
  for (const { place, message, advice } of warnings) {
    await print(terminal, `warning ${place}: ${message}${advice === '' ? '' : `\n  ${advice}`}`);
  }
  const oddities = warnings.length > 0 ? `, with ${count(warnings.length, 'warning')}` : '';
  await print(terminal, `${file} is valid${oddities}: ${await summarise(contract)}.`);
  return EXIT.done;
}

async function printResult(
  terminal: Terminal,
  file: string,
  result: { readonly contract: AnyContract; readonly warnings: readonly Fault[] } | readonly Fault[],
): Promise<ExitStatus> {
  const faults = 'contract' in result ? [] : result;
  await printJson(terminal, {
    file,
    valid: faults.length === 0,
    ...('contract' in result && {
      product_line: result.contract.productLine,
      contract_hash: result.contract.hash,
      warnings: result.warnings,
    }),
    faults,
  });
  return faults.length === 0 ? EXIT.done : EXIT.notBegun;
}

function orFaults<T>(load: () => T): T | readonly Fault[] {
  try {
    return load();
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

async function summarise(contract: AnyContract): Promise<string> {
  const { productLine, source } = contract;
  if (contract.format === 2) {
    const { withNested } = await import('../contract/nested/tree.ts');
    const tables = withNested(contract.tables);
    const columns = tables.reduce((sum, table) => sum + table.columns.length, 0);
    return `product line ${productLine}, ${count(columns, 'column')} from ${contract.source.schema}.${source.table} into ${count(tables.length, 'table')}`;
  }
  const { tables, targetSchema } = contract;
  const mappings = tables.reduce((sum, table) => sum + table.mappings.length, 0);
  return `product line ${productLine}, ${count(mappings, 'mapping')} from ${targetSchema}.${source.table} into ${count(tables.length, 'table')}`;
}
