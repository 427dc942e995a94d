import type { FilterRule, Mapping } from '../../contract/contract.ts';
import { isText } from '../convert.ts';
import type { Document, Extract } from '../document.ts';
import type { Element } from '../../xml/element.ts';
import type { Located } from '../flat-map.ts';
import { attributeName, isTextName } from '../flat-map.ts';
import { readLooseDecimal } from '../../values/number.ts';
import type { Note } from '../../values/value.ts';
import { cut, isBlank, isMeaningful, trim } from '../../values/text.ts';

/** What the types of spec 5.3 need to know of the contract and of the table they stand in. */
export interface Selection {
  readonly contact: FilterRule;
  readonly address: FilterRule | null;
  readonly isAddressTable: boolean;
  readonly isHistoryTable: boolean;
}

interface Selector {
  /** Place of the type in the contact rule's list. */
  readonly rank: 0 | 1;
  readonly needsId: boolean;
  readonly readsAddress: boolean;
  readonly readsDescendant: boolean;
}

const SELECTORS: ReadonlyMap<string, Selector> = new Map([
  ['last_valid_pr_contact', { rank: 0, needsId: true, readsAddress: true, readsDescendant: true }],
  ['last_valid_sec_contact', { rank: 1, needsId: true, readsAddress: true, readsDescendant: false }],
  ['authu_contact', { rank: 1, needsId: false, readsAddress: false, readsDescendant: true }],
]);

/** The contact-selecting type of a chain that supplies its value, by precedence (spec 6.1), or null. */
export function selectorName(mapping: Mapping): string | null {
  return [...SELECTORS.keys()].find((name) => mapping.steps.some((step) => step.name === name)) ?? null;
}

/** Reads from the last contact of one type, wherever it is (spec 5.3); null if `name` selects no contact. */
export function compileSelector(name: string, mapping: Mapping, selection: Selection, note: Note): Extract | null {
  const selector = SELECTORS.get(name);
  if (selector === undefined) return null;
  const read = compileReading(selector, mapping, selection);
  const length = isText(mapping.dataType) ? mapping.length : null;
  return (document) => {
    const contacts = contactsOf(document, selector, selection.contact);
    const value = contacts.length === 0 ? null : read(contacts);
    if (value === null || length === null) return value;
    const start = cut(value, length);
    if (!isBlank(value.slice(start.length))) note('cut');
    return start;
  };
}

/** `curr_address_only`: from the preferred address of the contact with that id, the last of each. */
export function readCurrentAddress(
  document: Document,
  contactId: string,
  mapping: Mapping,
  selection: Selection,
): string | null {
  const { contact, address } = selection;
  const owner = document.flat.named
    .get(contact.elementName)
    ?.findLast(({ element }) => trim(element.attributes.get(contact.idAttribute) ?? '') === trim(contactId));
  const current = owner?.element.children.findLast(
    (child) => child.name === address?.elementName && isPreferred(child, address),
  );
  return current === undefined ? null : attributeOf(current, mapping.attribute);
}

/** Chooses between the contact's addresses, another descendant, and the contact itself. */
function compileReading(
  selector: Selector,
  mapping: Mapping,
  selection: Selection,
): (contacts: readonly Located[]) => string | null {
  const { contact: rule, address } = selection;
  const own = (contacts: readonly Located[]): string | null => readOwn(contacts, mapping, selector, selection);
  const isAddress = address !== null && (selection.isAddressTable || mapping.path.includes(address.elementName));
  if (isAddress && selector.readsAddress) {
    return (contacts) => {
      const addresses = descendants(lastOf(contacts), address.elementName);
      return addresses.length === 0
        ? own(contacts)
        : roundHere(readAddress(addresses, address, mapping.attribute), mapping);
    };
  }
  if (!selector.readsDescendant || !mapping.path.startsWith(`${rule.path}/`)) return own;
  const name = mapping.path.slice(mapping.path.lastIndexOf('/') + 1);
  return (contacts) => {
    const last = descendants(lastOf(contacts), name).at(-1);
    return last === undefined ? own(contacts) : attributeOf(last, mapping.attribute);
  };
}

/** The contact's own attribute; in the history table, earlier primary contacts stand in for a meaningless one (C10). */
function readOwn(
  contacts: readonly Located[],
  { attribute }: Mapping,
  { rank }: Selector,
  selection: Selection,
): string | null {
  const value = attributeOf(lastOf(contacts), attribute);
  if (!selection.isHistoryTable || rank !== 0 || isMeaningful(value)) return value;
  const other = contacts.findLast(({ element }) => isMeaningful(attributeOf(element, attribute)));
  return other === undefined ? value : attributeOf(other.element, attribute);
}

/** The preferred addresses, or all if there are none; the first with the attribute, else the last. */
function readAddress(addresses: readonly Element[], rule: FilterRule, attribute: string): string | null {
  const preferred = addresses.filter((address) => isPreferred(address, rule));
  const pool = preferred.length > 0 ? preferred : addresses;
  const chosen = pool.find((address) => attributeOf(address, attribute)) ?? pool.at(-1);
  return chosen === undefined ? null : attributeOf(chosen, attribute);
}

/** Decimals of addresses are rounded at once where `data_length` is given; what cannot be read goes on as it is. */
function roundHere(value: string | null, { dataType, length }: Mapping): string | null {
  return value === null || dataType !== 'decimal' || length === null
    ? value
    : (readLooseDecimal(value, length) ?? value);
}

/** Contacts anywhere with exactly that type, in document order. */
function contactsOf(document: Document, { rank, needsId }: Selector, rule: FilterRule): readonly Located[] {
  const key = `${rank} ${needsId}`;
  const known = document.selected.get(key);
  if (known !== undefined) return known;
  const wanted = rule.type?.values[rank];
  const contacts = (document.flat.named.get(rule.elementName) ?? []).filter(
    ({ element: { attributes } }) =>
      wanted !== undefined &&
      attributes.get(rule.type?.attribute ?? '') === wanted &&
      (!needsId || !isBlank(attributes.get(rule.idAttribute))),
  );
  document.selected.set(key, contacts);
  return contacts;
}

function descendants(element: Element, name: string): Element[] {
  const found: Element[] = [];
  const visit = (child: Element): void => {
    if (child.name === name) found.push(child);
    child.children.forEach(visit);
  };
  element.children.forEach(visit);
  return found;
}

function isPreferred(address: Element, { type }: FilterRule): boolean {
  return type !== null && address.attributes.get(type.attribute) === type.values[0];
}

/** An attribute by its exact name, raw; or the element's text, trimmed (spec 3.4). */
function attributeOf({ attributes, text }: Element, attribute: string): string | null {
  return isTextName(attribute) ? trim(text) : (attributes.get(attributeName(attribute)) ?? null);
}

function lastOf(contacts: readonly Located[]): Element {
  const last = contacts.at(-1);
  if (last === undefined) throw new RangeError('no contact');
  return last.element;
}
