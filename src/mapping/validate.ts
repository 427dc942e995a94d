import type { Contract } from '../contract/contract.ts';
import { compileIdCheck } from './application-id.ts';
import { NONE } from '../xml/tape.ts';
import type { Document } from './document.ts';
import type { Surroundings } from './environment.ts';
import type { NoteIssue } from './issues.ts';

/** Another product line, by which documents under the wrong contract are told (spec 4.2). */
export interface OtherLine {
  readonly applicationElement: { readonly path: string; readonly name: string };
  readonly productName: string;
}

/** The application id in canonical digits, or everything that is wrong (spec 4). */
interface Verdict {
  readonly appId: string | null;
  readonly errors: readonly string[];
}

/** Checks what must hold before a document is mapped. */
export type Validate = (rowId: string | undefined) => Verdict;

/** The other of the two lines that the original had built in: known without being told (spec 4.2). */
export function conventionalOther({ applicationElement }: Contract): OtherLine {
  const [name, productName] =
    applicationElement?.name === 'application' ? ['IL_application', 'Rec Lending'] : ['application', 'Credit Card'];
  return { applicationElement: { path: `/Provenir/Request/CustData/${name}`, name }, productName };
}

/** Compiles the checks of a contract. */
export function compileValidation(
  contract: Contract,
  otherLines: readonly OtherLine[],
  { document, issues }: Pick<Surroundings, 'document' | 'issues'>,
): Validate {
  const checkId = compileIdCheck(contract.applicationId, document);
  const checkElement = compileElementCheck(contract, otherLines, document, issues.at(null, null));
  return (rowId) => {
    const id = checkId(rowId);
    const elementError = checkElement();
    return {
      appId: id.ok ? id.appId : null,
      errors: [id.ok ? null : id.message, elementError].filter((message) => message !== null),
    };
  };
}

/**
 * A root is known by its name in any case (spec 3.2), but paths are not: below one in another case nothing is found. That is noted,
 * and told where the document is rejected for it; null if the root is as the contract has it.
 */
export function compileRootCheck({ rootElement }: Contract, document: Document, note: NoteIssue): () => string | null {
  const expected = rootElement.slice(rootElement.indexOf(':') + 1);
  const { exact } = document.nameOf(expected);
  return () => {
    const name = document.nameAt(0);
    const found = document.tape().names[name];
    if (name === exact || found === expected || found === undefined) return null;
    note('root_in_other_case');
    return `The root element is ${found}, the contract expects ${expected}`;
  };
}

/** The application element must exist; if only another line's does, the document came under the wrong contract. */
function compileElementCheck(
  { applicationElement: own }: Contract,
  otherLines: readonly OtherLine[],
  document: Document,
  note: NoteIssue,
): () => string | null {
  if (own === null) return () => null;
  const isThere = (step: number): boolean => document.lastAt(step) !== NONE;
  const ownStep = document.stepOf(own.path);
  const others = otherLines
    .filter(({ applicationElement }) => applicationElement.path !== own.path)
    .map(({ applicationElement: { path, name }, productName }) => ({
      step: document.stepOf(path),
      name,
      productName,
    }));
  return () => {
    const other = others.find(({ step }) => isThere(step));
    if (isThere(ownStep)) {
      if (other !== undefined) note('several_product_lines');
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
