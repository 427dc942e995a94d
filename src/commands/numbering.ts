import { ANY_INTEGER, numberedId } from '../document-id.ts';
import type { AnyContract } from '../contract/contract.ts';
import { openIds, type MapDocument } from '../mapping/map-document.ts';
import type { Outcome } from '../mapping/outcome.ts';

/**
 * Maps documents that are no rows of a table: those that carry no id get 1, 2, 3 … in the order in which they come, as `import`
 * numbers them; documents that it would leave out get none.
 */
export function openNumbered(contract: AnyContract, map: MapDocument): (xml: Uint8Array, now: Date) => Outcome {
  const idOf = openIds(contract, NO_ID);
  const nobodyHasIds = contract.format === 2 && contract.documentId === null;
  const canNumber = contract.format === 2 || contract.applicationId.optional;
  const idType = contract.format === 2 ? contract.source.idType : ANY_INTEGER;
  let last = 0;
  return (xml, now) => {
    const next = numberedId(last + 1, idType);
    const outcome = map(nobodyHasIds ? { xml, appId: next } : { xml }, now);
    if (outcome.outcome === 'mapped') {
      if (nobodyHasIds) last += 1;
      return outcome;
    }
    const id = canNumber ? idOf(xml) : null;
    if (id === null || !id.ok || id.appId !== NO_ID) return outcome;
    last += 1;
    return nobodyHasIds ? { ...outcome, appId: next } : map({ xml, appId: next }, now);
  };
}

/** No document carries it, for ids are above zero. */
const NO_ID = '0';
