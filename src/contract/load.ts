import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { Contract } from './contract.ts';
import type { Findings } from './findings.ts';
import { hashContract } from './hash.ts';
import { normalise } from './normalise.ts';
import { checkRules } from './rules.ts';
import { checkShape } from './shape.ts';
import { parseText } from '../expression/syntax.ts';
import type { Format } from '../expression/syntax.ts';

/** What a file alone does not say. */
interface LoadOptions {
  /** Name of the product line where the contract has no `product_line` of its own; by default the file's name. */
  readonly productLine?: string | undefined;
}

/** A contract without faults. */
export interface LoadedContract {
  readonly contract: Contract;
  /** What is odd but legal: unknown keys, data types and mapping types, keys without effect. */
  readonly warnings: readonly Fault[];
}

/** Reads and checks a contract file. Throws one `InputError` with everything that is wrong with it. */
export function loadContract(path: string, options: LoadOptions = {}): Contract {
  return loadContractWithWarnings(path, options).contract;
}

/** `loadContract`, with the warnings. */
export function loadContractWithWarnings(path: string, options: LoadOptions = {}): LoadedContract {
  const productLine = options.productLine ?? basename(path, extname(path));
  return parseContract(readText(path), { format: formatOf(path), productLine });
}

/** Checks the text of a contract (spec 2) and brings it into its working form. Pure; throws one `InputError`. */
export function parseContract(text: string, options: LoadOptions & { readonly format: Format }): LoadedContract {
  const data = parseText(text, options.format);
  const findings: Findings = { faults: [], warnings: [] };
  const draft = checkShape(data, findings);
  checkRules(draft, findings);
  if (findings.faults.length > 0) throw new InputError('The contract is not valid:', findings.faults);
  return {
    contract: normalise(draft, options.productLine ?? 'contract', hashContract(data)),
    warnings: findings.warnings,
  };
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
