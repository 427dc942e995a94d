import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { AnyContract } from './contract/contract.ts';
import { parseAnyContract } from './contract/load.ts';
import type { LoadedAny } from './contract/load.ts';
import type { Format } from './contract/source.ts';
import { InputError } from './errors.ts';
import type { Fault } from './errors.ts';
import { toDestinationTables, toWorkSet } from './run/contract-tables.ts';
import { keyFaults } from './store/key-width.ts';
import { logConflict } from './store/log-conflict.ts';

/** What a file alone does not say. */
interface LoadOptions {
  /** Name of the product line where the contract has no `product_line` of its own; by default the file's name. */
  readonly productLine?: string | undefined;
}

/** Reads and checks a contract file. Throws one `InputError` with everything that is wrong with it. */
export function loadContract(path: string, options: LoadOptions = {}): AnyContract {
  return loadContractWithWarnings(path, options).contract;
}

/** `loadContract`, with the warnings, among them keys that SQL Server could not index if it had to make the tables. */
export function loadContractWithWarnings(path: string, options: LoadOptions = {}): LoadedAny {
  const productLine = options.productLine ?? basename(path, extname(path));
  const { contract, warnings } = parseAnyContract(readText(path), { format: formatOf(path), productLine });
  const tooWide = keyFaults(toWorkSet(contract).schema, toDestinationTables(contract));
  return { contract, warnings: [...warnings, ...tooWide] };
}

/** Whether a file of this name holds a contract in JSON or YAML. */
function formatOf(path: string): Format {
  return /\.ya?ml$/i.test(path) ? 'yaml' : 'json';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const fault = { place: path, message: reasonOf(error), advice: 'Check the path of the contract.' };
    throw new InputError('The contract cannot be read:', [fault]);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  if (error.code === 'ENOENT') return 'there is no such file';
  return error.code === 'EISDIR' ? 'is a folder' : error.message;
}

/** The contracts of a folder, by product line, and what is wrong with those that could not be loaded. */
export interface ContractFolder {
  readonly contracts: readonly AnyContract[];
  /** Each place starts with the file's name. */
  readonly faults: readonly Fault[];
}

/**
 * Loads every contract of a folder: each is a product line. One broken contract does not keep the others from loading;
 * two that write the same log table from different sources are both refused (a run of one would hide the other's documents).
 */
export function loadContractFolder(folder: string): ContractFolder {
  const faults: Fault[] = [];
  const contracts = new Map<string, AnyContract>();
  for (const file of listContracts(folder)) {
    const loaded = tryLoad(folder, file);
    if (!('productLine' in loaded)) faults.push(...loaded);
    else if (findProductLine(loaded.productLine, [...contracts.values()]) !== undefined) {
      faults.push(repeated(file, loaded.productLine));
    } else contracts.set(file, loaded);
  }
  const users = [...contracts].map(([name, contract]) => ({ name, workSet: toWorkSet(contract) }));
  const conflicts = users.flatMap((user) => logConflict(user, users) ?? []);
  const refused = new Set(conflicts.map(({ place }) => place));
  return {
    contracts: [...contracts].filter(([file]) => !refused.has(file)).map(([, contract]) => contract),
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

function tryLoad(folder: string, file: string): AnyContract | readonly Fault[] {
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

/**
 * The contract of a product line: the one in the folder whose `product_line`, or file name, is this name in any case.
 * Throws an `InputError` that lists the known ones, or what is wrong with the contracts that could not be loaded.
 */
export function loadProductLine(name: string, folder: string): AnyContract {
  const { contracts, faults } = loadContractFolder(folder);
  const found = findProductLine(name, contracts);
  if (found !== undefined) return found;
  const known = contracts.map(({ productLine }) => productLine).toSorted();
  throw new InputError('The product line cannot be loaded:', [
    {
      place: name,
      message: 'is no product line',
      advice: known.length > 0 ? `Known are ${known.join(', ')}.` : `Put its contract into ${folder}.`,
    },
    ...faults,
  ]);
}

/** Looks a product line up by its name, in any case. */
function findProductLine(name: string, contracts: readonly AnyContract[]): AnyContract | undefined {
  return contracts.find(({ productLine }) => productLine.toLowerCase() === name.toLowerCase());
}
