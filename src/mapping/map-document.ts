import type { AnyContract } from '../contract/contract.ts';
import { compile } from './compile.ts';
import type { MappableDocument } from './compile.ts';
import { readApplicationId, type IdReading } from './application-id.ts';
import { openNestedIds, openNestedMapping } from './nested/document.ts';
import type { Place } from './matches.ts';
import { compileNested } from './nested/compile.ts';
import type { Outcome } from './outcome.ts';
import type { OtherLine } from './validate.ts';

/** What a contract of either format makes of a document. */
export type MapDocument = (document: MappableDocument, now: Date) => Outcome;

/** Of contracts that have been compiled: none is for this alone where it maps documents too. */
const known = new WeakMap<AnyContract, readonly Place[]>();

/** Compiles a contract once; `others` are the contracts of the other product lines, which format 1 tells its own documents from. */
export function openMapping(contract: AnyContract, others: readonly AnyContract[] = []): MapDocument {
  if (contract.format === 2) {
    const compiled = compileNested(contract);
    known.set(contract, compiled.places);
    return openNestedMapping(contract, undefined, compiled);
  }
  const { map, places } = compile(contract, { otherLines: others.flatMap(toOtherLine) });
  known.set(contract, places);
  return map;
}

/** What a contract looks for in documents, in the order of the digits of an outcome's `matches`. */
export function placesOf(contract: AnyContract): readonly Place[] {
  const places = known.get(contract) ?? (contract.format === 2 ? compileNested(contract) : compile(contract)).places;
  known.set(contract, places);
  return places;
}

/** What format 1 knows of another product line. */
export function toOtherLine(contract: AnyContract): OtherLine[] {
  if (contract.format === 2 || contract.applicationElement === null) return [];
  return [{ applicationElement: contract.applicationElement, productName: contract.productName }];
}

/** What a contract reads as the id of a document that nobody has checked yet; `missing` stands for an id that it may lack. */
export function openIds(contract: AnyContract, missing: string): (xml: string | Uint8Array) => IdReading {
  if (contract.format === 1) return (xml) => readApplicationId(xml, contract, missing);
  const idOf = openNestedIds(contract);
  return (xml) => {
    const reading = idOf(xml);
    return 'problem' in reading ? { ok: false, message: reading.problem } : { ok: true, appId: reading.id ?? missing };
  };
}
