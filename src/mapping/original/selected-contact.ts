import { isTextType } from '../../contract/data-types.ts';
import type { Mapping } from '../../contract/contract.ts';
import type { SelectingType } from '../../contract/mapping-types.ts';
import { readLooseDecimal } from '../../values/number.ts';
import { cut, isBlank, isMeaningful, trim } from '../../values/text.ts';
import type { Note } from '../../values/value.ts';
import { NONE } from '../../xml/tape.ts';
import type { Document, Read } from '../document.ts';
import { isTextName } from '../document.ts';
import type { Environment } from '../environment.ts';
import type { Rule } from '../rule.ts';
import type { Contacts } from './contacts.ts';

interface Selector {
  /** Place of the type in the contact rule's list. */
  readonly rank: 0 | 1;
  readonly needsId: boolean;
  readonly readsAddress: boolean;
  readonly readsDescendant: boolean;
}

/** What each of them selects. */
export const SELECTORS: Readonly<Record<SelectingType, Selector>> = {
  last_valid_pr_contact: { rank: 0, needsId: true, readsAddress: true, readsDescendant: true },
  last_valid_sec_contact: { rank: 1, needsId: true, readsAddress: true, readsDescendant: false },
  authu_contact: { rank: 1, needsId: false, readsAddress: false, readsDescendant: true },
};

/** By precedence. */
const SELECTING: readonly SelectingType[] = ['last_valid_pr_contact', 'last_valid_sec_contact', 'authu_contact'];

/** The contact-selecting type of a chain that supplies its value, by precedence (spec 6.1), or null. */
export function selectorName(mapping: Mapping): SelectingType | null {
  return SELECTING.find((name) => mapping.steps.some((step) => step.name === name)) ?? null;
}

/** Reads from the last contact of one type, wherever it is (spec 5.3); null without a contact rule. */
export function compileSelector(
  name: SelectingType,
  mapping: Mapping,
  environment: Environment,
  note: Note,
): Read | null {
  const selector = SELECTORS[name];
  const { contacts } = environment;
  if (contacts === null) return null;
  const read = compileReading(selector, mapping, environment, contacts);
  const length = isTextType(mapping.dataType) ? mapping.length : null;
  return () => {
    const selected = contacts.ofType(selector.rank, selector.needsId);
    const value = selected.length === 0 ? null : read(selected);
    if (value === null || length === null) return value;
    const start = cut(value, length);
    if (!isBlank(value.slice(start.length))) note('cut');
    return start;
  };
}

/** `curr_address_only`: from the preferred address of the contact with an id, the last of each. */
export function compileCurrentAddress(
  mapping: Mapping,
  environment: Environment,
): (contactId: string) => string | null {
  const { document, reads, contacts, addresses } = environment;
  const read = compileAttribute(mapping, reads);
  if (contacts === null || addresses === null) return () => null;
  return (contactId) => {
    const owner = contacts.withId(trim(contactId));
    if (owner === undefined) return null;
    let current = NONE;
    const end = document.end(owner);
    for (let node = owner + 1; node < end; node = document.end(node)) {
      if (document.nameAt(node) === addresses.element && isPreferred(document, node, addresses)) current = node;
    }
    return current === NONE ? null : read(current);
  };
}

type ReadContacts = (contacts: readonly number[]) => string | null;

/** Chooses between the contact's addresses, another descendant, and the contact itself. */
function compileReading(
  selector: Selector,
  mapping: Mapping,
  environment: Environment,
  { rule }: Contacts,
): ReadContacts {
  const { document, reads, addresses, table } = environment;
  const attribute = compileAttribute(mapping, reads);
  const own = compileOwn(attribute, table.rows.kind === 'history' && selector.rank === 0);
  if (addresses !== null && selector.readsAddress && isAddress(mapping, addresses, table.rows.kind)) {
    return (contacts) => {
      const found = descendants(document, lastOf(contacts), addresses.element);
      return found.length === 0
        ? own(contacts)
        : roundHere(readAddress(document, found, addresses, attribute), mapping);
    };
  }
  if (!selector.readsDescendant || !mapping.path.startsWith(`${rule.filter.path}/`)) return own;
  const element = document.elementOf(mapping.path.slice(mapping.path.lastIndexOf('/') + 1));
  return (contacts) => {
    const last = descendants(document, lastOf(contacts), element).at(-1);
    return last === undefined ? own(contacts) : attribute(last);
  };
}

function isAddress({ path }: Mapping, { filter }: Rule, kind: string): boolean {
  return kind === 'address' || path.includes(filter.elementName);
}

/** The contact's own attribute; in the history table, earlier primary contacts stand in for a meaningless one (C10). */
function compileOwn(attribute: Read, fallsBack: boolean): ReadContacts {
  return (contacts) => {
    const value = attribute(lastOf(contacts));
    if (!fallsBack || isMeaningful(value)) return value;
    const other = contacts.findLast((node) => isMeaningful(attribute(node)));
    return other === undefined ? value : attribute(other);
  };
}

/** The preferred addresses, or all if there are none; the first with the attribute, else the last. */
function readAddress(document: Document, addresses: readonly number[], rule: Rule, attribute: Read): string | null {
  const preferred = addresses.filter((address) => isPreferred(document, address, rule));
  const pool = preferred.length > 0 ? preferred : addresses;
  return attribute(pool.find((address) => attribute(address)) ?? lastOf(pool));
}

/** Decimals of addresses are rounded at once where `data_length` is given; what cannot be read goes on as it is. */
function roundHere(value: string | null, { dataType, length }: Mapping): string | null {
  return value === null || dataType !== 'decimal' || length === null
    ? value
    : (readLooseDecimal(value, length) ?? value);
}

function descendants(document: Document, node: number, element: number): number[] {
  const found: number[] = [];
  const end = document.end(node);
  for (let below = node + 1; below < end; below += 1) if (document.nameAt(below) === element) found.push(below);
  return found;
}

function isPreferred(document: Document, address: number, { type, filter }: Rule): boolean {
  return type !== null && filter.type !== null && document.wordOf(address, type, filter.type.values) === 0;
}

/** An attribute by its exact name, raw; or the element's text, trimmed (spec 3.4). */
function compileAttribute(mapping: Mapping, document: Document): Read {
  if (isTextName(mapping.attribute)) return (node) => document.text(node);
  const name = document.nameOf(mapping.attribute);
  return (node) => document.exactly(node, name);
}

function lastOf(nodes: readonly number[]): number {
  return nodes.at(-1) ?? NONE;
}
