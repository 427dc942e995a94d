import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';
import type { Contract } from './contract.ts';
import { toFault } from './findings.ts';
import type { Finding, Findings } from './findings.ts';
import { hashContract } from './hash.ts';
import { normalise } from './normalise.ts';
import { checkRules } from './rules.ts';
import { checkShape } from './shape.ts';
import { parseText } from './source.ts';
import { foldNames } from './spelling.ts';
import type { Format } from './source.ts';

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

/** Checks the text of a contract (spec 2) and brings it into its working form. Pure; throws one `InputError`. */
export function parseContract(text: string, options: ParseOptions): LoadedContract {
  const source = parseText(text, options.format);
  const findings: Findings = { faults: [], warnings: [] };
  const report = (found: readonly Finding[]): Fault[] => found.map((one) => toFault(one, source.locate(one.path)));
  const draft = foldNames(checkShape(source, findings), findings);
  checkRules(draft, findings);
  if (findings.faults.length > 0) throw new InputError('The contract is not valid:', report(findings.faults));
  return {
    contract: normalise(draft, options.productLine ?? 'contract', hashContract(source.data)),
    warnings: report(findings.warnings),
  };
}
