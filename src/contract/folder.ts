import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { Contract } from './contract.ts';
import { loadContract } from './load.ts';

/** The contracts of a folder, by product line, and what is wrong with those that could not be loaded. */
export interface ContractFolder {
  readonly contracts: readonly Contract[];
  /** Each place starts with the file's name. */
  readonly faults: readonly Fault[];
}

/** A contract and the file that it comes from. */
interface Entry {
  readonly file: string;
  readonly contract: Contract;
}

/**
 * Loads every contract of a folder: each is a product line. One broken contract does not keep the others from loading;
 * two that write the same log table from different sources are both refused (a run of one would hide the other's documents).
 */
export function loadContractFolder(folder: string): ContractFolder {
  const faults: Fault[] = [];
  const entries: Entry[] = [];
  for (const file of listContracts(folder)) {
    const loaded = tryLoad(folder, file);
    if (!('productLine' in loaded)) faults.push(...loaded);
    else if (entries.some(({ contract }) => sameText(contract.productLine, loaded.productLine))) {
      faults.push(repeated(file, loaded.productLine));
    } else entries.push({ file, contract: loaded });
  }
  const conflicts = entries.flatMap((entry) => logConflict(entry, entries));
  const refused = new Set(conflicts.map(({ place }) => place));
  return {
    contracts: entries.filter(({ file }) => !refused.has(file)).map(({ contract }) => contract),
    faults: [...faults, ...conflicts],
  };
}

function listContracts(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.(json|ya?ml)$/i.test(file) && !/\.schema\.json$/i.test(file))
      .toSorted();
  } catch {
    const advice = 'Set CONTRACTS_DIR to a folder with contracts.';
    throw new InputError('The contracts cannot be read:', [
      { place: 'CONTRACTS_DIR', message: `${folder} is no folder that can be read`, advice },
    ]);
  }
}

function tryLoad(folder: string, file: string): Contract | readonly Fault[] {
  try {
    return loadContract(join(folder, file));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.faults.map((fault) => ({ ...fault, place: `${file}: ${fault.place}` }));
  }
}

function repeated(file: string, productLine: string): Fault {
  return {
    place: file,
    message: `another contract of the folder is product line ${productLine} already`,
    advice: 'Give it a product_line of its own.',
  };
}

function logConflict({ file, contract }: Entry, entries: readonly Entry[]): Fault[] {
  const log = logName(contract);
  const other = entries.find(
    (entry) => sameText(logName(entry.contract), log) && !sameSource(entry.contract, contract),
  );
  if (other === undefined) return [];
  return [
    {
      place: file,
      message: `shares the log table ${log} with ${other.file}, but not the source`,
      advice: 'Give one of the two a log_table of its own.',
    },
  ];
}

function logName({ targetSchema, logTable }: Contract): string {
  return `${targetSchema}.${logTable}`;
}

function sameSource(a: Contract, b: Contract): boolean {
  return sameText(sourceName(a), sourceName(b));
}

function sourceName({ source, applicationTable }: Contract): string {
  return JSON.stringify([source.table, source.column, applicationTable?.schema, applicationTable?.table]);
}

/** SQL Server tells names apart without regard to case. */
function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
