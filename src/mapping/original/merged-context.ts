import type { FilterRule } from '../../contract/contract.ts';
import { validContacts } from './contacts.ts';
import type { Document } from '../document.ts';
import type { Name } from '../flat-map.ts';
import { clean } from '../flat-map.ts';

/** Names and their values, in order; a name keeps its place when its value changes. */
export interface MergedContext {
  readonly values: ReadonlyMap<string, string>;
  /** Lower case -> the first name of that spelling. */
  readonly spellings: ReadonlyMap<string, string>;
}

/** What a contract can ask the merged context for, all attributes in lower case; nothing else is put there. */
export interface ContextPlan {
  readonly unqualified: ReadonlySet<string>;
  /** Element name, as written in documents -> attributes asked for with that qualifier. */
  readonly qualified: ReadonlyMap<string, ReadonlySet<string>>;
  readonly applicationName: string | null;
  readonly contact: FilterRule | null;
  /** The column of the application id, under which it is in the context. */
  readonly idColumn: string;
}

/** A value by name: exactly, else the first name that is equal ignoring case. */
export function lookUpMerged(document: Document, plan: ContextPlan, name: Name): string | null {
  document.merged ??= mergeContext(document, plan);
  const { values, spellings } = document.merged;
  return values.get(name.exact) ?? values.get(spellings.get(name.lower) ?? '') ?? null;
}

/** The context of application-level expressions (spec 8.2): the primary contact, the id, then every flat entry. */
function mergeContext(document: Document, plan: ContextPlan): MergedContext {
  const values = new Map<string, string>();
  const spellings = new Map<string, string>();
  const put: Put = (name, value) => {
    values.set(name, value);
    const lower = name.toLowerCase();
    if (!spellings.has(lower)) spellings.set(lower, name);
  };
  putContact(document, plan, put);
  put(plan.idColumn, document.appId);
  for (const { name, element } of document.flat.entries) {
    const isApplication = name === plan.applicationName;
    const own = plan.qualified.get(name);
    const alias = isApplication ? plan.qualified.get(APPLICATION) : undefined;
    for (const [attribute, raw] of element.attributes) {
      const lower = attribute.toLowerCase();
      if (alias?.has(lower)) put(`${APPLICATION}.${lower}`, clean(raw));
      if (own?.has(lower) && !(isApplication && name === APPLICATION)) {
        put(`${name}.${isApplication ? attribute : lower}`, clean(raw));
      }
      if (plan.unqualified.has(lower)) put(attribute, clean(raw));
    }
  }
  return { values, spellings };
}

type Put = (name: string, value: string) => void;

/** Qualifiers that the format reserves for the application element and the primary contact, whatever their names. */
const APPLICATION = 'application';
const CONTACT = 'contact';

/** The first valid contact of the first type, else the first valid one; its values raw (C06). */
function putContact(document: Document, plan: ContextPlan, put: Put): void {
  if (plan.contact === null) return;
  const contacts = validContacts(document, plan.contact);
  const primary = contacts.find((contact) => contact.rank === 0) ?? contacts[0];
  if (primary === undefined) return;
  const qualified = plan.qualified.get(CONTACT);
  for (const [attribute, value] of primary.element.attributes) {
    const lower = attribute.toLowerCase();
    if (qualified?.has(lower)) put(`${CONTACT}.${attribute}`, value);
    if (plan.unqualified.has(lower)) put(attribute, value);
  }
}
