import type { Contract } from '../contract/contract.ts';
import { DEFAULT_LIMITS } from '../xml/element.ts';
import { attributeName, clean, isTextName } from './flat-map.ts';
import type { Element } from '../xml/element.ts';
import { readTape } from '../xml/read-tape.ts';
import { treeOf } from '../xml/tape-tree.ts';
import { asciiDigits, trim } from '../values/text.ts';

/** The application id in canonical digits, or why a document has none, in the words of spec 4.1. */
export type IdReading =
  | { readonly ok: true; readonly appId: string }
  | { readonly ok: false; readonly message: string };

/** Reads the id alone, from a document that nobody has checked yet; `rowId` as with `checkApplicationId`. */
export function readApplicationId(
  xml: string | Uint8Array,
  { rootElement, applicationId }: Contract,
  rowId?: string,
): IdReading {
  const reach = { paths: new Set([applicationId.path]), names: new Set<string>(), attributes: new Set<string>() };
  const reading = readTape(xml, { rootElement, reach, limits: DEFAULT_LIMITS });
  if (!reading.ok) return { ok: false, message: reading.message };
  return checkApplicationId(lastAt(treeOf(reading.tape), applicationId.path), applicationId, rowId);
}

/**
 * Checks the id of an element: a positive integer as Python reads one, with a sign, digits of any script. Underscores, which Python takes, are none (V05).
 * Where the contract says that it is optional, the source row's id stands in for one that is missing.
 */
export function checkApplicationId(
  element: Element | undefined,
  { path, attribute, optional }: Contract['applicationId'],
  rowId?: string,
): IdReading {
  const raw = isTextName(attribute) ? element?.text : element?.attributes.get(attributeName(attribute));
  const text = trim(clean(raw ?? ''));
  if (text === '' && optional && rowId !== undefined) return { ok: true, appId: rowId };
  if (text === '') return { ok: false, message: `CRITICAL: Missing app_id (${path}/@${attributeName(attribute)})` };
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

/** The last element of a path, as the flat map has it (P05). */
function lastAt(root: Element, path: string): Element | undefined {
  const [, first, ...names] = path.split('/');
  let elements: readonly Element[] = root.name === first ? [root] : [];
  for (const name of names) {
    elements = elements.flatMap(({ children }) => children.filter((child) => child.name === name));
  }
  return elements.at(-1);
}
