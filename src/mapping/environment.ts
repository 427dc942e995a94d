import type { Contract, FilterRule, Table } from '../contract/contract.ts';
import type { Document, Lookup, PathSlots, RowElement } from './document.ts';
import { nameOf, rawAttribute } from './flat-map.ts';
import type { Name } from './flat-map.ts';
import type { ContextPlan } from './original/merged-context.ts';
import { lookUpMerged } from './original/merged-context.ts';
import type { Selection } from './original/selected-contact.ts';

/** What the columns of one table are compiled with. */
export interface Environment {
  readonly contract: Contract;
  readonly table: Table;
  readonly slots: PathSlots;
  /** For the contact-selecting types; null without a contact rule. */
  readonly selection: Selection | null;
  /** Names in expressions. */
  readonly lookup: Lookup;
  /** Whether columns have a record context beside the flat map (spec 6.1). */
  readonly hasContext: boolean;
}

/** The environment of a table: rows of elements see their element, all others the merged context (spec 8.2). */
export function environmentOf(contract: Contract, table: Table, slots: PathSlots, plan: ContextPlan): Environment {
  const contact = ruleOf(contract, 'contact');
  const { kind } = table.rows;
  const isPlain = kind === 'root' || kind === 'application';
  return {
    contract,
    table,
    slots,
    selection: contact && {
      contact,
      address: ruleOf(contract, 'address'),
      isAddressTable: kind === 'address',
      isHistoryTable: kind === 'history',
    },
    lookup: isOfElement(table) ? rowLookup(contact) : (document, _row, name) => lookUpMerged(document, plan, name),
    hasContext: isOfElement(table) || (isPlain && table.mappings.some((mapping) => mapping.expression !== null)),
  };
}

/** The filter rule of an element type, or null. */
export function ruleOf(contract: Contract, elementType: string): FilterRule | null {
  return contract.filters.find((rule) => rule.elementType === elementType) ?? null;
}

/** Whether each row of a table is made from an element of its own. */
export function isOfElement({ rows: { kind } }: Table): boolean {
  return kind === 'contact' || kind === 'address' || kind === 'employment' || kind === 'each';
}

/** The row's own attributes, and the id of its contact. */
function rowLookup(contact: FilterRule | null): Lookup {
  const id = nameOf(contact?.idAttribute ?? '');
  return (_document: Document, row: RowElement | null, name: Name) => {
    if (row === null) return null;
    return row.contactId !== null && name.lower === id.lower ? row.contactId : rawAttribute(row, name);
  };
}
