import { InputError } from '../errors.ts';
import type { Contract } from './contract.ts';
import { loadContractFolder } from './folder.ts';

/**
 * The contract of a product line: the one in the folder whose `product_line`, or file name, is this name in any case.
 * Throws an `InputError` that lists the known ones, or what is wrong with the contracts that could not be loaded.
 */
export function loadProductLine(name: string, folder: string): Contract {
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
function findProductLine(name: string, contracts: readonly Contract[]): Contract | undefined {
  return contracts.find(({ productLine }) => productLine.toLowerCase() === name.toLowerCase());
}
