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

/** Loads every contract of a folder: each is a product line. One broken contract does not keep the others from loading. */
export function loadContractFolder(folder: string): ContractFolder {
  const contracts = new Map<string, Contract>();
  const faults: Fault[] = [];
  for (const file of listContracts(folder)) {
    const loaded = tryLoad(folder, file);
    if (!('productLine' in loaded)) faults.push(...loaded);
    else if (contracts.has(loaded.productLine)) faults.push(repeated(file, loaded.productLine));
    else contracts.set(loaded.productLine, loaded);
  }
  return { contracts: [...contracts.values()], faults };
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
