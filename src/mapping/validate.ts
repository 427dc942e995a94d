import type { Contract } from '../contract/contract.ts';
import type { PathSlots } from './document.ts';
import type { FlatMap } from './flat-map.ts';
import { clean, isTextName } from './flat-map.ts';
import type { QualityIssue } from './outcome.ts';
import { asciiDigits, trim } from './text.ts';

/** Another product line, by which documents under the wrong contract are told (spec 4.2). */
export interface OtherLine {
  readonly applicationElement: { readonly path: string; readonly name: string };
  readonly productName: string;
}

/** The application id in canonical digits, or everything that is wrong (spec 4). */
export interface Verdict {
  readonly appId: string | null;
  readonly errors: readonly string[];
}

/** Checks what must hold before a document is mapped. */
export type Validate = (flat: FlatMap, issues: QualityIssue[]) => Verdict;

/** The two lines of the original, which contracts with its conventional names know without being told. */
export const CONVENTIONAL_LINES: readonly OtherLine[] = [
  line('application', 'Credit Card'),
  line('IL_application', 'Rec Lending'),
];

/** Compiles the checks of a contract. */
export function compileValidation(contract: Contract, otherLines: readonly OtherLine[], slots: PathSlots): Validate {
  const readId = compileIdCheck(contract, slots);
  const checkElement = compileElementCheck(contract, otherLines, slots);
  return (flat, issues) => {
    const { appId, error } = readId(flat);
    const elementError = checkElement(flat, issues);
    return { appId, errors: [error, elementError].filter((message) => message !== null) };
  };
}

type IdReading = { readonly appId: string | null; readonly error: string | null };

/** The id must be a positive integer as Python reads one: sign, digits of any script, underscores between them. */
function compileIdCheck({ applicationId: { path, attribute } }: Contract, slots: PathSlots): (flat: FlatMap) => IdReading {
  const slot = slots.slot(path);
  return (flat) => {
    const element = flat.slots[slot]?.element;
    const raw = isTextName(attribute) ? element?.text : element?.attributes.get(attribute);
    const text = trim(clean(raw ?? ''));
    if (text === '') return rejectId(`Missing app_id (${path}/@${attribute})`);
    const digits = asciiDigits(text);
    if (!/^[+-]?[0-9]+(?:_[0-9]+)*$/.test(digits)) return rejectId(`Invalid app_id format: ${text} (must be integer)`);
    const id = BigInt(digits.replaceAll(/[_+-]/g, ''));
    if (id === 0n || digits.startsWith('-')) return rejectId(`Invalid app_id value: ${text} (must be positive integer)`);
    return { appId: String(id), error: null };
  };
}

function rejectId(message: string): IdReading {
  return { appId: null, error: `CRITICAL: ${message}` };
}

/** The application element must exist; if only another line's does, the document came under the wrong contract. */
function compileElementCheck(
  { applicationElement: own }: Contract,
  otherLines: readonly OtherLine[],
  slots: PathSlots,
): (flat: FlatMap, issues: QualityIssue[]) => string | null {
  if (own === null) return () => null;
  const slot = slots.slot(own.path);
  const others = otherLines
    .filter(({ applicationElement }) => applicationElement.path !== own.path)
    .map(({ applicationElement: { path, name }, productName }) => ({ slot: slots.slot(path), name, productName }));
  return (flat, issues) => {
    const other = others.find((candidate) => flat.slots[candidate.slot] !== undefined);
    if (flat.slots[slot] !== undefined) {
      if (other !== undefined) issues.push({ kind: 'several_product_lines', table: null, column: null });
      return null;
    }
    if (other === undefined) {
      return `Missing required application element: ${own.path}. Contract expects '${own.name}' for this product line.`;
    }
    return (
      `Wrong product line: Found ${other.productName} XML (/${other.name}) but contract expects '${own.name}'. ` +
      'This XML is not compatible with the current contract.'
    );
  };
}

function line(name: string, productName: string): OtherLine {
  return { applicationElement: { path: `/Provenir/Request/CustData/${name}`, name }, productName };
}
