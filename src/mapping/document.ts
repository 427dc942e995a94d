import type { FilterRule } from '../contract/contract.ts';
import type { Contact } from './original/contacts.ts';
import type { FlatMap, Holder, Located, Name, PathStep } from './flat-map.ts';
import type { Element } from '../xml/element.ts';
import type { MergedContext } from './original/merged-context.ts';

/** One document being mapped. What only some contracts need is made when first asked for. */
export interface Document {
  readonly flat: FlatMap;
  /** The application id in canonical digits. */
  readonly appId: string;
  /** The current time, as a timestamp. */
  readonly now: string;
  readonly contacts: Map<FilterRule, readonly Contact[]>;
  readonly selected: Map<string, readonly Located[]>;
  merged: MergedContext | null;
}

/** The element that a row is made from, and the id of the contact it belongs to. */
export interface RowElement extends Holder {
  readonly contactId: string | null;
  /** From the root on. */
  readonly ancestors: readonly Element[];
}

/** Reads the text where a column's value comes from (spec 6.1); null is no value. */
export type Extract = (document: Document, row: RowElement | null) => string | null;

/** Looks a name up in the record context (spec 8.2). */
export type Lookup = (document: Document, row: RowElement | null, name: Name) => string | null;

/** The distinct paths of a contract, each with the slot under which a document keeps its entry. */
export interface PathSlots {
  readonly start: PathStep;
  slot: (path: string) => number;
}

/** Hands out slots while a contract is compiled. A path without a leading slash, or with a trailing one, matches nothing. */
export function pathSlots(): PathSlots {
  const start: PathStep = { next: new Map(), slot: null };
  let count = 0;
  return {
    start,
    slot(path) {
      let step = start;
      for (const name of path.startsWith('/') ? path.slice(1).split('/') : ['']) {
        let next = step.next.get(name);
        if (next === undefined) step.next.set(name, (next = { next: new Map(), slot: null }));
        step = next;
      }
      return (step.slot ??= count++);
    },
  };
}

/** A document before anything is mapped. */
export function openDocument(flat: FlatMap, appId: string, now: string): Document {
  return { flat, appId, now, contacts: new Map(), selected: new Map(), merged: null };
}

/** A row's element. */
export function rowElement(element: Element, contactId: string | null, ancestors: readonly Element[] = []): RowElement {
  return { element, contactId, ancestors, lowered: null };
}
