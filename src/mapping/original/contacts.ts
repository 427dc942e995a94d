import type { FilterRule } from '../../contract/contract.ts';
import type { Document } from '../document.ts';
import type { Element } from '../../xml/element.ts';
import type { Entry } from '../flat-map.ts';
import { isBlank, trim } from '../../values/text.ts';

/** A contact that yields a row; its id is trimmed (C03). */
export interface Contact {
  readonly id: string;
  readonly element: Element;
  /** Place of its type in the rule's list: the first is the primary one. */
  readonly rank: number;
}

/** A child of a contact, with the contact's id. */
export interface ContactChild {
  readonly contactId: string;
  readonly element: Element;
}

/** Valid contacts anywhere in the document, one per id, in order of first appearance (spec 5.1). */
export function validContacts(document: Document, rule: FilterRule): readonly Contact[] {
  const known = document.contacts.get(rule);
  if (known !== undefined) return known;
  const byId = new Map<string, Contact>();
  for (const { element } of document.flat.named.get(rule.elementName) ?? []) {
    const contact = readContact(element, rule);
    if (contact === null) continue;
    const other = byId.get(contact.id);
    if (other === undefined || contact.rank <= other.rank) byId.set(contact.id, contact);
  }
  const contacts = [...byId.values()];
  document.contacts.set(rule, contacts);
  return contacts;
}

/**
 * Children of the contacts at the rule's own path, as spec 5.2 selects them before their rows are built.
 * Null if no contact there passes the rule at all (C08).
 */
export function contactChildren(
  document: Document,
  child: FilterRule,
  rule: FilterRule,
  at: Entry | undefined,
): readonly ContactChild[] | null {
  const contacts = distinctContacts(document, rule, at);
  if (contacts.length === 0) return null;
  const valid = new Set(validContacts(document, rule).map((contact) => contact.id));
  return contacts.flatMap((contact) => {
    const contactId = trim(contact.attributes.get(rule.idAttribute) ?? '');
    if (!valid.has(contactId)) return [];
    return contact.children
      .filter((element) => element.name === child.elementName && passes(element, child))
      .map((element) => ({ contactId, element }));
  });
}

/** Whether an element has every required attribute: not empty, or in the list in any case; not trimmed. */
export function passes(element: Element, rule: FilterRule): boolean {
  for (const [attribute, allowed] of rule.required) {
    const value = element.attributes.get(attribute);
    if (value === undefined || value === '') return false;
    if (allowed !== true && !includesIgnoringCase(allowed, value)) return false;
  }
  return true;
}

/** The placeholder rule (C01): without such attributes in the rule everything counts. */
export function hasMeaning(element: Element, attributes: readonly string[]): boolean {
  return attributes.some((attribute) => !isBlank(element.attributes.get(attribute)));
}

function readContact(element: Element, rule: FilterRule): Contact | null {
  if (rule.type === null) return null;
  const id = trim(element.attributes.get(rule.idAttribute) ?? '');
  const rank = rule.type.values.indexOf(trim(element.attributes.get(rule.type.attribute) ?? ''));
  if (id === '' || rank === -1) return null;
  if (rule.meaningfulAttributes.length > 0 && !hasMeaning(element, rule.meaningfulAttributes)) return null;
  return { id, element, rank };
}

/** Contacts with the same required values collapse to the last, at the place of the first (C05). */
function distinctContacts(document: Document, rule: FilterRule, at: Entry | undefined): readonly Element[] {
  const distinct = new Map<string, Element>();
  for (const { element, entry } of document.flat.named.get(rule.elementName) ?? []) {
    if (entry !== at || !passes(element, rule)) continue;
    const values = [...rule.required.keys()].map((attribute) => {
      const value = element.attributes.get(attribute) ?? '';
      return attribute === rule.idAttribute ? trim(value) : value;
    });
    distinct.set(values.join('\0'), element);
  }
  return [...distinct.values()];
}

function includesIgnoringCase(allowed: readonly string[], value: string): boolean {
  const lower = value.toLowerCase();
  return allowed.some((item) => item.toLowerCase() === lower);
}
