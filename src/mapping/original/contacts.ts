import type { FilterRule } from '../../contract/contract.ts';
import { trim } from '../../values/text.ts';
import type { Document } from '../document.ts';
import type { Rule } from '../rule.ts';
import { compileRule, refusalOf } from '../rule.ts';
import type { Refusal } from '../trace.ts';

/** A contact that yields a row; its id is trimmed (C03). */
interface Contact {
  readonly id: string;
  readonly node: number;
  /** Place of its type in the rule's list: the first is the primary one. */
  readonly rank: number;
}

/** A child of a contact, with the contact's id. */
interface ContactChild {
  readonly contactId: string;
  readonly node: number;
}

/** The contacts of the document that is being mapped. */
export interface Contacts {
  readonly rule: Rule;
  /** Valid contacts anywhere in the document, one per id, in order of first appearance (spec 5.1). */
  valid(): readonly Contact[];
  /**
   * Children of the contacts at the rule's own path, as spec 5.2 selects them before their rows are built.
   * Null if no contact there passes the rule at all (C08).
   */
  children(child: Rule): readonly ContactChild[] | null;
  /** The last contact anywhere with that id, trimmed, whether it is valid or not. */
  withId(id: string): number | undefined;
  /** Contacts anywhere with exactly the type of that rank, in document order; `needsId`: whose id is not blank. */
  ofType(rank: 0 | 1, needsId: boolean): readonly number[];
  /** For a trace: the elements of which no contact comes. */
  refused(): readonly Refused[];
  /** For a trace: the children that are not selected. */
  refusedChildren(child: Rule): readonly Refused[];
}

interface Refused {
  readonly node: number;
  readonly why: Refusal;
}

/** Compiles the contact rule. */
export function openContacts(document: Document, filter: FilterRule): Contacts {
  const rule = compileRule(document, filter);
  const idOf = (node: number): string => trim(document.exactly(node, rule.id) ?? '');
  const readContact = compileReadContact(document, rule);

  const byId = oncePerDocument(document, () => {
    const contacts = new Map<string, Contact>();
    for (const node of rule.named()) {
      const contact = readContact(node);
      if (contact === null) continue;
      const other = contacts.get(contact.id);
      if (other === undefined || contact.rank <= other.rank) contacts.set(contact.id, contact);
    }
    return contacts;
  });

  const valid = oncePerDocument(document, () => [...byId().values()]);
  const areUnique = oncePerDocument(document, () => valid().length === rule.named().length);
  const requiresId = rule.required.some(({ exact }) => exact === rule.id.exact);

  /** Contacts with the same required values collapse to the last, at the place of the first (C05). */
  const distinct = oncePerDocument(document, () => {
    const passing = rule.named().filter((node) => rule.isAtPath(node) && rule.passes(node));
    if (requiresId && areUnique()) return passing;
    const byValues = new Map<string, number>();
    for (const node of passing) {
      let key = '';
      for (const name of rule.required) {
        key += `${name.exact === rule.id.exact ? idOf(node) : (document.exactly(node, name) ?? '')}\0`;
      }
      byValues.set(key, node);
    }
    return [...byValues.values()];
  });
  /** Those that have a row, with their ids. */
  const parents = oncePerDocument(document, () =>
    distinct()
      .map((node) => ({ node, contactId: idOf(node) }))
      .filter(({ contactId }) => byId().has(contactId)),
  );
  const lastById = oncePerDocument(document, () => new Map(rule.named().map((node) => [idOf(node), node])));

  const selected = compileSelected(document, rule, idOf);

  return {
    rule,
    valid,
    withId: (id) => (areUnique() ? byId().get(id)?.node : lastById().get(id)),
    children(child) {
      if (distinct().length === 0) return null;
      const children: ContactChild[] = [];
      for (const { node: parent, contactId } of parents()) {
        const end = document.end(parent);
        for (let node = parent + 1; node < end; node = document.end(node)) {
          if (document.nameAt(node) === child.element && child.passes(node)) children.push({ contactId, node });
        }
      }
      return children;
    },
    ofType: (rank, needsId) => selected[rank]?.[Number(needsId)]?.() ?? [],
    ...refusals(document, rule, { idOf, byId, distinct }),
  };
}

/** By rank, and by whether an id is needed: the contacts of a type. */
function compileSelected(
  document: Document,
  rule: Rule,
  idOf: (node: number) => string,
): readonly (readonly (() => readonly number[])[])[] {
  return [0, 1].map((rank) => {
    const wanted = rule.filter.type?.values.slice(rank, rank + 1) ?? [];
    const isOfType = (node: number): boolean => rule.type !== null && document.wordOf(node, rule.type, wanted) === 0;
    return [() => true, (node: number) => idOf(node) !== ''].map((hasId) =>
      oncePerDocument(document, () => rule.named().filter((node) => isOfType(node) && hasId(node))),
    );
  });
}

/** What contacts, and children of contacts, are not selected, and why. */
function refusals(
  document: Document,
  rule: Rule,
  found: {
    readonly idOf: (node: number) => string;
    readonly byId: () => ReadonlyMap<string, Contact>;
    readonly distinct: () => readonly number[];
  },
): Pick<Contacts, 'refused' | 'refusedChildren'> {
  return {
    refused() {
      const kept = new Set([...found.byId().values()].map(({ node }) => node));
      return rule.named().flatMap((node) => (kept.has(node) ? [] : [{ node, why: whyRefused(document, rule, node) }]));
    },
    refusedChildren(child) {
      const counted = new Set(found.distinct());
      return rule.named().flatMap((contact) => {
        const children = childrenOf(document, contact, child.element);
        const hasRow = found.byId().has(found.idOf(contact));
        if (counted.has(contact) && hasRow) {
          return children.flatMap((node) => (child.passes(node) ? [] : [{ node, why: child.refusal(node) }]));
        }
        const passes = rule.isAtPath(contact) && rule.passes(contact);
        const sentence = !passes ? rule.refusal(contact).sentence : hasRow ? REPEATED : NO_ROW;
        const why = { attribute: null, sentence: `its ${rule.filter.elementName} does not count: ${sentence}` };
        return children.map((node) => ({ node, why }));
      });
    },
  };
}

const REPEATED = 'a later one has the same values in its required attributes (C05)';
const NO_ROW = 'it has no row of its own';

/** Why no contact comes of an element that has the name of one (spec 5.1). */
function whyRefused(document: Document, rule: Rule, node: number): Refusal {
  const { id, type, filter } = rule;
  const idText = document.exactly(node, id);
  if (trim(idText ?? '') === '') return refusalOf(filter.idAttribute, idText === null ? null : '', null);
  if (type === null || filter.type === null) {
    return { attribute: null, sentence: 'its rule lists no types of contacts, so that none counts' };
  }
  const { attribute, values } = filter.type;
  const typeText = document.exactly(node, type);
  if (!values.includes(trim(typeText ?? ''))) return refusalOf(attribute, typeText, values);
  if (filter.meaningfulAttributes.length > 0 && !rule.hasMeaning(node)) {
    return {
      attribute: null,
      sentence: `it is a placeholder: ${filter.meaningfulAttributes.join(', ')} are blank (C01)`,
    };
  }
  return {
    attribute: filter.idAttribute,
    sentence: `another ${filter.elementName} with the same ${filter.idAttribute} ${JSON.stringify(trim(idText ?? ''))} counts in its place (spec 5.1)`,
  };
}

function compileReadContact(document: Document, rule: Rule): (node: number) => Contact | null {
  const { id: idName, type, filter } = rule;
  if (type === null) return () => null;
  const values = filter.type?.values ?? [];
  // A value is trimmed before it is looked for, the words of the contract are not.
  const words = values.every((value) => trim(value) === value) ? values : [];
  return (node) => {
    const id = trim(document.exactly(node, idName) ?? '');
    const word = document.wordOf(node, type, words);
    const rank = word === -1 ? values.indexOf(trim(document.exactly(node, type) ?? '')) : word;
    if (id === '' || rank === -1) return null;
    return filter.meaningfulAttributes.length > 0 && !rule.hasMeaning(node) ? null : { id, node, rank };
  };
}

/** The children of an element with one name. */
function childrenOf(document: Document, parent: number, element: number): number[] {
  const children: number[] = [];
  const end = document.end(parent);
  for (let node = parent + 1; node < end; node = document.end(node)) {
    if (document.nameAt(node) === element) children.push(node);
  }
  return children;
}

/** Remembers what is found in a document while it is mapped. */
function oncePerDocument<Found>(document: Document, find: () => Found): () => Found {
  let serial = 0;
  let found: Found | undefined;
  return () => {
    if (found === undefined || serial !== document.serial()) {
      serial = document.serial();
      found = find();
    }
    return found;
  };
}
