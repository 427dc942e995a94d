import type { AnyContract } from '../../contract/contract.ts';
import type { MappableDocument } from '../compile.ts';
import { toOtherLine } from '../map-document.ts';
import type { Explanation } from './explanation.ts';
import { openNestedExplanation } from './nested.ts';
import { openOriginalExplanation } from './original.ts';

/**
 * Explains documents by a contract of either format: the rows are those that `openMapping` makes of them, with where each value
 * came from. `others` are the contracts of the other product lines.
 */
export function openExplanation(
  contract: AnyContract,
  others: readonly AnyContract[] = [],
): (document: MappableDocument, now: Date) => Explanation {
  return contract.format === 2
    ? openNestedExplanation(contract)
    : openOriginalExplanation(contract, others.flatMap(toOtherLine));
}
