import type { Contract } from '../contract/contract.ts';
import type { LoadedContract } from '../contract/load.ts';
import { loadContractWithWarnings } from '../contract-files.ts';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import type { JsonOption } from './options.ts';
import { print, printJson } from './output.ts';
import { count } from './words.ts';

/** Checks a contract file. Faults are thrown as one `InputError`, or printed as JSON. */
export async function validate(file: string, options: JsonOption): Promise<ExitStatus> {
  if (options.json) return validateForProgram(file);
  const { contract, warnings } = loadContractWithWarnings(file);
  for (const { place, message, advice } of warnings) {
    await print(`warning ${place}: ${message}${advice === '' ? '' : `\n  ${advice}`}`);
  }
  await print(
    `${file} is valid${warnings.length > 0 ? `, with ${count(warnings.length, 'warning')}` : ''}: ${summarise(contract)}.`,
  );
  return EXIT.done;
}

async function validateForProgram(file: string): Promise<ExitStatus> {
  const result = tryLoad(file);
  const faults = 'contract' in result ? [] : result;
  await printJson({
    file,
    valid: faults.length === 0,
    ...('contract' in result && {
      product_line: result.contract.productLine,
      contract_hash: result.contract.hash,
      warnings: result.warnings,
    }),
    faults,
  });
  return faults.length === 0 ? EXIT.done : EXIT.badInput;
}

function tryLoad(file: string): LoadedContract | readonly Fault[] {
  try {
    return loadContractWithWarnings(file);
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

function summarise({ productLine, tables, targetSchema, source }: Contract): string {
  const mappings = tables.reduce((sum, table) => sum + table.mappings.length, 0);
  return `product line ${productLine}, ${count(mappings, 'mapping')} from ${targetSchema}.${source.table} into ${count(tables.length, 'table')}`;
}
