import type { Contract, FilterRule, Mapping, Table } from '../contract/contract.ts';
import type { Note } from '../values/value.ts';
import type { Document, Lookup, PathSlots, RowElement } from './document.ts';
import { nameOf, rawAttribute } from './flat-map.ts';
import type { Name } from './flat-map.ts';
import type { Issues } from './issues.ts';
import type { ContextPlan } from './original/merged-context.ts';
import { lookUpMerged } from './original/merged-context.ts';
import type { Selection } from './original/selected-contact.ts';

/** What all tables of a mapper are compiled with. */
export interface Surroundings {
  readonly contract: Contract;
  readonly slots: PathSlots;
  /** What expressions can ask the merged context for. */
  readonly context: ContextPlan;
  readonly issues: Issues;
  /** A place for each mapping, set to 1 when it has found something. */
  readonly found: Uint8Array;
}

/** What the columns of one table are compiled with. */
export interface Environment extends Surroundings {
  readonly table: Table;
  /** For the contact-selecting types; null without a contact rule. */
  readonly selection: Selection | null;
  /** Names in expressions. */
  readonly lookup: Lookup;
  /** Whether columns have a record context beside the flat map (spec 6.1). */
  readonly hasContext: boolean;
  /** What notes the oddities of a column's values. */
  readonly noteOf: (column: string) => Note;
}

/** The environment of a table: rows of elements see their element, all others the merged context (spec 8.2). */
export function environmentOf(surroundings: Surroundings, table: Table): Environment {
  const { contract, context, issues } = surroundings;
  const contact = ruleOf(contract, 'contact');
  const { kind } = table.rows;
  const isPlain = kind === 'root' || kind === 'application';
  return {
    ...surroundings,
    table,
    selection: contact && {
      contact,
      address: ruleOf(contract, 'address'),
      isAddressTable: kind === 'address',
      isHistoryTable: kind === 'history',
    },
    lookup: isOfElement(table) ? rowLookup(contact) : (document, _row, name) => lookUpMerged(document, context, name),
    hasContext: isOfElement(table) || (isPlain && table.mappings.some((mapping) => mapping.expression !== null)),
    noteOf: (column) => issues.at(table.name, column),
  };
}

/** The column that holds a mapping's value: that of its row where it makes one (spec 9). */
export function valueColumn({ rows }: Table, { column }: Mapping): string {
  switch (rows.kind) {
    case 'score':
    case 'indicator':
    case 'history':
    case 'report':
      return rows.columns.value;
    case 'exception':
      return rows.columns.reason;
    default:
      return column;
  }
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
