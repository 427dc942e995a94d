import type { Contract } from '../contract/contract.ts';
import { asciiDigits, trim } from '../values/text.ts';
import { noteNothing } from '../values/value.ts';
import { DEFAULT_LIMITS } from '../xml/element.ts';
import { planReading } from '../xml/reach-plan.ts';
import { readTape } from '../xml/read-tape.ts';
import { NONE } from '../xml/tape.ts';
import type { Document } from './document.ts';
import { attributeName, clean, isTextName, openDocument } from './document.ts';

/** The application id in canonical digits, or why a document has none, in the words of spec 4.1. */
export type IdReading =
  | { readonly ok: true; readonly appId: string }
  | { readonly ok: false; readonly message: string };

/** Reads the id alone, from a document that nobody has checked yet; `rowId` as with `compileIdCheck`. */
export function readApplicationId(
  xml: string | Uint8Array,
  { rootElement, applicationId }: Contract,
  rowId?: string,
): IdReading {
  const reach = {
    paths: new Set([applicationId.path]),
    names: new Set<string>(),
    attributes: new Set<string>(),
    wanted: new Set([attributeName(applicationId.attribute)]),
  };
  const reading = readTape(xml, { rootElement, reach, limits: DEFAULT_LIMITS });
  if (!reading.ok) return { ok: false, message: reading.message };
  const document = openDocument(planReading(reach), new Set());
  document.open(reading.tape, '');
  return compileIdCheck(applicationId, document)(rowId);
}

/**
 * Compiles the check of the id: a positive integer as Python reads one, with a sign, digits of any script. Underscores, which
 * Python takes, are none (V05). Where the contract says that it is optional, the source row's id stands in for one that is
 * missing.
 */
export function compileIdCheck(
  { path, attribute, optional }: Contract['applicationId'],
  document: Document,
): (rowId: string | undefined) => IdReading {
  const step = document.stepOf(path);
  const name = document.nameOf(attribute);
  const read = (node: number): string =>
    isTextName(attribute) ? document.text(node) : (document.exactly(node, name) ?? '');
  return (rowId) => {
    const node = document.lastAt(step);
    const text = node === NONE ? '' : trim(clean(read(node), noteNothing));
    if (/^[1-9][0-9]*$/.test(text)) return { ok: true, appId: text };
    if (text !== '') return checkId(text);
    if (optional && rowId !== undefined) return { ok: true, appId: rowId };
    return { ok: false, message: `CRITICAL: Missing app_id (${path}/@${attributeName(attribute)})` };
  };
}

function checkId(text: string): IdReading {
  const digits = asciiDigits(text);
  if (!/^[+-]?[0-9]+$/.test(digits)) {
    return { ok: false, message: `CRITICAL: Invalid app_id format: ${text} (must be integer)` };
  }
  const id = BigInt(digits.replace(/^[+-]/, ''));
  if (id === 0n || digits.startsWith('-')) {
    return { ok: false, message: `CRITICAL: Invalid app_id value: ${text} (must be positive integer)` };
  }
  return { ok: true, appId: String(id) };
}
