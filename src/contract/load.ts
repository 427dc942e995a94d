import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { AnyContract, Contract } from './contract.ts';
import { toFault } from './findings.ts';
import type { Finding, Findings } from './findings.ts';
import { hashContract } from './hash.ts';
import { isNested, loadNested } from './nested/load.ts';
import { normalise } from './normalise.ts';
import { checkShape } from './shape.ts';
import { checkDuplicateColumns, checkMapping } from './mapping-rules.ts';
import type { Draft } from './shape.ts';
import { checkValues } from './value-rules.ts';
import {
  checkDeclarations,
  checkFilterRules,
  checkInsertionOrder,
  checkRelationships,
  checkUnlisted,
} from './table-rules.ts';
import { parseText } from './source.ts';
import { foldNames } from './spelling.ts';
import type { Format, Source } from './source.ts';

/** What the text alone does not say. */
interface ParseOptions {
  readonly format: Format;
  /** Name of the product line where the contract has no `product_line` of its own. */
  readonly productLine?: string | undefined;
}

/** A contract without faults. */
export interface LoadedContract {
  readonly contract: Contract;
  /** What is odd but legal: unknown keys, data types and mapping types, keys without effect. */
  readonly warnings: readonly Fault[];
}

/** A contract of either format without faults. */
export interface LoadedAny {
  readonly contract: AnyContract;
  readonly warnings: readonly Fault[];
}

/** Checks the text of a contract of either format. Pure; throws one `InputError` with every fault. */
export function parseAnyContract(text: string, options: ParseOptions): LoadedAny {
  const source = parseText(text, options.format);
  return isNested(source) ? loadNested(source, options.productLine ?? 'contract') : parseOriginal(source, options);
}

/** Checks the text of a contract (spec 2) and brings it into its working form. Pure; throws one `InputError`. */
export function parseContract(text: string, options: ParseOptions): LoadedContract {
  return parseOriginal(parseText(text, options.format), options);
}

function parseOriginal(source: Source, options: ParseOptions): LoadedContract {
  const findings: Findings = { faults: [], warnings: [] };
  const report = (found: readonly Finding[]): Fault[] =>
    found.map((one) => toFault(one, source.locate(one.path, one.offset)));
  const draft = foldNames(checkShape(source, findings), findings);
  checkRules(draft, findings);
  if (findings.faults.length > 0) throw new InputError('The contract is not valid:', report(findings.faults));
  return {
    contract: normalise(draft, options.productLine ?? 'contract', hashContract(source.data)),
    warnings: report(findings.warnings),
  };
}

/**
 * Checks what no single key can tell (spec 2.5). A rule that needs the whole of a part stays silent while that part has
 * faults of its own, so that one mistake is not reported as several.
 */
function checkRules(draft: Draft, findings: Findings): void {
  const sound = (...parts: string[]): boolean => !parts.some((part) => draft.broken.has(part));
  checkNotEmpty(draft, findings);
  for (const mapping of draft.mappings) checkMapping(draft, mapping, findings);
  checkValues(draft, findings);
  if (sound('tables', 'row_tables')) checkDuplicateColumns(draft, findings);
  if (sound('element_filtering', 'mappings', 'tables', 'row_tables')) checkFilterRules(draft, findings);
  if (sound('table_insertion_order')) checkRelationships(draft, findings);
  if (sound('table_insertion_order', 'log_table')) checkUnlisted(draft, findings);
  if (sound('mappings', 'tables', 'row_tables', 'element_filtering')) checkDeclarations(draft, findings);
  if (sound('mappings', 'relationships', 'tables', 'row_tables', 'log_table', 'table_insertion_order')) {
    checkInsertionOrder(draft, findings);
  }
}

function checkNotEmpty(draft: Draft, { faults }: Findings): void {
  if (draft.mappings.length > 0 || draft.broken.has('mappings')) return;
  faults.push({ path: ['mappings'], message: 'is empty', advice: 'Map at least one attribute to a column.' });
}
